"""Airflow's pool of crawls. Apart from what imports Airflow, since the local stack and Docker make it."""

from __future__ import annotations

POOL = "crawl"
"""Its name."""
SLOTS = 6
"""How many crawls may go on at once, over all DAGs."""
