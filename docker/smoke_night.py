"""Trigger one run of the DAG over Airflow's API, as the UI's button does, and wait for its end.

    python smoke_night.py http://localhost:8080 DAG_ID     (VEDETTE_UI_PASSWORD in the environment)

Prints the tasks with their states and seconds; exit status 0 when the run succeeded.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from typing import Any

import httpx

PATIENCE = 600.0
"""Seconds for the DAG to be there and its run to end."""


def sign_in(airflow: httpx.Client, user: str, password: str) -> None:
    """Let the client carry the token of this user from now on."""
    answer = airflow.post("/auth/token", json={"username": user, "password": password}).raise_for_status()
    airflow.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def trigger(airflow: httpx.Client, dag: str, deadline: float) -> str:
    """Trigger the DAG, waiting until the DAG processor has read its file; returns the id of the run."""
    while True:
        answer = airflow.post(f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None})
        if answer.status_code == httpx.codes.NOT_FOUND and time.monotonic() < deadline:
            time.sleep(2)
            continue
        return str(answer.raise_for_status().json()["dag_run_id"])


def seconds(instance: dict[str, Any]) -> float:
    """How long a task instance took; 0 when it never started."""
    start, end = instance["start_date"], instance["end_date"]
    if not start or not end:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def main() -> int:
    address, dag = sys.argv[1:3]
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(base_url=address, timeout=30) as airflow:
        sign_in(airflow, "vedette", os.environ["VEDETTE_UI_PASSWORD"])
        path = f"/api/v2/dags/{dag}/dagRuns/{trigger(airflow, dag, deadline)}"
        state = ""
        while state not in ("success", "failed") and time.monotonic() < deadline:
            time.sleep(2)
            state = airflow.get(path).raise_for_status().json()["state"]
        answer = airflow.get(f"{path}/taskInstances", params={"limit": 100}).raise_for_status()
    for instance in sorted(answer.json()["task_instances"], key=lambda one: one["start_date"] or ""):
        name, label = instance["task_id"], instance.get("rendered_map_index") or ""
        sys.stdout.write(f"{name:<14} {instance['state'] or '-':<10} {seconds(instance):6.1f} s  {label}\n")
    sys.stdout.write(f"{dag}: {state}\n")
    return 0 if state == "success" else 1


if __name__ == "__main__":
    sys.exit(main())
