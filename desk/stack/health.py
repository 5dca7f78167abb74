"""Asking Airflow, through its own API, whether it is well."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desk.stack.credentials import USER

TIMEOUT = 10
"""Seconds to wait for one answer."""

SERVICES = ("scheduler", "dag_processor", "triggerer")
"""The services that report a heartbeat, as the health page names them."""

# Loopback must never go through a proxy of the environment.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotReadyError(Exception):
    """Airflow's API does not answer yet."""


@dataclass(frozen=True)
class DagFiles:
    """What the dag-processor made of the DAG files since a moment."""

    parsed: frozenset[str]
    """Files, relative to the bundle, that were read without error."""
    broken: Mapping[str, str]
    """Files that cannot be read, with the last line of the error."""


class AirflowApi:
    """A client of Airflow's API, logged in as the user of the stack."""

    def __init__(self, url: str, password: str) -> None:
        self._url = url
        self._password = password
        self._token: str | None = None

    def waiting_for(self, since: datetime) -> list[str]:
        """The services that have shown no sign of life since ``since``. Raises NotReadyError."""
        return late_services(self._ask("/api/v2/monitor/health"), since)

    def dag_files(self, since: datetime) -> DagFiles:
        """The DAG files parsed since ``since``. Raises NotReadyError."""
        if self._token is None:
            self._token = self._ask("/auth/token", {"username": USER, "password": self._password})[
                "access_token"
            ]
        found = self._ask("/api/v2/dags?limit=200&exclude_stale=false")["dags"]
        errors = self._ask("/api/v2/importErrors?limit=200")["import_errors"]
        return DagFiles(
            parsed=frozenset(
                dag["relative_fileloc"]
                for dag in found
                if dag["last_parsed_time"] and datetime.fromisoformat(dag["last_parsed_time"]) >= since
            ),
            broken={
                Path(error["filename"]).name: error["stack_trace"].strip().splitlines()[-1]
                for error in errors
                if datetime.fromisoformat(error["timestamp"]) >= since
            },
        )

    def make_pool(self, name: str, slots: int) -> None:
        """Make a pool of tasks unless there is one by this name, whose width is then the operator's choice."""
        try:
            self._ask(f"/api/v2/pools/{name}")
        except NotReadyError:
            self._ask("/api/v2/pools", {"name": name, "slots": slots, "include_deferred": False})

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is ours, on loopback
            self._url + path,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json"},
        )
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with _opener.open(request, timeout=TIMEOUT) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except (OSError, ValueError) as error:
            raise NotReadyError(str(error)) from error


def late_services(health: Mapping[str, Any], since: datetime) -> list[str]:
    """The services without a heartbeat since ``since``, by the names of their commands.

    A heartbeat from before would be that of an earlier start, still counted as healthy for 30 s.
    """
    late = []
    for name in SERVICES:
        report = health.get(name) or {}
        beat = report.get(f"latest_{name}_heartbeat")
        if report.get("status") != "healthy" or beat is None or datetime.fromisoformat(beat) < since:
            late.append(name.replace("_", "-"))
    return late
