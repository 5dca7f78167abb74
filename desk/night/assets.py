"""What the stages hand on, as assets of Airflow: a DAG starts when the asset it reads has something new."""

from __future__ import annotations

from airflow.sdk import Asset

PAGES = Asset(name="pages", uri="vedette://press/page")
"""Archived pages that wait for extraction."""
ARTICLES = Asset(name="articles", uri="vedette://press/article")
"""Articles that wait for the flagger."""
MENTIONS = Asset(name="mentions", uri="vedette://press/mention")
"""Mentions, checked."""
BRIEF = Asset(name="brief", uri="vedette://press/brief")
"""The morning brief."""
