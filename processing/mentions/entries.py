"""Lexicon files read as data: YAML whose errors name the file, the line and the entry."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from processing.errors import LexiconError

LEXICON = Path(__file__).parent / "lexicon"


class Entry(dict[str, Any]):
    """A mapping of a lexicon file that knows its line."""

    line: int = 0


class _LineLoader(yaml.CSafeLoader):
    pass


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> Entry:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} twice", key.start_mark)
        seen.add(key.value)
    entry = Entry({str(k): v for k, v in loader.construct_mapping(node, deep=True).items()})
    entry.line = node.start_mark.line + 1
    return entry


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path) -> Any:
    """Return the content of a lexicon file; raises LexiconError when it is not readable YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)  # noqa: S506 (a SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise LexiconError(f"{where}: {getattr(error, 'problem', None) or error}") from error


def numbers(content: Mapping[str, Any], place: Place) -> dict[str, float]:
    """Return a mapping of names to weights; raises LexiconError when one is not a number."""
    for name, weight in content.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise LexiconError(f"{place}: the weight of {name!r} is {weight!r}, not a number")
    return {str(name): float(weight) for name, weight in content.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands, for error messages: « triggers.yaml:12 (STRATEGIC) »."""

    file: str
    line: int
    entry: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.entry})" if self.entry else f"{self.file}:{self.line}"


def mapping(
    value: Any, place: Place, allowed: Iterable[str], required: Iterable[str] = ()
) -> Mapping[str, Any]:
    """Return `value` as a mapping with only the allowed keys; raises LexiconError naming the place."""
    if not isinstance(value, dict):
        raise LexiconError(f"{place}: expected a mapping, found {type(value).__name__}")
    unknown = sorted(set(value) - set(allowed))
    if unknown:
        raise LexiconError(f"{place}: unknown key {unknown[0]!r}; known: {', '.join(sorted(allowed))}")
    missing = [key for key in required if key not in value]
    if missing:
        raise LexiconError(f"{place}: {missing[0]!r} is missing")
    return value


def words(value: Any, place: Place, key: str) -> list[str]:
    """Return `value[key]` as a list of non-empty strings (absent: empty); raises LexiconError."""
    items = value.get(key) or []
    if not isinstance(items, list):
        raise LexiconError(f"{place}: {key} must be a list")
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise LexiconError(
                f"{place}: {key} holds {item!r}; write words, in quotes if YAML reads them otherwise"
            )
    return items


def day(value: Any, place: Place, key: str) -> datetime.date | None:
    """Return `value[key]` as a date (absent: None); raises LexiconError."""
    found = value.get(key)
    if found is None or (isinstance(found, datetime.date) and not isinstance(found, datetime.datetime)):
        return found
    raise LexiconError(f"{place}: {key} is {found!r}; write a date as 2024-05-12")
