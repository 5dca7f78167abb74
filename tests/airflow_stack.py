"""A real local stack for tests: `vedette up` as a child, driven from outside as a person would."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

READY_WITHIN = 150
"""Seconds: about 20 on an idle machine of two cores, the rest is for busy ones."""

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class AirflowStack:
    """One home, on which `up` is started and ended at will."""

    def __init__(self, environment: Mapping[str, str], port: int = 18080) -> None:
        # A short folder name keeps the path of PostgreSQL's socket under the system's limit.
        self.home = Path(tempfile.mkdtemp(prefix="vedette-"))
        self.environment = {**os.environ, **environment, "VEDETTE_HOME": str(self.home)}
        self.environment.pop("VEDETTE_DATABASE_URL", None)
        self.output = self.home / "up.out"
        self.port = port
        self.url = self.password = ""
        self._up: subprocess.Popen[bytes] | None = None
        self._token: str | None = None
        self._seen: set[psutil.Process] = set()

    # The life of the stack

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with self.output.open("wb") as output:
            self._up = subprocess.Popen(
                self.command(), env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + READY_WITHIN
        while "Airflow is ready" not in self.said():
            assert self._up.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        time.sleep(0.2)  # the lines after the first
        (self.url,) = re.findall(r"Airflow is ready +(http://\S+)", self.said())
        (self.password,) = re.findall(r"password +(\S+)", self.said())
        self._token = None

    def ensure_running(self) -> None:
        if not self.running:
            self.start()

    def command(self) -> list[str]:
        return [sys.executable, "-c", "from desk.cli import main; main()", "up", "--port", str(self.port)]

    def send(self, number: signal.Signals) -> None:
        assert self._up is not None
        self._up.send_signal(number)

    def wait(self, timeout: float = 60) -> int:
        assert self._up is not None
        return self._up.wait(timeout)

    @property
    def running(self) -> bool:
        return self._up is not None and self._up.poll() is None

    @property
    def pid(self) -> int:
        assert self._up is not None
        return self._up.pid

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """Everything alive that this stack ever started, as far as it was seen.

        Told by descent, and by the home in command line or environment (orphans are no descendants, and
        some services overwrite both when they set their title).
        """
        if self.running:
            self._seen |= set(psutil.Process(self.pid).children(recursive=True))
        for process in psutil.process_iter():
            try:
                if str(self.home) in " ".join([*process.cmdline(), *process.environ().values()]):
                    self._seen.add(process)
            except (psutil.Error, OSError):
                continue
        self._seen = {process for process in self._seen if _alive(process) and process.pid != self.pid}
        return sorted(self._seen, key=lambda process: process.pid)

    # What a person does in the UI

    def api(self, path: str, body: Mapping[str, Any] | None = None, method: str | None = None) -> Any:
        if self._token is None and path != "/auth/token":
            answer = self.api("/auth/token", {"username": "vedette", "password": self.password})
            self._token = answer["access_token"]
        request = urllib.request.Request(  # noqa: S310 - the address is the stack's own, on loopback
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
            method=method,
        )
        with _opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run; returns its id."""
        run = self.api(f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf or {})})
        return str(run["dag_run_id"])

    def finished_run(self, dag_id: str, run_id: str, within: float = 180) -> dict[str, Any]:
        """The run once it has ended."""
        deadline = time.monotonic() + within
        while True:
            run: dict[str, Any] = self.api(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
            if run["state"] in ("success", "failed"):
                return run
            assert time.monotonic() < deadline, f"{run_id} is still {run['state']}"
            time.sleep(0.5)

    def run_started_by(self, dag_id: str, run: Mapping[str, Any], within: float = 120) -> dict[str, Any]:
        """The first run of a DAG that an asset started after another run, once it has ended."""
        deadline = time.monotonic() + within
        while True:
            runs = self.api(f"/api/v2/dags/{dag_id}/dagRuns?order_by=run_after&limit=100")["dag_runs"]
            for found in runs:
                if found["run_type"] == "asset_triggered" and found["run_after"] > run["start_date"]:
                    return self.finished_run(dag_id, found["dag_run_id"], deadline - time.monotonic())
            assert time.monotonic() < deadline, f"no asset started {dag_id}"
            time.sleep(0.5)

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run, mapped ones each for itself."""
        answer = self.api(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200")
        instances: list[dict[str, Any]] = answer["task_instances"]
        return instances

    def abandon(self) -> None:
        """End whatever is left, after a test that failed."""
        if self._up is None:
            return
        if self.running:
            self.send(signal.SIGTERM)
            try:
                self.wait()
            except subprocess.TimeoutExpired:
                self.send(signal.SIGKILL)
        for process in self.processes():
            process.kill()


def _alive(process: psutil.Process) -> bool:
    try:
        # A zombie has ended; it only waits for the system's first process to take note.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
