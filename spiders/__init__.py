"""The crawl: the catalogue of sources, discovery, politeness, and the writing of the archive."""
