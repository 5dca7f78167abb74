"""How good cleaning is on recorded pages with gold, beside other extractors on the same pages in the same run.

Measures, each over the pages whose gold states it:

* tokens: precision, recall and F1 of the words of lead and body as multisets, averaged over pages;
* segments: passages that must and must not stand in the text, counted over all pages;
* title: the same but for spaces and the sort of quotes and apostrophes;
* date: the same day; authors: the same people;
* recurrent: pages that keep a line which stands on at least RECURRENT pages of the same host. It needs no gold: an
  article's own sentences stand on one page.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import process_time
from typing import Any
from urllib.parse import urlsplit

from processing.archive.reading import ArchivedPage
from processing.errors import GoldError

RECURRENT = 3
ALL = "all"
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\xa0": " ", "\u202f": " "}
)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class GoldPage:
    """What a person (or a publisher's template) says stands on a page; empty: not said."""

    url: str
    text: str = ""
    """Lead and body."""
    title: str = ""
    day: date | None = None
    authors: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    """Passages of the article."""
    absent: tuple[str, ...] = ()
    """Passages of the page that are not of the article."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an extractor made of a page; all empty when it took it for no article."""

    text: str = ""
    """Lead and body, a line each paragraph."""
    title: str = ""
    day: date | None = None
    authors: tuple[str, ...] = ()
    seconds: float | None = None
    """Of processor time, where another process did the work."""


Extractor = Callable[[ArchivedPage], Reading]


@dataclass
class Share:
    """So many of so many."""

    right: int = 0
    of: int = 0

    def count(self, right: bool) -> None:
        self.right += right
        self.of += 1

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None


@dataclass
class Figures:
    """What was measured of one extractor, on all pages or on those of one site."""

    pages: int = 0
    failed: int = 0
    """Pages on which it raised; they count as read with nothing found."""
    seconds: float = 0.0
    """Of processor time."""
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)
    """Of tokens, a page each."""
    present: Share = field(default_factory=Share)
    absent: Share = field(default_factory=Share)
    """Segments: those that must stand in the text and do, those that must not and do not."""
    title: Share = field(default_factory=Share)
    day: Share = field(default_factory=Share)
    authors: Share = field(default_factory=Share)
    recurrent: Share = field(default_factory=Share)
    """Pages without a line that recurs on their host."""

    @property
    def segment_f1(self) -> float | None:
        """Found passages against those missed and those that should not be there."""
        if not self.present.of:
            return None
        wrong = self.present.of - self.present.right + self.absent.of - self.absent.right
        return 2 * self.present.right / (2 * self.present.right + wrong)

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON: shares as numbers between 0 and 1, null where nothing was measured."""
        return {
            "pages": self.pages,
            "failed": self.failed,
            "token_precision": _mean(self.precision),
            "token_recall": _mean(self.recall),
            "token_f1": _mean(self.f1),
            "token_pages": len(self.f1),
            "segment_f1": _rounded(self.segment_f1),
            "segments": self.present.of + self.absent.of,
            "title": _rounded(self.title.value),
            "titles": self.title.of,
            "date": _rounded(self.day.value),
            "dates": self.day.of,
            "authors": _rounded(self.authors.value),
            "author_pages": self.authors.of,
            "recurrent": _rounded(None if (kept := self.recurrent.value) is None else 1 - kept),
            "cpu_seconds": round(self.seconds, 3),
            "pages_per_cpu_second": round(self.pages / self.seconds, 1) if self.seconds else None,
        }


def load_gold(lines: Iterable[str]) -> dict[str, GoldPage]:
    """Gold pages by address, from JSON Lines.

    Keys: ``url``; optionally ``title``, ``date`` (2020-06-30), ``authors``, ``lead``, ``body``, ``with``, ``without``.
    Raises GoldError naming the line.
    """
    found: dict[str, GoldPage] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            page = _gold_page(line, number)
            found[page.url] = page
    return found


def evaluate(
    pages: Iterable[ArchivedPage], gold: Mapping[str, GoldPage], extractors: Mapping[str, Extractor]
) -> dict[str, dict[str, Figures]]:
    """Figures by extractor and site; ``ALL`` stands for every site."""
    found: dict[str, dict[str, Figures]] = {name: defaultdict(Figures) for name in extractors}
    lines: dict[str, dict[str, list[frozenset[str]]]] = {name: defaultdict(list) for name in extractors}
    for page in pages:
        site = urlsplit(page.url).hostname or ""
        known = gold.get(page.url)
        for name, extractor in extractors.items():
            begun = process_time()
            try:
                reading, failed = extractor(page), False
            except Exception:  # noqa: BLE001 - other people's extractors raise what they like
                reading, failed = Reading(), True
            seconds = process_time() - begun if reading.seconds is None else reading.seconds
            lines[name][site].append(
                frozenset(filter(None, (plain(line) for line in reading.text.split("\n"))))
            )
            for figures in (found[name][ALL], found[name][site]):
                figures.pages += 1
                figures.failed += failed
                figures.seconds += seconds
                if known is not None:
                    _score(figures, known, reading)
    for name, sites in lines.items():
        for site, kept in sites.items():
            for clean in _without_recurrent(kept):
                found[name][site].recurrent.count(clean)
                found[name][ALL].recurrent.count(clean)
    return found


def tokens(text: str) -> Counter[str]:
    """The words of a text, case ignored."""
    return Counter(_WORDS.findall(text.casefold()))


def overlap(gold: Counter[str], found: Counter[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of one multiset of words against another."""
    common = (gold & found).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / found.total(), common / gold.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def plain(text: str) -> str:
    """One line with one sort of quotes, apostrophes and spaces, and none beside quotes."""
    return re.sub(' ?" ?', '"', " ".join(text.translate(_QUOTES).split()))


