"""What a brief is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from desk.brief.period import Period

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

Span = tuple[int, int]
"""Start and end in code points, within the sentence."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The night in numbers. Everything is counted over the period, but what waits: that is counted when the brief
    is written."""

    runs: int
    """Runs of crawl, extract, flag, ingest and night that touch the period."""
    asked: int
    """Sources at which a feed, sitemap or section was looked at."""
    answered: int
    """Those of them at which one look or more went well."""
    pages: int
    """Fetched for the first time."""
    articles: int
    """Stored for the first time."""
    mentions: int
    """In these articles; those that a person rejected are not counted."""
    mentioning: int
    """Articles that have them."""
    outlets: int
    """That published those."""
    waiting: int
    """Articles of the period that were not flagged yet, and its pages that were not extracted."""
    quarantined: int
    """Pages and files put into quarantine and still there."""

    @property
    def nothing_ran(self) -> bool:
        return not (self.runs or self.asked or self.articles)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One mention and its article. ``sentence`` stands in the article's ``field``, character for character."""

    mention_id: int
    article_id: int
    story_id: int
    """Of an article without a story: the article's number, negative."""
    field: str
    start: int
    sentence: str
    category: str
    polarity: str
    certainty: str
    time: str
    intensity: float
    score: float
    trigger: Span
    actors: tuple[tuple[str, Span], ...]
    """Side and place of the actors that the sentence itself names (no references to an earlier one)."""
    speaker: str | None
    speaker_side: str | None
    title: str
    url: str
    published_at: datetime | None
    outlet: str
    state_media_of: str | None
    agency: str | None
    withdrawn: bool
    """The publisher took the article back."""
    confirmed: bool
    """A person confirmed or corrected the mention."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story with one sentence of evidence."""

    evidence: Evidence
    quote: str
    """Words of the sentence, in one or two places « […] » where it was cut."""
    polarity: str
    """Where most of the story's mentions stand."""
    outlets: int
    """Independent outlets that carry it."""
    counts: Mapping[str, int]
    """Its mentions of the period by polarity."""

    @property
    def mentions(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Failure:
    """A source none of whose looks went well, or a run that failed."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that has not published for longer than its own past allows (``v_source_health.silent``)."""

    name: str
    last_article_at: datetime | None


@dataclass(frozen=True, slots=True)
class Correction:
    """An article changed or withdrawn by its publisher, with what this did to its mentions."""

    article_id: int
    title: str
    url: str
    outlet: str
    changed: tuple[str, ...]
    gained: int
    lost: int

    @property
    def withdrawn(self) -> bool:
        return "withdrawn" in self.changed


@dataclass(frozen=True, slots=True)
class Brief:
    """The brief of one day, in one language."""

    period: Period
    lang: Language
    written_at: datetime
    figures: Figures
    stories: tuple[Story, ...] = ()
    """Those shown, by weight."""
    more_stories: int = 0
    """Stories that are not shown."""
    mentions_from: datetime | None = None
    """When the oldest article with a mention was published (collected, where it bears no date)."""
    down: tuple[Failure, ...] = ()
    partly_down: int = 0
    """Sources of which some looks failed and some went well."""
    silent: tuple[Silence, ...] | None = None
    """None: silence is measured for the present only, and the brief is of another day."""
    failed_runs: tuple[Failure, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the period was not over when the brief was written."""
        return self.written_at < self.period.until

    @property
    def more_mentions(self) -> int:
        """Mentions that are not quoted: one is, of each story shown."""
        return self.figures.mentions - len(self.stories)
