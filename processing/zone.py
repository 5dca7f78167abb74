"""The zone of the press that is read: days and nights are those of Paris."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
