"""Alembic migrations whose bodies are plain SQL files in ``sql/``."""
