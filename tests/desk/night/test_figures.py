"""How a night is told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.night.figures import NOTE_AT_MOST, CrawlFigures, NightFigures, batches, stage_note


def night(*crawls: CrawlFigures, asked: tuple[str, ...] | None = None) -> NightFigures:
    return NightFigures(
        asked=asked or tuple(source for crawl in crawls for source in crawl.sources),
        crawls=crawls,
    )


@pytest.mark.parametrize(
    ("figures", "label"),
    [
        (CrawlFigures(("rfi",), new=42), "rfi · 42 new, 0 failed"),
        (CrawlFigures(("rfi",), failed=3, down={"rfi": "HTTP 500"}), "rfi · 0 new, 3 failed"),
        (CrawlFigures(("rfi",), error="the crawl was killed"), "rfi · stopped"),
        (CrawlFigures(("a", "b", "c"), new=1), "a, b, c · 1 new, 0 failed"),
        (CrawlFigures(("a", "b", "c", "d", "e"), new=1), "a, b, c and 2 more · 1 new, 0 failed"),
    ],
)
def test_a_crawl_task_is_named_after_its_sources_and_what_they_brought(
    figures: CrawlFigures, label: str
) -> None:
    assert figures.label == label


def test_figures_travel_as_json() -> None:
    figures = CrawlFigures(
        ("a", "b"),
        new=3,
        failed=1,
        down={"b": "HTTP 500"},
        away=("b",),
        quiet={"a": "3 of 40"},
        run_id=7,
        seconds=1.5,
    )
    assert CrawlFigures.from_json(json.loads(json.dumps(figures.as_json()))) == figures


def test_a_good_night_succeeds_and_is_told_in_one_line() -> None:
    figures = night(CrawlFigures(("rfi",), new=42), CrawlFigures(("opex360",), new=1))
    assert figures.failure is None
    assert figures.note() == "**43 new pages**; 2 of 2 sources answered."


def test_a_source_that_is_down_is_named_and_the_night_is_still_good() -> None:
    figures = night(CrawlFigures(("rfi",), new=42), CrawlFigures(("x",), failed=1, down={"x": "HTTP 500"}))
    assert figures.failure is None
    assert "1 of 2 sources answered (down: x)." in figures.note()
    assert "**x** is down: HTTP 500" in figures.note()
    assert figures.counts()["sources_down"] == 1


def test_a_source_that_brings_less_than_ever_is_named_and_the_night_is_still_good() -> None:
    figures = night(CrawlFigures(("rfi",), new=2, quiet={"rfi": "2 new pages in a day, usually 40"}))
    assert figures.failure is None
    assert "**rfi** is quiet: 2 new pages in a day, usually 40" in figures.note()
    assert figures.counts()["sources_quiet"] == 1


def test_a_crawl_that_was_killed_and_told_nothing_counts_as_down() -> None:
    figures = night(CrawlFigures(("rfi",), new=42), asked=("rfi", "x"))
    assert figures.down == {"x": "its crawl was killed"}


def test_a_night_without_due_sources_is_good() -> None:
    figures = NightFigures(asked=())
    assert figures.failure is None
    assert "0 of 0 sources" in figures.note()


@pytest.mark.parametrize(
    ("figures", "names"),
    [
        (NightFigures(asked=None), "due_sources"),
        (NightFigures(asked=("a", "b"), crawls=(CrawlFigures(("a", "b"), error="killed"),)), "2 sources"),
        (
            NightFigures(asked=("a", "b", "c"), crawls=(CrawlFigures(("a",)),)),
            "only 1 of 3 sources",
        ),
    ],
)
def test_a_night_fails_when_most_sources_could_not_be_crawled(figures: NightFigures, names: str) -> None:
    assert figures.failure is not None
    assert names in figures.failure
    assert f"**Failed**: {figures.failure}" in figures.note()


@given(st.dictionaries(st.text("abc-", min_size=1, max_size=40), st.text(max_size=400), max_size=60))
def test_a_note_has_room_in_airflow_whatever_went_wrong(down: dict[str, str]) -> None:
    note = night(CrawlFigures(("rfi",), new=1), CrawlFigures(tuple(down), down=down)).note()
    assert len(note) <= NOTE_AT_MOST
    assert "**1 new page**" in note


def test_a_note_that_cannot_name_every_source_says_how_many_are_left() -> None:
    down = {f"source-{number:02}": "connection refused" for number in range(40)}
    note = night(CrawlFigures(tuple(down), down=down)).note()
    named = note.count("is down:")
    assert 0 < named < 40
    assert f"… and {40 - named} more sources." in note


@pytest.mark.parametrize(
    ("stage", "counts", "note"),
    [
        (
            "extract",
            {"articles": 1200, "not_article": 3, "not_french": 0, "quarantined": 1},
            "**1,200 articles**; 3 not article, 1 quarantined.",
        ),
        ("extract", {}, "**0 articles**."),
        (
            "flag",
            {"articles": 38, "mentions": 12, "with_mentions": 7},
            "**12 mentions** in 7 articles; 38 articles read.",
        ),
        (
            "flag",
            {"articles": 1, "mentions": 1, "with_mentions": 1, "quarantined": 1},
            "**1 mention** in 1 article; 1 article read; 1 quarantined.",
        ),
    ],
)
def test_a_stage_is_told_in_one_line(stage: str, counts: dict[str, int], note: str) -> None:
    assert stage_note(stage, counts) == note


@given(st.integers(0, 3000), st.integers(1, 1000))
def test_sources_are_shared_out_evenly_and_none_is_lost(count: int, tasks: int) -> None:
    sources = [f"s{number}" for number in range(count)]
    shared = batches([[source] for source in sources], tasks)
    assert [source for batch in shared for source in batch] == sources
    assert len(shared) == min(count, tasks)
    sizes = {len(batch) for batch in shared}
    assert not sizes or max(sizes) - min(sizes) <= 1
