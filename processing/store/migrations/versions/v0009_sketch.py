"""Sketches are looked up by value and time."""

from __future__ import annotations

from processing.store.migrations.plain import run_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0009_sketch.sql")
