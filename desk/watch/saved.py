"""A filter as it is kept with a watch list: JSON with what is asked for and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from processing.errors import WatchError
from processing.store.findings import MentionFilter

KEPT = ("categories", "polarities", "sources", "countries", "kinds", "sides", "text", "least_score")
"""What a watch list can ask for. Times are no part of it: it looks at what is new."""

_FILTER = TypeAdapter(MentionFilter)


def as_stored(wanted: MentionFilter) -> dict[str, Any]:
    """The filter as JSON; what it does not ask for is absent."""
    return {
        name: list(value) if isinstance(value, tuple | list) else value
        for name in KEPT
        if (value := getattr(wanted, name)) != getattr(MentionFilter(), name)
    }


def from_stored(stored: Mapping[str, Any], name: str) -> MentionFilter:
    """The filter of the watch list ``name``. Raises WatchError naming what is no part of one."""
    if unknown := sorted(set(stored) - set(KEPT)):
        raise WatchError(f"the watch list « {name} » asks for {', '.join(unknown)}, which no filter has")
    try:
        return _FILTER.validate_python(
            {key: tuple(v) if isinstance(v, list) else v for key, v in stored.items()}
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WatchError(f"the watch list « {name} » has no filter in {place}: {first['msg']}") from None


def in_words(stored: Mapping[str, Any]) -> str:
    """For a list: « categories ENERGY, VISIT · polarities denied »; « everything » when it asks for nothing."""
    told = [
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in stored.items()
    ]
    return " · ".join(told) or "everything"
