"""Where messages go, and where their links lead."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote

from pydantic import SecretStr

from processing.settings import Settings

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30})://")


def addresses(kept: SecretStr) -> tuple[str, ...]:
    """The apprise addresses of a setting (VEDETTE_ALERTS, VEDETTE_BRIEF_TO), each once; none when it is not set.

    They are secrets: never put one into a log or an error (see :func:`kind` and :func:`masked`).
    """
    return tuple(dict.fromkeys(kept.get_secret_value().split()))


def kind(address: str) -> str:
    """What may be said of an address: its scheme (``slack``, ``mailto``)."""
    found = _SCHEME.match(address)
    return found[1].lower() if found else "no scheme"


def masked(text: str, address: str) -> str:
    """``text`` without anything that stands in the address, but for its scheme and what has fewer than 4 characters."""
    rest = _SCHEME.sub("", address, count=1)
    quoted = re.split(r"[/:@?&=,;#\s]+", rest)
    parts = {part for one in quoted for part in (one, unquote(one)) if len(part) > 3}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "…")
    return text


def ui_address(settings: Settings) -> str | None:
    """The address of the Airflow UI: VEDETTE_AIRFLOW_URL (what people use, behind a proxy), else Airflow's own."""
    return settings.airflow_url or os.environ.get("AIRFLOW__API__BASE_URL") or None
