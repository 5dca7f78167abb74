"""Stories by what their texts share; keywords of articles."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0003_stories.sql")
