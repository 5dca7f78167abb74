"""How alerts read: in a message, and in the note of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desk.alerts.changes import Changes, Telling
from desk.alerts.message import LINES_AT_MOST, NOTE_AT_MOST, compose, note
from processing.store.alerts import Alert

NOW = datetime(2026, 11, 25, 5, 45, tzinfo=UTC)
RFI = Alert(
    1, "source:rfi", "rfi: HTTP 403; `vedette sources check rfi`", NOW, NOW, page="/dags/overnight_crawl"
)
DISK = Alert(2, "disk", "1.0 GiB of 40 GiB are free; make room", NOW - timedelta(days=3), NOW)
FLAG = Alert(
    3, "stage:flag", "the last flag failed; run `vedette flag`", NOW, NOW, page="/dags/flag_mentions"
)


def test_one_message_holds_all_that_is_new_fixed_and_still_open() -> None:
    told = compose(Telling(new=(RFI, FLAG), fixed=(DISK,), still=(replace(DISK, subject="night"),)), None)
    assert told.title == "Vedette: 2 new, 1 fixed, 1 still open"
    assert told.body.split("\n\n") == [
        "New:\n- source:rfi – rfi: HTTP 403; `vedette sources check rfi`\n"
        "- stage:flag – the last flag failed; run `vedette flag`",
        "Fixed:\n- disk (since 2026-11-22)",
        "Still open:\n- night (since 2026-11-22) – 1.0 GiB of 40 GiB are free; make room",
        "To hear no more of one for a while: vedette alerts silence SUBJECT --until DAY --because WHY",
    ]
    assert told.kind == "warning"


def test_good_news_alone_is_no_warning_and_asks_for_nothing() -> None:
    told = compose(Telling(fixed=(DISK,)), "http://127.0.0.1:8080/")
    assert (told.title, told.body, told.kind) == (
        "Vedette: 1 fixed",
        "Fixed:\n- disk (since 2026-11-22)",
        "success",
    )


def test_links_lead_to_each_page_once() -> None:
    two = replace(RFI, subject="source:figaro")
    body = compose(Telling(new=(RFI, two, FLAG, DISK)), "https://airflow.example/").body
    dags = "https://airflow.example/dags"
    assert f"Look at:\n{dags}/overnight_crawl\n{dags}/flag_mentions\n" in body
    assert body.count("https://") == 2


def test_a_message_names_twenty_and_says_how_many_more() -> None:
    many = tuple(replace(RFI, subject=f"source:s{number}") for number in range(LINES_AT_MOST + 5))
    body = compose(Telling(new=many), None).body
    assert "- … and 5 more: vedette alerts" in body
    assert body.count("\n- source:") == LINES_AT_MOST


def test_the_note_tells_the_figures_first_and_then_each_alert() -> None:
    quiet = replace(FLAG, silenced_until=NOW, silenced_because="moving", silenced_by="anne")
    lines = note(Changes(new=(RFI,), still=(DISK,), fixed=(FLAG,), silenced=(quiet,))).split("\n\n")
    assert lines[0] == "**1 new**, 1 fixed, 1 open, 1 silenced."
    assert [line.split()[0] for line in lines[1:]] == ["**new**", "**fixed**", "**open**", "**silenced**"]
    assert lines[-1].endswith("stage:flag until 2026-11-25 06:45: moving (anne)")


def test_the_note_fits_into_its_room_and_says_what_was_left_out() -> None:
    many = tuple(replace(RFI, reason="x" * 90, subject=f"source:s{number}") for number in range(40))
    text = note(Changes(new=many))
    assert len(text) <= NOTE_AT_MOST
    assert text.startswith("**40 new**")
    shown = text.count("**new** ")
    assert text.endswith(f"… and {40 - shown} more: `vedette alerts`")
    assert shown > 5
