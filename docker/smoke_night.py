"""Trigger one run of the DAG over Airflow's API, as the UI's button does, and wait until all its runs ended.

    python smoke_night.py http://localhost:8080 DAG_ID     (VEDETTE_UI_PASSWORD in the environment)

All its runs: soon after 02:00 Airflow starts the night that was just due of its own accord as well.
Prints the tasks of each run with their states and seconds; exit status 0 when every run succeeded.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx

PATIENCE = 600.0
"""Seconds for the DAG to be there and its runs to end."""


def sign_in(airflow: httpx.Client, user: str, password: str) -> None:
    """Let the client carry the token of this user from now on."""
    answer = airflow.post("/auth/token", json={"username": user, "password": password}).raise_for_status()
    airflow.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def trigger(airflow: httpx.Client, dag: str, deadline: float) -> None:
    """Trigger the DAG, waiting until the DAG processor has read its file."""
    while True:
        answer = airflow.post(f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None})
        if answer.status_code == httpx.codes.NOT_FOUND and time.monotonic() < deadline:
            time.sleep(2)
            continue
        answer.raise_for_status()
        return


def ended_runs(airflow: httpx.Client, dag: str, deadline: float) -> list[dict[str, Any]]:
    """Wait for the end of every run, and return them oldest first; as they are when the deadline passes."""
    while True:
        answer = airflow.get(
            f"/api/v2/dags/{dag}/dagRuns", params={"order_by": "start_date"}
        ).raise_for_status()
        runs: list[dict[str, Any]] = answer.json()["dag_runs"]
        if all(run["state"] in ("success", "failed") for run in runs) or time.monotonic() > deadline:
            return runs
        time.sleep(2)


def seconds(one: dict[str, Any]) -> float:
    """How long a run or a task instance took; 0 when it never started or has not ended."""
    start, end = one["start_date"], one["end_date"]
    if not start or not end:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def describe(airflow: httpx.Client, run: dict[str, Any]) -> Iterator[str]:
    """A line for each task instance of a run, in the order they started."""
    path = f"/api/v2/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances"
    answer = airflow.get(path, params={"limit": 100}).raise_for_status()
    for instance in sorted(answer.json()["task_instances"], key=lambda one: one["start_date"] or "~"):
        name, label = instance["task_id"], instance.get("rendered_map_index") or ""
        yield f"  {name:<14} {instance['state'] or '-':<10} {seconds(instance):6.1f} s  {label}".rstrip()


def main() -> int:
    address, dag = sys.argv[1:3]
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(base_url=address, timeout=30) as airflow:
        sign_in(airflow, "vedette", os.environ["VEDETTE_UI_PASSWORD"])
        trigger(airflow, dag, deadline)
        runs = ended_runs(airflow, dag, deadline)
        for run in runs:
            sys.stdout.write(f"{dag}, {run['run_type']} run: {run['state']}, {seconds(run):.1f} s\n")
            sys.stdout.writelines(f"{line}\n" for line in describe(airflow, run))
    return 0 if all(run["state"] == "success" for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
