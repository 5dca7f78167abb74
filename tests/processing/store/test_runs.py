"""A run's row says what became of the run, even when nobody was left to write it."""

from __future__ import annotations

import time

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.store import runs
from processing.store.connect import connect

Conn = Connection[TupleRow]


def until_let_go(conn: Conn) -> None:
    """The server lets go of what an ended connection held a moment later."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        held = conn.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        ).fetchall()
        if not held:
            return
        time.sleep(0.01)


def outcomes(conn: Conn) -> list[tuple[str, str, str | None]]:
    return conn.execute("SELECT stage, outcome, error FROM press.run ORDER BY id").fetchall()  # type: ignore[return-value]


def test_a_run_whose_process_is_gone_is_closed_by_the_next_run_of_any_stage(
    connection: Conn, database_url: str
) -> None:
    with connect(database_url) as killed:
        runs.start(killed, "crawl")
    until_let_go(connection)
    with runs.recorded(connection, "flag"):
        assert outcomes(connection) == [("crawl", "failed", runs.CUT_OFF), ("flag", "running", None)]


def test_a_run_is_alive_while_one_of_its_processes_is(connection: Conn, database_url: str) -> None:
    with connect(database_url) as child:
        with connect(database_url) as launcher:
            run_id = runs.start(launcher, "crawl")
            runs.hold(child, run_id)
        time.sleep(0.1)
        assert runs.close_dead(connection) == 0
    until_let_go(connection)
    assert runs.close_dead(connection) == 1


def test_a_night_that_was_never_closed_is_closed_by_the_next_night_only(
    connection: Conn, database_url: str
) -> None:
    with connect(database_url) as opened:
        runs.start(opened, "night")
    with runs.recorded(connection, "extract"):
        assert outcomes(connection)[0] == ("night", "running", None)
    runs.start(connection, "night")
    assert [row[:2] for row in outcomes(connection)] == [
        ("night", "failed"),
        ("extract", "done"),
        ("night", "running"),
    ]


def test_a_database_that_goes_away_does_not_hide_what_the_stage_was_about(
    connection: Conn, database_url: str
) -> None:
    def fail(lost: Conn) -> None:
        with runs.recorded(lost, "extract"):
            connection.execute("SELECT pg_terminate_backend(%s)", (lost.info.backend_pid,))
            raise ValueError("the stage's own trouble")

    with connect(database_url) as lost, pytest.raises(ValueError, match="the stage's own trouble"):
        fail(lost)
    until_let_go(connection)
    assert runs.close_dead(connection) == 1
