"""The catalogue: which publications are watched, and where they announce their articles.

Sources are data. A catalogue is one YAML file or a folder of them, each a list of sources; the one that
comes with Vedette lies in ``spiders/sources/``. Everything wrong with a catalogue is reported at once,
one line each, naming file, line, source and field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from processing.address import canonical
from processing.errors import CatalogueError, PageError

PACKAGED = Path(__file__).parent / "sources"
"""The catalogue that comes with Vedette."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Kind = Literal[
    "daily",
    "weekly",
    "agency",
    "broadcaster",
    "specialist",
    "think-tank",
    "government",
    "international",
    "state-media",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Channel = Literal["feed", "sitemap", "section"]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Source(BaseModel):
    """A publication."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = Field(
        description="short name, stable for ever"
    )
    name: Text = Field(description="name as printed")
    country: Country = Field(description="ISO 3166-1 code; EU and UN for their own bodies")
    kind: Kind
    homepage: str
    feeds: tuple[str, ...] = Field((), description="RSS, Atom or JSON Feed")
    sitemaps: tuple[str, ...] = Field((), description="news sitemaps, or index files of them")
    sections: tuple[str, ...] = Field((), description="pages that list links to articles")
    state_media_of: Country | None = Field(None, description="the state that directs it")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "fr"
    include: tuple[str, ...] = Field(
        (), description="regular expressions; an article's address matches one of them"
    )
    exclude: tuple[str, ...] = Field(
        (), description="regular expressions; an article's address matches none of them"
    )
    delay: float | None = Field(None, ge=0, le=600, description="least seconds between two requests")
    expects_every: timedelta | None = Field(
        None, description="it publishes at least once in this time (12h, 7d)"
    )
    verification: str | None = Field(None, description="how far its addresses have been checked")
    note: str | None = None
    disabled: Text | None = Field(None, description="why it is not crawled")

    @field_validator("homepage", "feeds", "sitemaps", "sections")
    @classmethod
    def _web_addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for url in (value,) if isinstance(value, str) else value:
            try:
                canonical(url)
            except PageError as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("include", "exclude")
    @classmethod
    def _regular_expressions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
        return value

    @field_validator("expects_every", mode="before")
    @classmethod
    def _interval(cls, value: Any) -> Any:
        if isinstance(value, str) and (match := re.fullmatch(r"(\d+)\s*([hd])", value)):
            return timedelta(**{{"h": "hours", "d": "days"}[match[2]]: int(match[1])})
        if value is None or isinstance(value, timedelta):
            return value
        raise ValueError("write hours or days, such as 12h or 7d")

    @property
    def channels(self) -> tuple[tuple[Channel, str], ...]:
        """Every place to look at, as (kind, address)."""
        return (
            *(("feed", url) for url in self.feeds),
            *(("sitemap", url) for url in self.sitemaps),
            *(("section", url) for url in self.sections),
        )

    def wants(self, url: str) -> bool:
        """Whether ``include`` and ``exclude`` let an address through."""
        if self.include and not any(re.search(pattern, url) for pattern in self.include):
            return False
        return not any(re.search(pattern, url) for pattern in self.exclude)


def load_catalogue(path: Path | None = None) -> list[Source]:
    """Read a catalogue file or folder (None: the one that comes with Vedette), in order of id.

    Raises CatalogueError with one line for every fault in it.
    """
    root = PACKAGED if path is None else path
    faults: list[str] = []
    entries: list[_Entry] = []
    for file in _files(root):
        entries.extend(_read(file, faults))
    sources = _merged([(entry, source) for entry in entries if (source := _source(entry, faults))], faults)
    faults.extend(_doubles(sources))
    if faults:
        raise CatalogueError("\n".join(faults))
    if not sources:
        raise CatalogueError(f"{root}: no source in it")
    return sorted((source for _, source in sources), key=lambda source: source.id)


@dataclass(frozen=True)
class _Entry:
    """One raw entry and where it stands."""

    file: Path
    line: int
    lines: Mapping[str, int]
    position: int
    value: Any

    def at(self, field: str | None = None) -> str:
        line = self.lines.get(field, self.line) if field else self.line
        name = self.value.get("id") if isinstance(self.value, dict) else None
        return f"{self.file}:{line}: source {name or f'no. {self.position}'}"


def _files(root: Path) -> list[Path]:
    if root.is_dir():
        files = sorted([*root.glob("*.yaml"), *root.glob("*.yml")])
        if not files:
            raise CatalogueError(f"{root}: no .yaml file in this folder")
        return files
    if not root.is_file():
        raise CatalogueError(f"{root}: no such catalogue file or folder (VEDETTE_CATALOGUE)")
    return [root]


def _read(file: Path, faults: list[str]) -> list[_Entry]:
    try:
        text = file.read_text(encoding="utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.append(f"{file}:{line}: not YAML: {error.problem}")
        return []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        faults.append(f"{file}: cannot be read: {' '.join(str(error).split())}")
        return []
    if not isinstance(values, list) or not isinstance(node, yaml.SequenceNode):
        faults.append(f"{file}:1: a catalogue file is a list of sources, each beginning with « - id: »")
        return []
    return [
        _Entry(file, item.start_mark.line + 1, dict(_field_lines(item)), position, value)
        for position, (item, value) in enumerate(zip(node.value, values, strict=True), start=1)
    ]


def _field_lines(node: yaml.Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, _ in node.value:
            yield str(key.value), key.start_mark.line + 1


def _source(entry: _Entry, faults: list[str]) -> Source | None:
    if not isinstance(entry.value, dict):
        faults.append(f"{entry.at()}: want fields such as id, name, homepage, not {entry.value!r}")
        return None
    try:
        return Source.model_validate(entry.value)
    except ValidationError as error:
        for fault in error.errors():
            field = str(fault["loc"][0])
            faults.append(f"{entry.at(field)}: {field}: {_said(field, fault)}")
        return None


def _said(field: str, fault: Any) -> str:
    given = fault["input"]
    match fault["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return f"no such field; the fields are {', '.join(Source.model_fields)}"
        case "literal_error":
            return f"{given!r} is not one of {fault['ctx']['expected'].replace(' or ', ', ')}"
        case "string_pattern_mismatch":
            want = {"id": "a-z, 0-9 and -", "language": "two lower-case letters"}.get(
                field, "two capital letters"
            )
            return f"{given!r} cannot be used; write {want}"
        case "value_error":
            return str(fault["ctx"]["error"])
        case "tuple_type":
            return f"want a list such as [https://…], not {given!r}"
        case _:
            return f"{given!r} cannot be used: {str(fault['msg']).lower()}"


def _merged(sources: list[tuple[_Entry, Source]], faults: list[str]) -> list[tuple[_Entry, Source]]:
    """One source for each id. An id again under the same name (a leading « www. » aside) adds its channels.

    Lists made from host names have a site once with and once without « www. »; under another name the id is
    a mistake.
    """
    merged: dict[str, tuple[_Entry, Source]] = {}
    for entry, source in sources:
        if source.id not in merged:
            merged[source.id] = entry, source
            continue
        first, known = merged[source.id]
        if _plain_name(known.name) != _plain_name(source.name):
            faults.append(f"{entry.at('id')}: id: already used for {known.name} at {first.file}:{first.line}")
            continue
        more = {
            field: getattr(known, field) + getattr(source, field)
            for field in ("feeds", "sitemaps", "sections")
        }
        merged[source.id] = first, known.model_copy(update=more)
    return list(merged.values())


def _plain_name(name: str) -> str:
    return name.casefold().removeprefix("www.")


def _doubles(sources: list[tuple[_Entry, Source]]) -> Iterator[str]:
    addresses: dict[str, _Entry] = {}
    for entry, source in sources:
        for kind, url in source.channels:
            if url in addresses:
                yield f"{entry.at(kind + 's')}: {kind}s: {url} stands already at {addresses[url].at(kind + 's')}"
            addresses.setdefault(url, entry)
