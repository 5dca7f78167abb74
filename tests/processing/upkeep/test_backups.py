"""Backups, made by the real pg_dump of a real server and restored on it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from processing.errors import BackupError, SchemaError
from processing.settings import Settings
from processing.store import embedded, runs
from processing.store.connect import SCHEMA_VERSION, connect
from processing.upkeep import backups, programs, restoring
from processing.upkeep.contents import contents

Conn = Connection[TupleRow]
SCRATCH = "vedette_restore_test"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def last_run(conn: Conn) -> tuple[str, str, str | None]:
    row = conn.execute("SELECT stage, outcome, error FROM press.run ORDER BY id DESC LIMIT 1").fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def has_database(conn: Conn, name: str) -> bool:
    return bool(conn.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).rowcount)


@pytest.fixture
def made(filled: Settings, database_url: str) -> backups.Backup:
    return backups.backup(filled, database_url)


@pytest.fixture
def empty_database(connection: Conn, database_url: str) -> Iterator[str]:
    """The address of another, empty database on the same server."""
    name = "elsewhere"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield make_conninfo(database_url, dbname=name)
    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_backup_says_what_it_holds(made: backups.Backup, connection: Conn, filled: Settings) -> None:
    assert made.contents is not None
    assert (made.contents.rows["article"], made.contents.rows["mention"]) == (2, 1)
    assert made.contents.schema_version == SCHEMA_VERSION
    assert made.path.parent == filled.home / "backups"
    assert names(made.path.parent) == [made.path.name, made.path.with_suffix(".json").name]
    assert backups.found(filled.backup_folder) == [backups.read(made.path)]
    assert backups.read(made.path).contents == made.contents
    assert last_run(connection) == ("backup", "done", None)


def test_only_its_owner_can_read_a_backup(made: backups.Backup) -> None:
    modes = {oct(path.stat().st_mode & 0o777) for path in made.path.parent.iterdir()}
    assert modes == {"0o600"}
    assert made.path.parent.stat().st_mode & 0o777 == 0o700


def test_the_newest_backup_is_restored_compared_and_marked_as_good(
    made: backups.Backup, filled: Settings, database_url: str, connection: Conn
) -> None:
    done = restoring.restore_test(filled, database_url)
    assert done.contents == made.contents
    assert backups.read(made.path).restored_at is not None
    assert not has_database(connection, SCRATCH)
    assert last_run(connection) == ("backup", "done", None)


def test_the_rows_are_counted_in_the_snapshot_that_is_dumped(
    filled: Settings, database_url: str, connection: Conn
) -> None:
    with writing(database_url):
        backups.backup(filled, database_url)
        restoring.restore_test(filled, database_url)


@contextmanager
def writing(database_url: str) -> Iterator[None]:
    """Rows are added all the while."""
    program = (
        "import psycopg, sys\n"
        "with psycopg.connect(sys.argv[1], autocommit=True) as conn:\n"
        '    while True: conn.execute("INSERT INTO press.story DEFAULT VALUES")\n'
    )
    with subprocess.Popen([sys.executable, "-c", program, database_url]) as writer:
        try:
            yield
        finally:
            writer.kill()


@pytest.mark.parametrize(
    ("doctor", "says"),
    [
        ("DELETE FROM press.mention", r"press\.mention has 1 rows instead of 0"),
        ("INSERT INTO press.story DEFAULT VALUES", r"press\.story has \d rows instead of \d"),
        ("CREATE TABLE press.doctored ()", r"press\.doctored is missing"),
        (
            "UPDATE press.schema_version SET version_num = '9999'",
            f"schema version {SCHEMA_VERSION} instead of 9999",
        ),
    ],
)
def test_a_restore_that_differs_names_the_table(
    made: backups.Backup, filled: Settings, database_url: str, connection: Conn, doctor: str, says: str
) -> None:
    # What the backup is said to hold is changed, as if rows had been lost on the way.
    with connection.transaction(force_rollback=True):
        connection.execute(doctor)
        other = contents(connection)
    beside = made.path.with_suffix(".json")
    told = json.loads(beside.read_text())
    beside.write_text(json.dumps({**told, "schema_version": other.schema_version, "rows": dict(other.rows)}))
    with pytest.raises(BackupError, match=says):
        restoring.restore_test(filled, database_url)
    assert backups.read(made.path).restored_at is None
    assert not has_database(connection, SCRATCH)
    stage, outcome, error = last_run(connection)
    assert (stage, outcome) == ("backup", "failed")
    assert error is not None
    assert str(made.path) in error


def test_a_damaged_backup_does_not_pass(
    made: backups.Backup, filled: Settings, database_url: str, connection: Conn
) -> None:
    os.truncate(made.path, made.path.stat().st_size // 2)
    with pytest.raises(BackupError, match=r"vedette-.*\.dump: the restore failed: ") as raised:
        restoring.restore_test(filled, database_url)
    assert "\n" not in str(raised.value)
    assert not has_database(connection, SCRATCH)


def test_a_scratch_database_that_a_killed_test_left_is_in_nobodys_way(
    made: backups.Backup, filled: Settings, database_url: str, connection: Conn
) -> None:
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(SCRATCH)))
    restoring.restore_test(filled, database_url, made.path)
    assert not has_database(connection, SCRATCH)


def test_without_the_right_to_create_databases_the_way_out_is_said(
    made: backups.Backup, filled: Settings, database_url: str, connection: Conn
) -> None:
    connection.execute("CREATE ROLE keeper LOGIN IN ROLE pg_read_all_data, pg_write_all_data")
    try:
        with pytest.raises(BackupError, match="ALTER ROLE keeper CREATEDB"):
            restoring.restore_test(filled, make_conninfo(database_url, user="keeper"))
    finally:
        connection.execute("DROP ROLE keeper")


def test_without_a_backup_there_is_nothing_to_test(settings: Settings, database_url: str) -> None:
    with pytest.raises(BackupError, match="`vedette db backup` makes one"):
        restoring.restore_test(settings, database_url)


def test_a_backup_that_is_killed_leaves_no_file_under_the_final_name(
    filled: Settings, database_url: str, connection: Conn
) -> None:
    # Its table is locked, so the dump waits in the middle.
    with connection.transaction(force_rollback=True):
        connection.execute("LOCK TABLE press.sighting")
        with subprocess.Popen(
            [Path(sys.executable).with_name("vedette"), "db", "backup"],
            env=filled.environment(), stderr=subprocess.DEVNULL,
        ) as command:  # fmt: skip
            # Counting the rows waits for the lock too: the file is there, the dump not begun or under way.
            until(lambda: any(filled.backup_folder.glob("*.part")))
            command.send_signal(signal.SIGKILL)
    assert [path.suffix for path in filled.backup_folder.iterdir()] == [".part"]
    assert backups.found(filled.backup_folder) == []
    done = backups.backup(filled, database_url)
    assert names(filled.backup_folder) == sorted([done.path.name, done.path.with_suffix(".json").name])


def test_what_another_backup_is_writing_stays(filled: Settings, database_url: str) -> None:
    filled.backup_folder.mkdir(parents=True)
    part = filled.backup_folder / "vedette-20261125T021500Z.dump.part"
    with part.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        backups.backup(filled, database_url)
        assert part.exists()
    backups.backup(filled, database_url)
    assert not part.exists()


def test_a_task_that_is_told_to_end_takes_its_pg_dump_with_it(database_url: str, tmp_path: Path) -> None:
    slow = tmp_path / "pg_dump"
    slow.write_text(f"#!/bin/sh\nsleep 0.5\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    slow.chmod(0o755)
    program = (
        "import sys; from pathlib import Path; from desk.night.stages import stoppable\n"
        "from processing.upkeep.programs import Program, run\n"
        "with stoppable(): run(Program(Path(sys.argv[1]), 18), [], sys.argv[2], what='dump')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, slow, database_url], stderr=subprocess.PIPE, text=True
    ) as command:
        until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip() != "")
        dump = psutil.Process(int((tmp_path / "pid").read_text()))
        command.send_signal(signal.SIGTERM)
        _, said = command.communicate(timeout=20)
    assert "TaskStopped" in said
    # One that has ended and whose parent has too may wait for the system's first process to take note.
    until(lambda: not dump.is_running() or dump.status() == psutil.STATUS_ZOMBIE)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_folder_that_cannot_be_made_is_named_in_one_line(filled: Settings, database_url: str) -> None:
    file = filled.home / "file"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    wrong = filled.model_copy(update={"backups": file / "backups"})
    with pytest.raises(
        BackupError, match=r"cannot be written: Not a directory; set VEDETTE_BACKUPS"
    ) as raised:
        backups.backup(wrong, database_url)
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_what_a_full_disk_says_is_handed_on_in_one_line(database_url: str, connection: Conn) -> None:
    program = programs.find("pg_dump", connection)
    with Path("/dev/full").open("wb") as full, pytest.raises(BackupError) as raised:
        programs.run(program, ["--format=custom", "--schema=press"], database_url, what="x.dump", stdout=full)
    assert "No space left on device" in str(raised.value)
    assert str(raised.value).startswith("x.dump: ")
    assert "\n" not in str(raised.value)


def test_the_password_is_never_on_a_command_line(database_url: str) -> None:
    address = "postgresql://press:s%20ecret@db.example:5433/vedette?sslmode=require"
    variables = programs.environment(address)
    assert (variables["PGPASSWORD"], variables["PGHOST"], variables["PGPORT"]) == (
        "s ecret",
        "db.example",
        "5433",
    )
    assert (variables["PGDATABASE"], variables["PGSSLMODE"]) == ("vedette", "require")


def test_the_oldest_program_that_serves_is_taken_whatever_the_path_has(
    connection: Conn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = connection.info.server_version // 10_000
    on_path = tmp_path / "pg_dump"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for major in (server - 1, server, server + 1):
        on_path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {major}.3'\n")
        on_path.chmod(0o755)
        taken = on_path if major == server else embedded.program("pg_dump")
        assert programs.find("pg_dump", connection) == programs.Program(taken, server)
    # The wheel may have been taken out of an image.
    monkeypatch.setattr(embedded, "program", lambda name: Path("/nowhere") / name)
    assert programs.find("pg_dump", connection).path == on_path


@pytest.mark.parametrize(
    ("name", "server", "majors", "taken"),
    [
        ("pg_dump", 16, (18, 15, 17), 17),
        ("pg_dump", 18, (15, 17), None),
        ("pg_restore", 16, (18, 16), 16),
        ("pg_restore", 16, (18,), None),
        ("pg_restore", 17, (18,), 18),
    ],
)
def test_a_program_serves_older_servers_but_a_restore_no_server_before_17(
    name: str, server: int, majors: tuple[int, ...], taken: int | None
) -> None:
    fit = programs.fitting(name, [programs.Program(Path(str(major)), major) for major in majors], server)
    assert (fit.major if fit else None) == taken


def test_a_server_newer_than_every_program_is_named(
    connection: Conn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded, "program", lambda name: tmp_path / name)
    with pytest.raises(BackupError, match=r"install PostgreSQL's client programs of version \d+"):
        programs.find("pg_dump", connection)


def test_old_backups_go_but_never_the_newest_that_passed(filled: Settings) -> None:
    folder = filled.backup_folder
    folder.mkdir(parents=True)
    now = datetime(2026, 11, 25, 2, 15, tzinfo=UTC)
    every = [now - timedelta(days=days) for days in range(20, -1, -1)]
    for taken in every:
        path = folder / f"vedette-{taken:%Y%m%dT%H%M%SZ}.dump"
        path.touch()
        passed = taken.isoformat() if taken == every[3] else None
        path.with_suffix(".json").write_text(
            json.dumps({"schema_version": "0006", "rows": {}, "restored_at": passed})
        )
    few = filled.model_copy(update={"keep_backups": 2})
    gone = backups.to_remove(few, now)
    left = [taken for taken in every if taken not in {one.taken_at for one in gone}]
    assert left == [every[0], every[3], *every[-2:]]
    for one in gone:
        backups.remove(one)
    assert len(names(folder)) == 2 * len(left)


def test_a_backup_is_restored_into_an_empty_database(
    made: backups.Backup, empty_database: str, database_url: str
) -> None:
    done = restoring.restore(empty_database, made.path)
    assert done.contents == made.contents
    with connect(empty_database) as there, connect(database_url) as here:
        mentions = "SELECT sentence, source, title FROM press.v_mention"
        assert there.execute(mentions).fetchall() == here.execute(mentions).fetchall()
        # What is restored is at work: search, comments, and the readers' rights, also on tables to come.
        found = "SELECT count(*) FROM press.article WHERE search @@ websearch_to_tsquery('press.fr', 'manoeuvres')"
        assert there.execute(found).fetchone() == (1,)
        there.execute("CREATE TABLE press.later ()")
        for table in ("press.mention", "press.later"):
            right = there.execute(
                "SELECT has_table_privilege('vedette_reader', %s, 'SELECT')", (table,)
            ).fetchone()
            assert right == (True,)


def test_a_database_that_has_rows_is_not_overwritten_unasked(
    made: backups.Backup, filled: Settings, database_url: str, connection: Conn
) -> None:
    connection.execute("INSERT INTO press.story DEFAULT VALUES")
    before = contents(connection)
    with pytest.raises(BackupError, match="--empty-first"):
        restoring.restore(database_url, made.path)
    assert contents(connection) == before
    done = restoring.restore(database_url, made.path, empty_first=True)
    assert contents(connection) == done.contents == made.contents


def test_a_restore_that_fails_leaves_everything_as_it_was(
    made: backups.Backup, database_url: str, connection: Conn
) -> None:
    before = contents(connection)
    os.truncate(made.path, made.path.stat().st_size // 2)
    with pytest.raises(BackupError, match="the restore failed"):
        restoring.restore(database_url, made.path, empty_first=True)
    assert contents(connection) == before
    assert not connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (restoring.BEFORE,)).rowcount


def test_nothing_is_restored_under_a_stage_that_works(
    made: backups.Backup, database_url: str, connection: Conn
) -> None:
    with connect(database_url) as other:
        runs.start(other, "crawl")
        with pytest.raises(BackupError, match="crawl is at work"):
            restoring.restore(database_url, made.path, empty_first=True)


def test_a_backup_of_a_newer_vedette_is_refused(made: backups.Backup, empty_database: str) -> None:
    beside = made.path.with_suffix(".json")
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "schema_version": "9999"}))
    with pytest.raises(BackupError, match="newer than this Vedette"):
        restoring.restore(empty_database, made.path)


def test_a_backup_without_its_json_can_be_restored_but_not_tested(
    made: backups.Backup, filled: Settings, database_url: str, empty_database: str
) -> None:
    copied = Path(shutil.copy(made.path, filled.home / "copied.dump"))
    assert restoring.restore(empty_database, copied).contents == made.contents
    with pytest.raises(BackupError, match="what it should hold is not known"):
        restoring.restore_test(filled, database_url, copied)


def test_a_file_that_is_no_backup_is_named(empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("rien que du texte, assez long pour être lu")
    with pytest.raises(BackupError, match=r"notes\.txt: the restore failed: .*valid archive"):
        restoring.restore(empty_database, file)
    with pytest.raises(BackupError, match="No such file"):
        restoring.restore(empty_database, tmp_path / "nowhere.dump")


def test_an_unmigrated_database_has_nothing_to_back_up(settings: Settings, empty_database: str) -> None:
    with pytest.raises(SchemaError, match="vedette db migrate"):
        backups.backup(settings, empty_database)
