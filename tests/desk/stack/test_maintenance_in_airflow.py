"""The upkeep in a real Airflow: a backup, restored and compared, told in the note of the run."""

from __future__ import annotations

import re

import pytest

from processing.upkeep import backups
from tests.airflow_stack import AirflowStack

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(400)]


def test_the_database_is_backed_up_the_backup_proved_and_the_note_tells_so(stack: AirflowStack) -> None:
    stack.ensure_running()
    run = stack.finished_run("maintenance", stack.trigger("maintenance"))
    assert run["state"] == "success"
    assert re.match(
        r"\*\*backup \d+ kB in \d+ s\*\*; restored and compared: \d+ tables in \d+ s; 0 segments; "
        r"[\d,.]+ \w+ free; vacuumed: .*; database [\d.]+ MB\.\n\nLargest: \w+ ",
        run["note"],
    ), run["note"]
    states = {task["task_id"]: task["state"] for task in stack.tasks("maintenance", run["dag_run_id"])}
    assert states == dict.fromkeys(("back_up", "test_restore", "remove_old", "vacuum"), "success")
    (made,) = backups.found(stack.home / "backups")
    assert made.restored_at is not None