def _score(figures: Figures, gold: GoldPage, reading: Reading) -> None:
    if gold.text:
        precision, recall, f1 = overlap(tokens(gold.text), tokens(reading.text))
        figures.precision.append(precision)
        figures.recall.append(recall)
        figures.f1.append(f1)
    if gold.present or gold.absent:
        text = plain(reading.text)
        for passage in gold.present:
            figures.present.count(plain(passage) in text)
        for passage in gold.absent:
            figures.absent.count(plain(passage) not in text)
    if gold.title:
        figures.title.count(plain(gold.title) == plain(reading.title))
    if gold.day:
        figures.day.count(gold.day == reading.day)
    if gold.authors:
        named = {plain(name).casefold() for name in gold.authors}
        figures.authors.count(named == {plain(name).casefold() for name in reading.authors})


def _without_recurrent(pages: Sequence[frozenset[str]]) -> Iterator[bool]:
    """For each page of a host, whether none of its lines stands on RECURRENT of them."""
    if len(pages) < RECURRENT:
        return
    seen = Counter(line for lines in pages for line in lines)
    yield from (all(seen[line] < RECURRENT for line in lines) for lines in pages)


def _gold_page(line: str, number: int) -> GoldPage:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise GoldError(f"line {number}: not JSON: {error}") from None
    if not isinstance(row, dict) or not isinstance(row.get("url"), str):
        raise GoldError(f'line {number}: want an object with "url"')
    for key in ("title", "date", "lead", "body"):
        if not isinstance(row.get(key, ""), str):
            raise GoldError(f'line {number}: "{key}" must be text')
    for key in ("authors", "with", "without"):
        value = row.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise GoldError(f'line {number}: "{key}" must be a list of texts')
    try:
        day = date.fromisoformat(row["date"]) if row.get("date") else None
    except ValueError:
        raise GoldError(f"line {number}: {row['date']!r} is not a day: write it as 2020-06-30") from None
    return GoldPage(
        url=row["url"],
        text="\n".join(filter(None, (row.get("lead", ""), row.get("body", "")))),
        title=row.get("title", ""),
        day=day,
        authors=tuple(row.get("authors", ())),
        present=tuple(row.get("with", ())),
        absent=tuple(row.get("without", ())),
    )


def _mean(values: Sequence[float]) -> float | None:
    return _rounded(sum(values) / len(values)) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
