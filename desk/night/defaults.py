"""What all DAGs have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desk.night.retries import BY_CAUSE

OWNER = "vedette"

TASKS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 1,
    "retry_delay": timedelta(minutes=2),
    "retry_policy": BY_CAUSE,
}
"""``default_args``: one more try after two minutes, unless the cause says otherwise (retries.py)."""

ZONE = "Europe/Paris"
