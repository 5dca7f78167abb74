"""The sample press as data: sites, articles and the labelled truth about them.

A site is a folder of `press/`: `site.yaml` (who it is, how it lists its articles) and one Markdown file per article
(YAML front matter, then the body). Texts bear no absolute dates: `{jour-1}`, `{date+3}`, `{mois}` and `{an}` are
resolved against the day the article came out, and that day is counted back from the start day of the newsstand.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

PRESS = Path(__file__).parent / "press"
TRUTH = Path(__file__).parent / "expected.yaml"

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_WHEN = re.compile(r"\{(jour|Jour|date|mois|an)([+-]\d+)?\}")
MARKUP = re.compile(r"\[\[(.+?)\]\]|_(\S[^_]*?)_")


def french_date(day: dt.date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]}"


def resolve_dates(text: str, day: dt.date) -> str:
    """Replace the dates of a text as seen from `day`.

    `{jour±n}` is a weekday (`{Jour±n}` where it opens a sentence), `{date±n}` a day and month, `{mois±n}` a month,
    `{an±n}` a year.
    """

    def one(match: re.Match[str]) -> str:
        shift = int(match[2] or 0)
        match match[1]:
            case "jour":
                return DAYS[(day + dt.timedelta(days=shift)).weekday()]
            case "Jour":
                return DAYS[(day + dt.timedelta(days=shift)).weekday()].capitalize()
            case "date":
                return french_date(day + dt.timedelta(days=shift))
            case "mois":
                return MONTHS[(day.month - 1 + shift) % 12]
            case _:
                return str(day.year + shift)

    return _WHEN.sub(one, text)


def plain(text: str) -> str:
    """The text a reader sees: `[[links]]` and `_italics_` lose their markers."""
    return MARKUP.sub(lambda match: match[1] or match[2], text)


@dataclass(frozen=True)
class Block:
    """One piece of a body: `kind` is p, h2, quote or figure (then `text` is the caption)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Channel:
    """One place where a site lists its articles.

    `form` is rss, atom, json, news (sitemap), urls (sitemap), index (sitemap index) or section. `links` says how a
    feed writes its links: absolute, relative or tracked. `sections` empty means every section.
    """

    path: str
    form: str
    sections: tuple[str, ...] = ()
    links: str = "absolute"
    full_text: bool = False
    broken: bool = False
    gzip: bool = False
    listed: bool = True
    children: tuple[str, ...] = ()
    title: str = ""
    leave_out: tuple[str, ...] = ()
    extra: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Site:
    id: str
    name: str
    country: str
    kind: str
    slogan: str
    zone: ZoneInfo
    address: str
    sections: dict[str, str]
    channels: tuple[Channel, ...]
    robots: str
    spaces: str = "plain"
    charset: str = "utf-8"
    charset_in: str = "header"
    content_encoding: str = ""
    state_media_of: str = ""
    tracking: str = ""
    tdmrep: tuple[dict[str, Any], ...] = ()

    def forms(self, *forms: str) -> list[Channel]:
        return [channel for channel in self.channels if channel.form in forms]


@dataclass(frozen=True)
class Article:
    """One article as its author wrote it. `answer` is how the server serves it: article, video, listing, gone,
    error (500), empty. `day` counts from the start day (-1: the day before) and `time` is local to the site."""

    id: str
    site: str
    slug: str
    title: str
    lead: str
    authors: tuple[str, ...]
    section: str
    day: int
    time: dt.time
    body: str
    answer: str = "article"
    language: str = "fr"
    keywords: tuple[str, ...] = ()
    path: str = ""
    linked_as: str = "canonical"
    moved_from: str = ""
    amp: bool = False
    paywalled: bool = False
    charset: str = ""
    tdm_reservation: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def blocks(self) -> tuple[Block, ...]:
        found = []
        for piece in re.split(r"\n\s*\n", self.body.strip()):
            text = " ".join(piece.split())
            for mark, kind in (("## ", "h2"), ("> ", "quote"), ("!figure ", "figure")):
                if text.startswith(mark):
                    found.append(Block(kind, text.removeprefix(mark)))
                    break
            else:
                if text:
                    found.append(Block("p", text))
        return tuple(found)

    def text(self, part: str = "body") -> str:
        """The plain text of `title`, `lead` or `body`: paragraphs, subheads and quotations, without captions."""
        if part == "title":
            return plain(self.title)
        if part == "lead":
            return plain(self.lead)
        return "\n\n".join(plain(block.text) for block in self.blocks if block.kind != "figure")

    def published(self, start: dt.date, zone: ZoneInfo) -> dt.datetime:
        return dt.datetime.combine(start + dt.timedelta(days=self.day), self.time, zone)

    def dated(self, start: dt.date) -> Article:
        """The same article with every date of its texts resolved."""
        day = start + dt.timedelta(days=self.day)
        changes = {part: resolve_dates(getattr(self, part), day) for part in ("title", "lead", "body")}
        return Article(**{**self.__dict__, **changes})


@dataclass(frozen=True)
class ExpectedMention:
    field: str
    sentence: str
    category: str
    polarity: str


@dataclass(frozen=True)
class Expected:
    """What should become of one article, and the mentions a reader finds in it.

    `becomes` is article, paywalled (an article, marked), not_french, not_article, quarantined, refused_robots,
    refused_tdm, gone or failed. `story` names the wire text that several sites carry.
    """

    id: str
    becomes: str
    mentions: tuple[ExpectedMention, ...] = ()
    story: str = ""


@dataclass(frozen=True)
class Press:
    sites: dict[str, Site]
    articles: dict[str, Article]


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _site(file: Path) -> Site:
    values = _tuples(yaml.safe_load(file.read_text(encoding="utf-8")))
    values["zone"] = ZoneInfo(values["zone"])
    values["channels"] = tuple(Channel(**_tuples(channel)) for channel in values["channels"])
    return Site(**values)


def _article(file: Path, number: int) -> Article:
    _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
    values = _tuples(yaml.safe_load(front))
    values["time"] = dt.time.fromisoformat(values["time"])
    site = file.parent.name
    return Article(
        id=f"{site}/{file.stem}", site=site, slug=file.stem, number=number, body=body.strip(), **values
    )


@functools.cache
def read_press() -> Press:
    """Every site and article of `press/`, in the order of their names."""
    sites = {site.id: site for site in map(_site, sorted(PRESS.glob("*/site.yaml")))}
    files = sorted(PRESS.glob("*/*.md"))
    articles = [_article(file, 40_118 + 37 * place) for place, file in enumerate(files)]
    return Press(sites, {article.id: article for article in articles})


def read_expected(start: dt.date) -> dict[str, Expected]:
    """The labelled truth, with the dates inside its sentences resolved as in the articles."""
    articles = read_press().articles
    expected = {}
    for name, values in yaml.safe_load(TRUTH.read_text(encoding="utf-8")).items():
        day = start + dt.timedelta(days=articles[name].day)
        mentions = tuple(
            ExpectedMention(**{**mention, "sentence": resolve_dates(mention["sentence"], day)})
            for mention in values.get("mentions", ())
        )
        expected[name] = Expected(name, values["becomes"], mentions, values.get("story", ""))
    return expected
