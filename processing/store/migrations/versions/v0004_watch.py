"""More kinds of runs, and the view of their rates."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0004_watch.sql")
