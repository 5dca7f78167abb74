"""What Airflow calls when there is no table to write to: a late brief, a watch that failed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk.alerts.deadline import brief_not_ready
from processing.errors import AlertError
from tests.desk.alerts.service import Service

RUN = {"dag_run": {"dag_id": "morning_brief", "dag_run_id": "scheduled__2026-11-25"}}


@pytest.fixture
def told(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("VEDETTE_ALERTS", service.address)
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://127.0.0.1:8080")
    return service


def test_a_late_brief_is_told_with_a_link_to_its_run(told: Service) -> None:
    asyncio.run(brief_not_ready("07:00", context=RUN))
    (message,) = told.messages
    assert message["title"] == "Vedette: the brief is not ready by 07:00"
    assert message["message"].endswith("http://127.0.0.1:8080/dags/morning_brief/runs/scheduled__2026-11-25")
    assert message["type"] == "failure"


def test_airflow_records_that_a_late_brief_could_not_be_told(told: Service) -> None:
    told.status = 500
    with pytest.raises(AlertError, match="JSON"):
        asyncio.run(brief_not_ready("07:00"))


def test_a_late_brief_is_no_error_where_nobody_wants_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VEDETTE_ALERTS", raising=False)
    assert asyncio.run(brief_not_ready("07:00", context=RUN)) == "VEDETTE_ALERTS names no address"


def test_a_watch_that_failed_says_so_at_once_and_why_without_the_database(
    told: Service, tmp_path: Path
) -> None:
    # Loading Airflow changes the process it is loaded into.
    call = (
        "from desk.alerts.taskflow import watch_failed;"
        "watch_failed({'run_id': 'manual__1', 'reason': 'task_failure'})"
    )
    environment = {
        **os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "VEDETTE_DATABASE_URL": "postgresql://vedette:s3cret@127.0.0.1:9/vedette",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", call],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (message,) = told.messages
    assert (message["title"], message["type"]) == ("Vedette: the watch failed", "failure")
    assert "cannot reach PostgreSQL at 127.0.0.1:9/vedette" in message["message"]
    assert message["message"].endswith("http://127.0.0.1:8080/dags/source_health/runs/manual__1")
    assert "s3cret" not in message["message"]
