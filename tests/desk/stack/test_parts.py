"""The parts of the stack, one by one; Airflow is not started here."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy.engine import make_url

from desk.stack import credentials, record
from desk.stack.databases import AIRFLOW_DATABASE, airflow_database, airflow_version, remember_migration
from desk.stack.environment import TAG, Address, airflow_variables, parallelism
from desk.stack.health import late_services
from desk.stack.layout import Layout
from desk.stack.running import free_port
from desk.stack.services import end, in_sessions, tagged
from processing.errors import StackError

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.make()
    return layout


def child(code: str, **variables: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def gone(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    process.stdout.close()
    return process.wait(5)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match=r"file/airflow cannot be made .* set VEDETTE_HOME"):
        Layout(tmp_path / "file").make()


# Secrets


def test_secrets_are_made_once_and_kept(layout: Layout) -> None:
    first = credentials.load_or_make(layout)
    assert credentials.load_or_make(layout) == first
    for path in (layout.secrets, layout.passwords):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(layout.passwords.read_text()) == {"vedette": first.password}
    assert first.password not in repr(first)


def test_two_stacks_share_no_secret(tmp_path: Path) -> None:
    values: list[str] = []
    for name in ("a", "b"):
        layout = Layout(tmp_path / name)
        layout.make()
        found = credentials.load_or_make(layout)
        values += [found.jwt_secret, found.session_secret, found.fernet_key, found.password]
    assert len(set(values)) == len(values)


def test_secrets_that_cannot_be_read_are_named(layout: Layout) -> None:
    layout.secrets.write_text("{")
    with pytest.raises(StackError, match=r"secrets\.json cannot be read"):
        credentials.load_or_make(layout)


def test_each_further_user_has_a_password_of_its_own_and_keeps_it(layout: Layout) -> None:
    credentials.load_or_make(layout, ["anne", "paul"])
    first = json.loads(layout.passwords.read_text())
    assert set(first) == {"vedette", "anne", "paul"}
    assert len(set(first.values())) == 3
    credentials.load_or_make(layout, ["anne"])
    assert json.loads(layout.passwords.read_text()) == {name: first[name] for name in ("vedette", "anne")}


# What Airflow is told


def test_every_address_is_loopback_and_no_secret_is_a_default(layout: Layout) -> None:
    secrets = credentials.load_or_make(layout)
    variables = airflow_variables(layout, secrets, Address(18123), "postgresql+psycopg://postgres@/airflow")
    assert variables["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert variables["AIRFLOW__API__PORT"] == "18123"
    assert variables["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:18123"
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18123/execution/"
    assert variables["AIRFLOW__CORE__FERNET_KEY"] == secrets.fernet_key
    assert variables["AIRFLOW__API_AUTH__JWT_SECRET"] == secrets.jwt_secret
    (bundle,) = json.loads(variables["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    assert (Path(bundle["kwargs"]["path"]) / "overnight_crawl.py").exists()
    assert 4 <= parallelism() <= 8


def test_users_of_the_ui_have_the_roles_they_were_given(layout: Layout) -> None:
    secrets = credentials.load_or_make(layout)
    variables = airflow_variables(
        layout, secrets, Address(18123), "postgresql://", ["anne:viewer", "paul:op"]
    )
    assert variables["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "vedette:admin,anne:viewer,paul:op"
    assert variables["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        assert wanted < free_port(wanted) < wanted + 50


def test_a_heartbeat_from_before_the_start_does_not_count() -> None:
    def beat(second: int) -> dict[str, str]:
        return {"status": "healthy", "at": f"2026-11-23T03:00:{second:02}+00:00"}

    health = {
        name: {"status": "healthy", f"latest_{name}_heartbeat": beat(second)["at"]}
        for name, second in (("scheduler", 9), ("dag_processor", 31), ("triggerer", 40))
    }
    since = datetime(2026, 11, 23, 3, 0, 30, tzinfo=UTC)
    assert late_services(health, since) == ["scheduler"]
    assert late_services({}, since) == ["scheduler", "dag-processor", "triggerer"]


# Airflow's database


@pytest.fixture
def own_server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The test server without a database of Airflow."""
    monkeypatch.delenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", raising=False)

    def drop() -> None:
        with psycopg.connect(database_url, autocommit=True) as conn:
            conn.execute("DROP DATABASE IF EXISTS airflow")

    drop()
    yield database_url
    drop()


