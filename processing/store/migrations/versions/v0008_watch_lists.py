"""Watch lists, what was told of them, and comments on every column of the views."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0008_watch_lists.sql")
    run_sql("0008_view_comments.sql")
