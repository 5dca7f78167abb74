"""The brief as files, and its sending: what an analyst finds in the morning, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.alerts.sending import send
from desk.brief import write_brief
from desk.brief.keeping import Kept, keep, send_once
from desk.night.stages import night_is_over
from processing.errors import AlertError
from tests.desk.alerts.service import Service
from tests.desk.newsroom import DAY, MORNING, Found, Newsroom

ACCORD = "La Russie et la Chine ont signé un accord de défense."


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture
def kept(connection: Connection[TupleRow], database_url: str, tmp_path: Path) -> Kept:
    room = Newsroom(connection)
    room.night()
    room.article("Un accord", Found(ACCORD), outlet="Le Globe")
    connection.commit()
    return keep(connection, tmp_path / "briefs", write_brief(database_url, DAY, now=MORNING))


def test_a_brief_is_kept_in_three_forms_and_a_later_one_takes_its_place(
    kept: Kept, connection: Connection[TupleRow], database_url: str
) -> None:
    folder = kept.html.parent
    assert sorted(path.name for path in folder.iterdir()) == [f"{DAY}.html", f"{DAY}.json", f"{DAY}.md"]
    assert ACCORD in (folder / f"{DAY}.md").read_text()
    assert json.loads((folder / f"{DAY}.json").read_text())["figures"]["mentions"] == 1
    keep(connection, folder, write_brief(database_url, DAY, "en", now=MORNING))
    assert "# Morning brief" in (folder / f"{DAY}.md").read_text()
    assert len(list(folder.iterdir())) == 3
    told = connection.execute(
        "SELECT subject, outcome, counts ->> 'mentions' FROM press.run WHERE stage = 'brief'"
    ).fetchall()
    assert told == [(str(DAY), "done", "1")] * 2


def test_a_brief_is_sent_once_as_html_under_its_day(
    kept: Kept, connection: Connection[TupleRow], service: Service
) -> None:
    sending = partial(send, addresses=[service.address])
    assert send_once(connection, DAY, kept.html, "fr", sending)
    assert not send_once(connection, DAY, kept.html, "fr", sending)
    (message,) = service.messages
    assert "brève du mercredi 25 novembre 2026" in message["title"]
    assert "un accord de défense" in message["message"]


def test_a_brief_that_could_not_be_sent_is_sent_when_it_is_tried_again(
    kept: Kept, connection: Connection[TupleRow], service: Service
) -> None:
    sending = partial(send, addresses=[service.address])
    service.status = 500
    with pytest.raises(AlertError):
        send_once(connection, DAY, kept.html, "fr", sending)
    service.status = 200
    assert send_once(connection, DAY, kept.html, "fr", sending)
    assert len(service.messages) == 1


def test_the_night_is_over_when_nothing_works_and_nothing_waits(
    kept: Kept, connection: Connection[TupleRow], database_url: str
) -> None:
    connection.execute("UPDATE press.article SET flagged_with = 'x'")
    connection.commit()
    assert night_is_over(database_url)
    connection.execute("UPDATE press.article SET flagged_with = NULL")
    connection.commit()
    assert not night_is_over(database_url)
