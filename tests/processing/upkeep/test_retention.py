"""What is kept how long, on a real database: every case a history written into the tables."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.errors import ArchiveError
from processing.extraction import extract_pending
from processing.settings import Settings
from processing.store import expiry, findings, quarantine
from processing.store.volume import daily_volume
from processing.upkeep import retention, telling, vacuum

Conn = Connection[TupleRow]


def feed(conn: Conn, kind: str = "feed") -> int:
    conn.execute(
        "INSERT INTO press.source (id, name, country, kind, homepage) "
        "VALUES ('gazette', 'Gazette', 'FR', 'daily', 'http://g.fr/') ON CONFLICT DO NOTHING"
    )
    [(id,)] = conn.execute(
        "INSERT INTO press.feed (source_id, url, kind) VALUES ('gazette', 'http://g.fr/' || %s, %s) RETURNING id",
        (kind, kind),
    ).fetchall()
    return int(id)


def looked(conn: Conn, feed_id: int, days: float, outcome: str = "items") -> None:
    conn.execute(
        "INSERT INTO press.poll (feed_id, at, outcome) VALUES (%s, now() - make_interval(secs => %s * 86400), %s)",
        (feed_id, days, outcome),
    )


def looks(conn: Conn, feed_id: int) -> list[tuple[int, str]]:
    """Days ago, and outcome."""
    return [
        (days, outcome)
        for days, outcome in conn.execute(
            "SELECT floor(extract(epoch FROM now() - at) / 86400)::int, outcome FROM press.poll "
            "WHERE feed_id = %s ORDER BY at",
            (feed_id,),
        ).fetchall()
    ]


class Archive:
    """Segments of old crawls, each a file with a row, and a page that was extracted from it."""

    def __init__(self, conn: Conn, settings: Settings) -> None:
        self._conn = conn
        self.folder = settings.archive
        self._number = 0

    def segment(
        self, days: int, *, state: str = "extracted", origin: str = "crawl", file: bool = True
    ) -> Path:
        self._number += 1
        path = self.folder / f"2026/01/{self._number:02}/g-{self._number}.warc.gz"
        if file:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * 1000)
        self._conn.execute(
            """
            WITH held AS (
                INSERT INTO press.segment (path, origin, records, bytes, sha256, sealed_at)
                VALUES (%(path)s, %(origin)s, 1, 1000, 'x', now() - make_interval(days => %(days)s)) RETURNING id)
            INSERT INTO press.page (url, fetch_url, state, segment_id, record_offset)
            SELECT 'http://g.fr/' || %(n)s, '', %(state)s, id, 0 FROM held
            """,
            {
                "path": path.relative_to(self.folder).as_posix() if origin == "crawl" else str(path),
                "origin": origin, "days": days, "n": self._number, "state": state,
            },
        )  # fmt: skip
        return path

    def removed(self) -> set[str]:
        rows = self._conn.execute("SELECT path FROM press.segment WHERE removed_at IS NOT NULL").fetchall()
        return {row[0] for row in rows}


@pytest.fixture
def archive(connection: Conn, settings: Settings) -> Archive:
    return Archive(connection, settings)


@pytest.fixture
def month(settings: Settings) -> Settings:
    """The archive is kept for thirty days, looks for sixty."""
    return settings.model_copy(update={"keep_archive": 30, "keep_polls": 60})


def test_old_looks_go_but_those_that_a_channels_age_is_told_by_stay(
    month: Settings, database_url: str, connection: Conn
) -> None:
    busy = feed(connection)
    for days, outcome in ((300, "failed"), (290, "empty"), (280, "items"), (270, "items"), (61, "unchanged")):
        looked(connection, busy, days, outcome)
    for days in (59, 30, 1):
        looked(connection, busy, days)
    done = retention.remove_old(month, database_url)
    assert done.counts["polls"] == 2
    assert looks(connection, busy) == [
        (300, "failed"), (290, "empty"), (280, "items"), (59, "items"), (30, "items"), (1, "items"),
    ]  # fmt: skip


def test_the_last_looks_stay_of_a_channel_that_was_left_alone_for_long(
    month: Settings, database_url: str, connection: Conn
) -> None:
    left = feed(connection)
    for days in (500, 480, 440, 410, 400):
        looked(connection, left, days)
    retention.remove_old(month, database_url)
    assert [days for days, _ in looks(connection, left)] == [500, 440, 410, 400]


def test_what_the_views_reckon_is_the_same_after_as_before(
    month: Settings, database_url: str, connection: Conn
) -> None:
    first, second = feed(connection), feed(connection, "sitemap")
    for id in (first, second):
        for days in range(200, 0, -3):
            looked(connection, id, days, "failed" if days % 2 else "items")
    for number in range(40):
        [(page,)] = connection.execute(
            "INSERT INTO press.page (url, source_id, fetch_url, feed_id, discovered_at) "
            "VALUES ('http://g.fr/' || %s, 'gazette', '', %s, now() - make_interval(days => %s)) RETURNING id",
            (number, first, number),
        ).fetchall()
        for id in (first, second)[: 1 + number % 2]:
            connection.execute(
                "INSERT INTO press.sighting VALUES (%s, %s, now() - make_interval(days => %s))",
                (id, page, number),
            )

    def reckoned() -> object:
        complete = connection.execute("SELECT * FROM press.v_completeness").fetchall()
        assert complete
        return complete, findings.source_health(connection), daily_volume(connection, ["gazette"])

    before = reckoned()
    assert retention.remove_old(month, database_url).counts["polls"] > 50
    assert reckoned() == before


def test_recordings_are_kept_for_ever_unless_the_setting_says_otherwise(
    settings: Settings, database_url: str, archive: Archive
) -> None:
    path = archive.segment(5000)
    assert retention.remove_old(settings, database_url).counts["segments"] == 0
    assert path.exists()


def test_old_segments_go_and_their_rows_say_so(month: Settings, database_url: str, archive: Archive) -> None:
    old, young = archive.segment(31), archive.segment(29)
    done = retention.remove_old(month, database_url)
    assert (done.counts["segments"], done.counts["segment_bytes"]) == (1, 1000)
    assert (old.exists(), young.exists()) == (False, True)
    assert archive.removed() == {old.relative_to(archive.folder).as_posix()}
    assert not old.parent.exists()
    assert young.parent.exists()


def test_a_segment_of_which_a_page_waits_and_other_peoples_files_stay(
    month: Settings, database_url: str, archive: Archive
) -> None:
    waits, theirs = archive.segment(400, state="fetched"), archive.segment(400, origin="ingest")
    assert retention.remove_old(month, database_url).counts["segments"] == 0
    assert waits.exists()
    assert theirs.exists()
    assert archive.removed() == set()


def test_what_a_killed_run_left_goes_with_the_next(
    month: Settings, database_url: str, archive: Archive, connection: Conn
) -> None:
    path = archive.segment(400)
    # Killed between the commit and the removal.
    expiry.mark_removed(connection, expiry.expired_segments(connection, 30))
    assert path.exists()
    retention.remove_old(month, database_url)
    assert not path.exists()


def test_a_segment_that_is_not_there_is_named_and_its_row_stays(
    month: Settings, database_url: str, archive: Archive, connection: Conn
) -> None:
    missing, there = archive.segment(400, file=False), archive.segment(400)
    with pytest.raises(ArchiveError, match="is not there: is VEDETTE_HOME the folder") as raised:
        retention.remove_old(month, database_url)
    assert str(missing) in str(raised.value)
    assert archive.removed() == {there.relative_to(archive.folder).as_posix()}
    assert connection.execute("SELECT outcome FROM press.run").fetchone() == ("failed",)


def test_a_page_that_was_sent_back_meanwhile_keeps_its_segment(archive: Archive, connection: Conn) -> None:
    archive.segment(400)
    expired = expiry.expired_segments(connection, 30)
    assert quarantine.send_back(connection, [1]) == 1
    assert expiry.mark_removed(connection, expired) == []
    assert archive.removed() == set()


def test_a_page_whose_recording_is_gone_is_not_sent_back(
    month: Settings, database_url: str, archive: Archive, connection: Conn
) -> None:
    archive.segment(400)
    retention.remove_old(month, database_url)
    assert quarantine.send_back(connection, [1]) == 0
    assert extract_pending(month, database_url).counts == {}


def test_orphans_and_logs_go_when_they_are_old(month: Settings, database_url: str, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    files = {
        month.archive / "orphans" / "old.warc.gz.open": 31,
        month.archive / "orphans" / "young.warc.gz.open": 29,
        logs / "tasks" / "run_id=old" / "attempt=1.log": 91,
        logs / "tasks" / "run_id=young" / "attempt=1.log": 89,
        logs / "scheduler.log": 0,
    }
    for path, days in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        at = time.time() - days * 86_400
        os.utime(path, (at, at))
    done = retention.remove_old(month, database_url, logs=[logs, tmp_path / "nowhere"])
    assert (done.counts["orphans"], done.counts["logs"]) == (1, 1)
    assert [path.exists() for path in files] == [False, True, False, True, True]
    assert not (logs / "tasks" / "run_id=old").exists()


def test_a_dry_run_counts_the_same_and_changes_nothing(
    month: Settings, database_url: str, archive: Archive, connection: Conn
) -> None:
    path = archive.segment(400)
    one = feed(connection)
    for days in (300, 290, 280, 1):
        looked(connection, one, days)
    would = retention.remove_old(month, database_url, dry_run=True)
    assert path.exists()
    assert len(looks(connection, one)) == 4
    assert connection.execute("SELECT count(*) FROM press.run").fetchone() == (0,)
    assert retention.remove_old(month, database_url).counts == would.counts
    assert would.counts == {
        "polls": 2, "segments": 1, "segment_bytes": 1000, "orphans": 0, "logs": 0, "backups": 0,
    }  # fmt: skip
    assert telling.removed(would).startswith("2 looks at feeds, 1 segment (1 kB); ")


def test_a_table_of_dead_rows_is_vacuumed(settings: Settings, database_url: str, connection: Conn) -> None:
    connection.execute("INSERT INTO press.story SELECT FROM generate_series(1, 5000)")
    connection.execute("DELETE FROM press.story WHERE id % 2 = 0")
    # Statistics are told when a connection is idle for a moment; here at once.
    connection.execute("SELECT pg_stat_force_next_flush()")
    assert vacuum.vacuum(database_url).tables == ("story",)
    connection.execute("SELECT pg_stat_clear_snapshot()")
    assert vacuum.needing_vacuum(connection) == []
    largest = vacuum.largest(connection)
    assert ("story", "table") in {(one.name, one.kind) for one in largest}
    assert largest == sorted(largest, key=lambda one: (-one.bytes, one.name))


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "2 kB"), (4_200_000, "4.2 MB"), (42_000_000, "42 MB"),
     (999_600_000, "1.0 GB"), (12_400_000_000, "12 GB"), (3_000_000_000_000_000, "3,000 TB")],
)  # fmt: skip
def test_sizes_are_told_in_three_figures(count: int, said: str) -> None:
    assert telling.size(count) == said
