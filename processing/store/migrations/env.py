"""Alembic environment: one transaction per migration, the version table beside the data it describes."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
connection.execute(text("CREATE SCHEMA IF NOT EXISTS press"))
context.configure(connection=connection, version_table="schema_version", version_table_schema="press")
with context.begin_transaction():
    context.run_migrations()
