"""What is wrong, since when, and who was told."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0005_alerts.sql")
