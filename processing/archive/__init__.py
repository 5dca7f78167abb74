"""The archive: raw pages in gzip WARC segments (ISO 28500), written once, read by seek."""
