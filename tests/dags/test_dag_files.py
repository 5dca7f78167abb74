"""What every DAG file promises to an operator."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import dags

FOLDER = Path(dags.__path__[0])
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")

# Loading Airflow changes the process it is loaded into (logging, warnings), and its home must be chosen first.
LOAD = """
import json, sys, warnings
from airflow.dag_processing.dagbag import DagBag
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    bag = DagBag(sys.argv[1], safe_mode=False)
ours = [str(w.message) for w in said if "/airflow/" not in w.filename]
def seconds(value): return value.total_seconds() if value else None
json.dump({
    "errors": bag.import_errors, "warnings": ours,
    "dags": {dag.dag_id: {
        "file": dag.fileloc, "doc_md": dag.doc_md, "description": dag.description,
        "tags": sorted(dag.tags), "owner": dag.owner, "catchup": dag.catchup, "max_active_runs": dag.max_active_runs,
        "timeout": seconds(dag.dagrun_timeout), "schedule": str(getattr(dag.timetable, "expression", "")),
        "reads": sorted(asset.name for asset in getattr(
            getattr(dag.timetable, "asset_condition", None), "objects", ())),
        "timetable": type(dag.timetable).__name__,
        "params": sorted(dag.params),
        "run_types": sorted(t.value for t in dag.allowed_run_types or ()),
        "tasks": {task.task_id: {
            "owner": task.owner, "retries": task.retries, "timeout": seconds(task.execution_timeout),
            "doc_md": task.doc_md, "outlets": [asset.name for asset in task.outlets],
            "rule": task.trigger_rule.value, "pool": task.pool, "at_once": task.max_active_tis_per_dag,
            "mapped": bool(getattr(task, "expand_input", None) or getattr(task, "op_kwargs_expand_input", None)),
            "policy": [rule.exception for rule in task.retry_policy.rules] if task.retry_policy else [],
        } for task in dag.tasks},
    } for dag in bag.dags.values()},
}, open(sys.argv[2], "w"))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAG files as Airflow sees them."""
    import json

    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    }
    run = subprocess.run(
        [sys.executable, "-c", LOAD, str(FOLDER), str(home / "dags.json")],
        env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads((home / "dags.json").read_text())
    return found


@pytest.fixture(scope="module")
def found(loaded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(loaded["dags"])


def test_every_file_loads_without_an_error_or_a_warning(loaded: dict[str, Any]) -> None:
    assert loaded["errors"] == {}
    assert loaded["warnings"] == []
    assert {dag["file"] for dag in loaded["dags"].values()} == {str(path) for path in FILES}


def test_every_dag_says_what_it_is_and_what_to_do_when_it_fails(found: dict[str, dict[str, Any]]) -> None:
    for name, dag in found.items():
        for heading in ("Frequency", "Source", "Does", "Reads", "Writes", "Checks", "When it fails"):
            assert f"**{heading}**" in dag["doc_md"], f"{name}: {heading}"
        assert dag["description"], name
        assert dag["tags"], name
        assert dag["owner"] == "vedette", name


def test_every_dag_is_bounded_in_time_and_runs_once_at_a_time(found: dict[str, dict[str, Any]]) -> None:
    for name, dag in found.items():
        assert dag["timeout"], name
        assert dag["max_active_runs"] == 1, name
        assert dag["catchup"] is False, name


def test_every_task_has_a_timeout_retries_and_a_line_that_says_what_it_does(
    found: dict[str, dict[str, Any]],
) -> None:
    for name, dag in found.items():
        for task_id, task in dag["tasks"].items():
            assert task["timeout"], f"{name}.{task_id}"
            assert task["retries"] >= 1, f"{name}.{task_id}"
            assert task["doc_md"], f"{name}.{task_id}"


def test_the_files_are_short_and_leave_logic_and_sql_to_the_library() -> None:
    for path in FILES:
        text = path.read_text()
        assert len(text.splitlines()) <= 130, path.name
        for stranger in ("psycopg", "SELECT ", "import os", "requests", "Variable.get"):
            assert stranger not in text, f"{path.name}: {stranger}"


def test_the_night_runs_at_two_in_paris_and_cannot_be_backfilled(found: dict[str, dict[str, Any]]) -> None:
    night = found["overnight_crawl"]
    assert "0 2 * * *" in night["schedule"]
    assert night["run_types"] == ["manual", "scheduled"]
    assert found["daytime_poll"]["run_types"] == ["manual", "scheduled"]


def test_a_source_that_is_down_does_not_stop_the_night(found: dict[str, dict[str, Any]]) -> None:
    for name in ("overnight_crawl", "daytime_poll"):
        tasks = found[name]["tasks"]
        assert list(tasks) == ["due_sources", "crawl", "close_crawl"]
        assert tasks["close_crawl"]["rule"] == "all_done"
        assert tasks["crawl"]["pool"] == "crawl"
        assert tasks["close_crawl"]["outlets"] == ["pages"]


def test_each_stage_starts_when_the_one_before_has_handed_on_and_hands_on_after_its_checks(
    found: dict[str, dict[str, Any]],
) -> None:
    for name, reads, hands_on in (
        ("extract_articles", "pages", "articles"),
        ("flag_mentions", "articles", "mentions"),
    ):
        assert reads in found[name]["reads"], name
        outlets = {
            task_id: task["outlets"] for task_id, task in found[name]["tasks"].items() if task["outlets"]
        }
        assert outlets == {"hand_on": [hands_on]}
        assert found[name]["tasks"]["hand_on"]["rule"] == "all_success"
        assert any(task_id.startswith("check_") for task_id in found[name]["tasks"])


def test_failures_are_tried_again_by_their_cause(found: dict[str, dict[str, Any]]) -> None:
    for name, dag in found.items():
        for task_id, task in dag["tasks"].items():
            assert "desk.night.errors.SourceAway" in task["policy"], f"{name}.{task_id}"


def test_a_dag_run_may_take_at_least_as_long_as_its_longest_task(found: dict[str, dict[str, Any]]) -> None:
    for name, dag in found.items():
        longest = max(task["timeout"] for task in dag["tasks"].values())
        assert timedelta(seconds=dag["timeout"]) >= timedelta(seconds=longest), name


def test_stored_articles_can_be_backfilled_month_by_month_one_run_at_a_time(
    found: dict[str, dict[str, Any]],
) -> None:
    reflag = found["reflag"]
    assert reflag["timetable"] == "CronDataIntervalTimetable"
    assert reflag["schedule"] == "0 0 1 * *"
    assert "backfill" in reflag["run_types"]
    assert reflag["tasks"]["reflag"]["at_once"] == 1, "a backfill has a limit of its own on runs"
    assert reflag["params"] == ["since", "until"]
    assert reflag["tasks"]["hand_on"]["outlets"] == ["mentions"]
    assert {"check_run", "check_evidence"} <= set(reflag["tasks"])
    others = [name for name, dag in found.items() if "backfill" in dag["run_types"]]
    assert others == ["reflag"]


def test_rechecks_and_archives_do_not_stop_for_one_that_fails_and_lead_to_extraction(
    found: dict[str, dict[str, Any]],
) -> None:
    for name, mapped, closing in (
        ("recheck_articles", "look_again", "close_recheck"),
        ("ingest_warc", "ingest", "close_ingest"),
    ):
        tasks = found[name]["tasks"]
        assert tasks[mapped]["mapped"], name
        assert tasks[closing]["rule"] == "all_done", name
        assert tasks[closing]["outlets"] == ["pages"], name
        assert "backfill" not in found[name]["run_types"]
    assert found["recheck_articles"]["tasks"]["look_again"]["pool"] == "crawl"
    assert found["recheck_articles"]["schedule"] == "45 * * * *"
    assert found["ingest_warc"]["tasks"]["ingest"]["at_once"] == 2
    assert found["ingest_warc"]["params"] == ["addresses", "since", "source_id", "until"]
