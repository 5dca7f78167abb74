"""Watch lists: filters that are kept, as a feed and as a message. Pure but for `telling`."""
