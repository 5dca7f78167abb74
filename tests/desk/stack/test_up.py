"""`vedette up` as a person uses it: a real PostgreSQL and a real Airflow. The tests share one stack, in this order."""

from __future__ import annotations

import json
import signal
import stat
import subprocess

import psutil
import pytest

from tests.airflow_stack import AirflowStack

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(400)]


def test_it_starts_says_where_it_is_and_is_well(stack: AirflowStack) -> None:
    stack.ensure_running()
    health = stack.api("/api/v2/monitor/health")
    assert {name: part["status"] for name, part in health.items()} == {
        "metadatabase": "healthy", "scheduler": "healthy", "triggerer": "healthy", "dag_processor": "healthy",
    }  # fmt: skip
    assert stack.api("/api/v2/importErrors")["import_errors"] == []
    dags = stack.api("/api/v2/dags")["dags"]
    assert "overnight_crawl" in {dag["dag_id"] for dag in dags}
    assert not any(dag["is_paused"] for dag in dags)
    assert stack.api("/api/v2/pools/crawl")["slots"] == 6
    for wanted in (
        stack.url,
        "vedette",
        str(stack.home / "logs" / "airflow"),
        "dags trigger overnight_crawl",
        "Ctrl-C",
    ):
        assert wanted in stack.said()


def test_every_server_listens_on_loopback_alone(stack: AirflowStack) -> None:
    listening = {
        connection.laddr.ip
        for process in stack.processes()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_secrets_are_for_the_owner_alone_and_the_password_is_random(stack: AirflowStack) -> None:
    assert stat.S_IMODE((stack.home / "airflow").stat().st_mode) == 0o700
    for path in (stack.home / "airflow").iterdir():
        if path.suffix in (".json", ".sh") and path.name != "up.json":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert len(stack.password) >= 16
    passwords = json.loads((stack.home / "airflow" / "passwords.json").read_text())
    assert passwords["vedette"] == stack.password
    assert len(set(passwords.values())) == len(passwords)


def test_a_second_up_on_the_same_home_says_which_runs(stack: AirflowStack) -> None:
    second = subprocess.run(
        stack.command(), env=stack.environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    (line,) = second.stderr.strip().splitlines()
    assert "already up" in line
    assert str(stack.pid) in line
    assert stack.url in line
    assert stack.running


def test_it_starts_again_after_it_was_killed_and_clears_what_was_left(stack: AirflowStack) -> None:
    stack.send(signal.SIGKILL)
    stack.wait()
    left = stack.processes()
    assert left
    stack.start()
    assert "that an earlier `vedette up` left running" in stack.said()
    survivors = [process for process in left if process.is_running() and process.name() != "postgres"]
    assert survivors == []


def test_it_says_which_service_died_and_stops_the_rest(stack: AirflowStack) -> None:
    stack.ensure_running()
    record = json.loads((stack.home / "airflow" / "up.json").read_text())
    psutil.Process(record["services"]["triggerer"]["pid"]).kill()
    assert stack.wait() == 1
    assert "Airflow's triggerer was killed by signal 9" in stack.said()
    assert "triggerer.log" in stack.said()
    assert stack.processes() == []
