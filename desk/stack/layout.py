"""Where the local stack keeps its things, all under ``VEDETTE_HOME``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from processing.errors import StackError


@dataclass(frozen=True)
class Layout:
    """The folders and files of one local stack."""

    home: Path

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME: Airflow's own files and the secrets; closed to other users."""
        return self.home / "airflow"

    @property
    def secrets(self) -> Path:
        return self.airflow / "secrets.json"

    @property
    def passwords(self) -> Path:
        """The password file of Airflow's simple auth manager."""
        return self.airflow / "passwords.json"

    @property
    def logs(self) -> Path:
        """One log for each service."""
        return self.home / "logs" / "airflow"

    @property
    def task_logs(self) -> Path:
        """The logs of the tasks, which the UI shows."""
        return self.logs / "tasks"

    @property
    def record(self) -> Path:
        """What runs now; locked by the `up` that runs it."""
        return self.airflow / "up.json"

    def make(self) -> None:
        """Create the folders. Raises StackError when that cannot be done."""
        try:
            self.airflow.mkdir(parents=True, exist_ok=True)
            self.airflow.chmod(0o700)
            self.task_logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StackError(
                f"{error.filename} cannot be made ({error.strerror}): set VEDETTE_HOME to a folder of yours"
            ) from None
