"""What the web desk reads and writes: the words that qualify a mention, what a review judged, indexes."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0007_desk.sql")
