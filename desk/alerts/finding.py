"""What is wrong, and the way out. Pure: facts in, findings out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.alerts.facts import Disk, Facts, FailedRun, Held, SourceState, Waiting
from processing.zone import PARIS

NIGHT_WITHIN = timedelta(hours=30)
"""A night begins every 24 hours; six more for a late one."""
NOT_LOOKED_AT = timedelta(days=3)

FREE_SHARE = 0.05
FREE_BYTES = 2 * 2**30
"""A disk is nearly full below either."""

HELD_DAYS = 7
"""Days of the past that are needed to say how much usually goes into the quarantine."""
HELD_AT_LEAST = 10
HELD_TIMES = 3

REASON_AT_MOST = 300
"""Characters."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. The same thing bears the same ``subject`` at each look."""

    subject: str
    reason: str
    """One line that names the thing and the way out."""
    page: str | None = None
    """Where to look in the Airflow UI: a path below its address."""


class Stage(NamedTuple):
    """Where a stage is seen in Airflow, and what does its work without."""

    dag: str
    command: str | None


STAGES: Mapping[str, Stage] = {
    "crawl": Stage("overnight_crawl", "vedette crawl"),
    "night": Stage("overnight_crawl", "vedette night"),
    "extract": Stage("extract_articles", "vedette extract"),
    "flag": Stage("flag_mentions", "vedette flag"),
    "ingest": Stage("ingest_warc", "vedette ingest"),
    "brief": Stage("morning_brief", None),
    "backup": Stage("maintenance", None),
    "upkeep": Stage("maintenance", None),
}


def findings(facts: Facts, now: datetime) -> list[Finding]:
    """What is wrong now: stages first, then the quarantine and the disk, then sources; each subject once."""
    found = [_failed(run) for run in facts.failed]
    if facts.last_night and now - facts.last_night > NIGHT_WITHIN:
        found.append(
            _finding(
                "night",
                f"no night has begun since {_when(facts.last_night)}",
                "is Airflow's scheduler up, the DAG overnight_crawl not paused? `vedette night` makes one now",
                page=_dag_page("night"),
            )
        )
    found += [_waiting(waiting) for waiting in facts.waiting if waiting.count]
    if grows(facts.held):
        found.append(_held(facts.held))
    if nearly_full(facts.disk):
        found.append(_disk(facts.disk))
    found += [_source(source) for source in facts.sources if wrong(source, now)]
    return found


def wrong(source: SourceState, now: datetime) -> bool:
    """Whether a source is failing, silent or low; one lost look at one of several feeds is not enough."""
    failing = source.failing_feeds > 0 and (source.failing_feeds == source.feeds or source.steadily)
    forgotten = source.last_ok_at is not None and now - source.last_ok_at > NOT_LOOKED_AT
    return failing or forgotten or source.silent or source.low


def grows(held: Held) -> bool:
    """Whether more went into the quarantine than on any day of four weeks, and three times as much as usual."""
    return held.days >= HELD_DAYS and held.today > max(HELD_AT_LEAST, held.most, HELD_TIMES * held.usual)


def nearly_full(disk: Disk) -> bool:
    """Whether less than 5 % or 2 GiB is free."""
    return disk.free < max(FREE_BYTES, FREE_SHARE * disk.total)


def _failed(run: FailedRun) -> Finding:
    of = f" of {run.subject}" if run.subject else ""
    return _finding(
        f"stage:{run.stage}",
        f"the last {run.stage}{of} ({_when(run.started_at)}) failed: {run.error}",
        f"clear the failed task of {_way_out(run.stage)}",
        page=run.origin or _dag_page(run.stage),
    )


def _waiting(waiting: Waiting) -> Finding:
    things = (
        "pages have waited for extraction"
        if waiting.stage == "extract"
        else "articles have waited to be flagged"
    )
    since = f" since {_when(waiting.oldest)}" if waiting.oldest else ""
    return _finding(
        f"waiting:{waiting.stage}",
        f"{waiting.count:,} {things}{since}",
        f"trigger {_way_out(waiting.stage)}",
        page=_dag_page(waiting.stage),
    )


def _held(held: Held) -> Finding:
    return _finding(
        "quarantine",
        f"{held.today:,} pages went into the quarantine in a day, usually {held.usual:.0f}",
        "a site has changed, or answers with something else: `vedette quarantine list`",
        page=_dag_page("extract"),
    )


def _disk(disk: Disk) -> Finding:
    return _finding(
        "disk",
        f"{disk.free / 2**30:.1f} GiB of {disk.total / 2**30:.0f} GiB are free ({disk.free / disk.total:.0%}) on the "
        f"disk of {disk.path}",
        "make room, or move VEDETTE_HOME",
    )


def _source(source: SourceState) -> Finding:
    said = source.remark or ("silent" if source.silent else "low" if source.low else "a feed fails")
    return _finding(
        f"source:{source.id}",
        f"{source.id}: {said}",
        f"`vedette sources check {source.id}`",
        page=_dag_page("crawl"),
    )


def _way_out(stage: str) -> str:
    if (known := STAGES.get(stage)) is None:
        return f"its DAG ({stage})"
    return f"the DAG {known.dag}" + (f", or run `{known.command}`" if known.command else "")


def _dag_page(stage: str) -> str | None:
    return f"/dags/{STAGES[stage].dag}" if stage in STAGES else None


def _finding(subject: str, what: str, way_out: str, page: str | None = None) -> Finding:
    """What others said (an error, a remark) is cut rather than the way out."""
    one_line = " ".join(what.split())
    room = REASON_AT_MOST - len(way_out) - 2
    cut = one_line if len(one_line) <= room else one_line[: room - 1] + "…"
    return Finding(subject, f"{cut}; {way_out}", page)


def _when(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")
