"""An entry of the catalogue out of what was found: its fields and its YAML. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args
from urllib.parse import urlsplit

import yaml

from processing.address import host_of, site_of
from processing.errors import CatalogueError
from spiders.catalogue import Kind, Source
from spiders.inspection.channels import Look
from spiders.inspection.choice import FIELDS
from spiders.inspection.homepage import HomePage

VERIFICATION: Final = "inspected"
"""What stands in the entry's ``verification``: this program looked, nobody else."""

_EVERYWHERE: Final = frozenset("AI CC CD CO FM GG IO LA LI LY ME NU PW SH TK TO TV WS".split())
"""Country endings that are sold to everybody and say nothing."""
_OTHER: Final = {"UK": "GB", "SU": "RU"}
_DAILY: Final = 5.0
"""Articles a day from which a publication is taken for a daily."""


@dataclass(frozen=True)
class Stated:
    """What a person says of a source; None leaves it to the program."""

    id: str | None = None
    name: str | None = None
    country: str | None = None
    kind: Kind | None = None


def provisional(home: str, taken: Iterable[str] = (), stated: Stated | None = None) -> Source:
    """An entry made from nothing but the address of a home page, to look at the source with.

    Raises CatalogueError for an id, country or kind that no catalogue takes, or when no free id can be made.
    """
    stated = stated or Stated()
    known = set(taken)
    if stated.id is not None and stated.id in known:
        raise CatalogueError(f"the id {stated.id} is used already: give another with --id")
    free = stated.id or next((name for name in _ids(home) if name not in known), None)
    if free is None:
        raise CatalogueError(f"{', '.join(_ids(home))}: these ids are used already: give one with --id")
    country = stated.country or _country(home, None)[0]
    for option, value, pattern in (("--id", free, r"[a-z0-9-]+"), ("--country", country, r"[A-Z]{2}")):
        if not re.fullmatch(pattern, value):
            want = "a-z, 0-9 and -" if option == "--id" else "two capital letters"
            raise CatalogueError(f"{option} {value!r} cannot be used: write {want}")
    if stated.kind is not None and stated.kind not in get_args(Kind):
        raise CatalogueError(f"--kind {stated.kind!r} is not one of {', '.join(get_args(Kind))}")
    fields = {"id": free, "name": stated.name or site_of(home), "country": country, "homepage": home}
    return Source.model_validate({**fields, "kind": stated.kind or "daily"})


def proposed(
    source: Source, page: HomePage | None, looks: Sequence[Look], stated: Stated, now: datetime
) -> tuple[Source, tuple[tuple[str, str], ...]]:
    """The entry for a new source, and for each field that nobody stated what it was guessed from."""
    guessed: dict[str, str] = {}
    home = page.url if page else source.homepage
    name = stated.name
    if name is None:
        title = next((look.found.title for look in looks if look.works and look.found.title), None)
        name, origin = _name(home, page, title)
        guessed["name"] = origin
    country = stated.country
    if country is None:
        country, guessed["country"] = _country(home, page.region if page else None)
    kind = stated.kind
    if kind is None:
        kind, guessed["kind"] = _kind(home, looks)
    kept = [look.found for look in looks if look.found.kept]
    channels: dict[str, tuple[str, ...]] = {
        field: tuple(dict.fromkeys(found.url for found in kept if found.kind == channel))
        for channel, field in FIELDS.items()
    }
    entry = source.model_copy(
        update={"name": name, "country": country, "kind": kind, "homepage": home, **channels,
                "verification": VERIFICATION}
    )  # fmt: skip
    return entry, tuple(guessed.items())


def as_yaml(source: Source, guessed: Iterable[tuple[str, str]] = (), indent: int = 0) -> str:
    """The entry as it stands in a catalogue file, fields that have their default left out; it ends in a newline."""
    comments = dict(guessed)
    stated = source.model_dump(mode="json", exclude_defaults=True)
    lines: list[str] = []
    for field in Source.model_fields:
        if field not in stated:
            continue
        comment = f"  # {comments[field]}" if field in comments else ""
        lines += _field(field, stated[field], comment)
    text = [f"{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)]
    return "".join(f"{' ' * indent}{line}\n" for line in text)


def _field(name: str, value: Any, comment: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{name}: {_scalar(value)}{comment}"]
    short = f"{name}: {_flow(value)}{comment}"
    if len(value) == 1 and len(short) <= 110:
        return [short]
    return [f"{name}:{comment}", *(f"  - {_scalar(item)}" for item in value)]


def _scalar(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, width=100_000).removesuffix("...\n").strip()


def _flow(value: list[Any]) -> str:
    return yaml.safe_dump(value, allow_unicode=True, width=100_000, default_flow_style=True).strip()


def _ids(home: str) -> list[str]:
    """Ids for a host, the best first: its registrable name, that with its subdomain, the whole host."""
    host, site, port = host_of(home), site_of(home), urlsplit(home).port
    if re.fullmatch(r"[\d.]+|\[.*\]", host):
        return [re.sub(r"[^a-z0-9]+", "-", f"{host}-{port}" if port else host).strip("-")]
    label = site.partition(".")[0]
    below = host.removesuffix(site).strip(".").removeprefix("www").strip(".")
    names = [label, f"{label}-{below}" if below else "", site, host]
    return list(dict.fromkeys(re.sub(r"[^a-z0-9]+", "-", name).strip("-") for name in names if name))


def _name(home: str, page: HomePage | None, feed_title: str | None) -> tuple[str, str]:
    if page and page.name and page.is_stated:
        return page.name, "og:site_name"
    for text, origin in ((page.name if page else None, "the page's title"), (feed_title, "the feed's title")):
        if text:
            return _shortest_that_fits(text, home), f"from {origin}"
    return site_of(home), "the host: no name was found"


def _shortest_that_fits(title: str, home: str) -> str:
    """The part of a title that resembles the host; else its first part."""
    parts = [part.strip() for part in re.split(r"\s+[|–—:·»«-]\s+|\s*[|•]\s*|\s:\s", title) if part.strip()]
    label = _letters(site_of(home).partition(".")[0])
    alike = [part for part in parts if (name := _letters(part)) and (label in name or name in label)]
    return min(alike, key=len) if alike else (parts[0] if parts else title)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in plain if char.isalnum() and char.isascii())


def _country(home: str, region: str | None) -> tuple[str, str]:
    ending = host_of(home).rpartition(".")[2].upper()
    if re.fullmatch(r"[A-Z]{2}", ending) and ending not in _EVERYWHERE:
        return _OTHER.get(ending, ending), f"a guess from the ending .{ending.lower()}"
    if region:
        return region, f"a guess from the page's language fr-{region}"
    return "FR", "a guess: nothing says which"


def _kind(home: str, looks: Sequence[Look]) -> tuple[Kind, str]:
    host = f".{host_of(home)}"
    if re.search(r"\.(?:gouv|gov|gc|admin|gouvernement)\.", host):
        return "government", "a guess from the host"
    rates = [rate for look in looks if look.found.kept and (rate := _a_day(look)) is not None]
    if not rates:
        return "daily", "a guess: nothing says how often it publishes"
    rate = max(rates)
    return ("daily" if rate >= _DAILY else "specialist"), f"a guess from about {rate:.1f} articles a day"


def _a_day(look: Look) -> float | None:
    found = look.found
    if found.dated < 3 or found.newest is None or found.oldest is None:
        return None
    days = (found.newest - found.oldest).total_seconds() / 86_400
    return found.dated / max(days, 0.5)
