"""What the crawl remembers; revisions of articles; how complete and how silent a source is."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0002_crawl.sql")
    run_sql("0002_health.sql")
