"""From the database to a brief: the only part that does I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from desk.brief import choosing, length
from desk.brief.content import (
    Brief,
    Correction,
    Evidence,
    Failure,
    Figures,
    Language,
    Silence,
    Span,
)
from desk.brief.period import Period, period_of
from desk.brief.rendering import as_markdown
from processing.errors import VedetteError
from processing.store import briefing, revisions
from processing.store.connect import connect, require_schema

REFERENCES = frozenset({"anaphora"})
"""Kinds of actor that point to an earlier sentence: « les deux pays »."""


def write_brief(database_url: str, day: date, lang: Language = "fr", *, now: datetime | None = None) -> Brief:
    """The brief of ``day``: what was collected from 06:30 the day before to 06:30 of the day, Europe/Paris.

    Reads only; the role ``vedette_reader`` suffices. ``now`` is the time it is written at.
    Raises VedetteError for a day whose period has not begun, StoreError when the database cannot be reached or is not
    migrated.
    """
    now = now or datetime.now(UTC)
    period = period_of(day)
    if period.since > now:
        raise VedetteError(
            f"the brief of {day.isoformat()} begins at 06:30 of the day before, Paris time: it is too early for it"
        )
    with connect(database_url) as conn:
        require_schema(conn)
        conn.isolation_level = IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        with conn.transaction():
            return _read(conn, period, lang, now)


def _read(conn: Connection[TupleRow], period: Period, lang: Language, now: datetime) -> Brief:
    tally = _Tally()
    gathered = choosing.gather(tally.watched(briefing.mentions(conn, period.since, period.until)))
    stories = choosing.by_weight(gathered, briefing.outlets(conn, list(gathered)))
    failures = briefing.failures(conn, period.since, period.until)
    brief = Brief(
        period=period,
        lang=lang,
        written_at=now,
        figures=Figures(
            **briefing.figures(conn, period.since, period.until),
            mentions=tally.mentions,
            mentioning=len(tally.articles),
            outlets=len(tally.outlets),
        ),
        mentions_from=tally.oldest,
        down=tuple(Failure(row["name"], row["reason"]) for row in failures if not row["answered"]),
        partly_down=sum(row["answered"] for row in failures),
        # The view measures silence at the present moment; of an older day it knows nothing.
        silent=tuple(Silence(name, last) for name, last in briefing.silent(conn))
        if now < period.until + timedelta(days=1)
        else None,
        failed_runs=tuple(
            Failure(stage, error) for stage, error in briefing.failed_runs(conn, period.since, period.until)
        ),
        corrections=_corrections(conn, period),
    )
    return length.fitted(
        brief, choosing.mixed(stories), stories, lambda tried: length.words(as_markdown(tried))
    )


class _Tally:
    """Counts mentions while they pass."""

    def __init__(self) -> None:
        self.mentions = 0
        self.articles: set[int] = set()
        self.outlets: set[str] = set()
        self.oldest: datetime | None = None

    def watched(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Evidence]:
        for row in rows:
            self.mentions += 1
            self.articles.add(row["article_id"])
            self.outlets.add(row["outlet_key"])
            self.oldest = min(self.oldest or row["dated_at"], row["dated_at"])
            yield _evidence(row)


def _evidence(row: Mapping[str, Any]) -> Evidence:
    def within(span: Mapping[str, Any]) -> Span:
        return span["start"] - row["start"], span["end"] - row["start"]

    same = (
        "mention_id article_id story_id field start sentence category polarity certainty time intensity score title "
        "url published_at outlet state_media_of agency withdrawn confirmed"
    ).split()
    placed = ((actor["side"], within(actor), actor["kind"]) for actor in row["actors"])
    # That a state which acts in the sentence also speaks is often a misreading; else the sentence says so itself.
    states = {actor["text"].casefold() for actor in row["actors"] if actor["kind"] in ("country", "capital")}
    known = row["speaker_side"] not in (None, "UNKNOWN") and row["speaker"].casefold() not in states
    return Evidence(
        **{name: row[name] for name in same},
        trigger=within(row["trigger"]),
        actors=tuple(
            (side, span)
            for side, span, kind in placed
            if kind not in REFERENCES and 0 <= span[0] < span[1] <= len(row["sentence"])
        ),
        # Words whose side is not known are too often no speaker at all either.
        speaker=row["speaker"] if known else None,
        speaker_side=row["speaker_side"] if known else None,
    )


def _corrections(conn: Connection[TupleRow], period: Period) -> tuple[Correction, ...]:
    return tuple(
        Correction(
            article_id=row["article_id"],
            title=row["title"],
            url=row["url"],
            outlet=row["source"] or row["url"].split("/")[2],
            changed=tuple(row["changed"]),
            gained=_length(row["mentions_gained"]),
            lost=_length(row["mentions_lost"]),
        )
        for row in revisions.corrections(conn, since=period.since)
        if row["noted_at"] < period.until
    )


def _length(mentions: Sequence[object] | None) -> int:
    return len(mentions or ())