def test_airflow_gets_a_database_beside_ours_and_its_migration_is_remembered(own_server: str) -> None:
    found = airflow_database(own_server)
    assert make_url(found.url).database == AIRFLOW_DATABASE
    assert make_url(found.url).drivername == "postgresql+psycopg"
    assert not found.migrated
    assert not airflow_database(own_server).migrated
    remember_migration(own_server)
    assert airflow_database(own_server).migrated
    with psycopg.connect(own_server, autocommit=True) as conn:
        conn.execute("COMMENT ON DATABASE airflow IS 'Airflow of Vedette, migrated by 3.2.0'")
    assert not airflow_database(own_server).migrated, f"3.2.0 is not {airflow_version()}"


def test_the_database_of_another_airflow_is_left_alone(own_server: str) -> None:
    with psycopg.connect(own_server, autocommit=True) as conn:
        conn.execute("CREATE DATABASE airflow")
    with psycopg.connect(own_server, dbname="airflow", autocommit=True) as conn:
        conn.execute("CREATE TABLE dag (dag_id text)")
    with pytest.raises(StackError, match="was not made by Vedette"):
        airflow_database(own_server)


def test_a_database_that_was_chosen_is_taken_as_it_is(
    own_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg://airflow@db/airflow")
    found = airflow_database(own_server)
    assert (found.url, found.migrated) == ("postgresql+psycopg://airflow@db/airflow", False)


# Processes


def test_a_process_that_will_not_end_is_killed_after_its_patience() -> None:
    process = child(STUBBORN)
    assert not end(lambda: in_sessions({process.pid}), patience=0.5)
    assert gone(process) == -signal.SIGKILL


def test_hurry_ends_the_patience() -> None:
    process = child(STUBBORN)
    begun = time.monotonic()
    end(lambda: in_sessions({process.pid}), patience=30, hurry=lambda: True)
    assert time.monotonic() - begun < 5
    assert gone(process) == -signal.SIGKILL


def test_processes_are_known_by_their_tag_whatever_their_session(tmp_path: Path) -> None:
    process = child("import time; print('up', flush=True); time.sleep(60)", **{TAG: str(tmp_path)})
    assert [found.pid for found in tagged(tmp_path)] == [process.pid]
    assert tagged(tmp_path / "other") == []
    assert end(lambda: tagged(tmp_path), patience=5)
    assert gone(process) == -signal.SIGTERM


def test_only_one_may_hold_a_home_and_the_lock_dies_with_its_holder(layout: Layout) -> None:
    record.write(layout.record, record.Record(record.Known.of(os.getpid()), "http://127.0.0.1:1"))
    with (
        record.only_one(layout),
        pytest.raises(StackError, match=f"process {os.getpid()} at http://127.0.0.1:1"),
    ):
        record.only_one(layout).__enter__()
    holder = child(
        f"import os, fcntl, time; d = os.open({str(layout.airflow)!r}, os.O_RDONLY); "
        "fcntl.flock(d, fcntl.LOCK_EX); print('up', flush=True); time.sleep(60)"
    )
    with pytest.raises(StackError):
        record.only_one(layout).__enter__()
    holder.kill()
    gone(holder)
    with record.only_one(layout):
        pass


def test_leftovers_are_ended_and_forgotten(layout: Layout) -> None:
    service = child("import time; print('up', flush=True); time.sleep(60)")
    known = {"scheduler": record.Known.of(service.pid)}
    record.write(layout.record, record.Record(record.Known(1, 0.0), "", known))
    assert record.clear_leftovers(layout) == 1
    assert gone(service) == -signal.SIGTERM
    assert record.read(layout.record) is None
    assert record.clear_leftovers(layout) == 0


def test_another_program_that_got_the_pid_of_a_service_is_left_alone(layout: Layout) -> None:
    stranger = child("import time; print('up', flush=True); time.sleep(60)")
    earlier = record.Known(stranger.pid, psutil.Process(stranger.pid).create_time() - 3600)
    record.write(layout.record, record.Record(record.Known(1, 0.0), "", {"scheduler": earlier}))
    assert record.clear_leftovers(layout) == 0
    assert stranger.poll() is None
    stranger.kill()
    gone(stranger)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"up": 1}'])
def test_a_record_cut_short_is_no_record(layout: Layout, text: str) -> None:
    layout.record.write_text(text)
    assert record.read(layout.record) is None
