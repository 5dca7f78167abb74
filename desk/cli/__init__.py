"""The command ``vedette``."""

from __future__ import annotations

from desk.cli.app import main

__all__ = ["main"]
