"""The variables that configure Airflow, as a pure function of what the stack knows."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.stack.credentials import USER, Credentials
from desk.stack.layout import Layout

BUNDLE = "vedette"
"""Name of the bundle that holds our DAG files."""

TAG = "VEDETTE_STACK"
"""Every process of a stack carries this variable with the stack's home, and hands it on to what it starts."""

LOOPBACK = "127.0.0.1"

DAGS = Path(__file__).resolve().parents[2] / "dags"
"""The folder of our DAG files, which is installed beside ours."""


@dataclass(frozen=True)
class Address:
    """Where the UI and the API listen."""

    port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


def parallelism() -> int:
    """Tasks that may run at once: two for each processor, at least 4 and at most 8.

    Two, since crawls mostly wait for the sites. Airflow's scheduler forks this many workers when it starts
    (its own default is 32).
    """
    return max(4, min(8, 2 * (os.cpu_count() or 1)))


def airflow_variables(
    layout: Layout, credentials: Credentials, address: Address, metadata_url: str, users: Sequence[str] = ()
) -> dict[str, str]:
    """Airflow's settings for a stack on one machine; every server on loopback, nothing sent home.

    ``metadata_url`` is Airflow's own database, in SQLAlchemy's form; ``users`` are those beside the administrator, as
    NAME:ROLE.
    """
    bundles = [
        {
            "name": BUNDLE,
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(DAGS)},
        }
    ]
    return {
        "AIRFLOW_HOME": str(layout.airflow),
        "AIRFLOW__API__BASE_URL": address.url,
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__INSTANCE_NAME": "Vedette",
        "AIRFLOW__API__PORT": str(address.port),
        "AIRFLOW__API__SECRET_KEY": credentials.session_secret,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": credentials.jwt_secret,
        "AIRFLOW__CORE__AUTH_MANAGER": (
            "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
        ),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address.url}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": credentials.fernet_key,
        # The default asks the name service, which may take seconds or fail on a laptop.
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(parallelism()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(layout.passwords),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join([f"{USER}:admin", *users]),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_url,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(layout.task_logs),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(layout.logs / "dag_files"),
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
        "SCARF_ANALYTICS": "false",
        TAG: str(layout.home),
    }
