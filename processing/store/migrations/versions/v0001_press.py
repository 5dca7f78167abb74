"""The first schema: every table of the design, the views, the readers' role."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0001_press.sql")
    run_sql("0001_views.sql")
