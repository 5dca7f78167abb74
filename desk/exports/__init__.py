"""Mentions, articles, stories and sources as files: CSV, JSON Lines, Parquet."""
