"""The pages, one topic each: a router with its addresses, and what they show."""
