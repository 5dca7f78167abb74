"""Airflow's ``airflow_local_settings.py``: how the banner comes to its home page."""

from __future__ import annotations

from pathlib import Path

TEXT = '''"""Read by every process of Airflow when it starts; written anew by `vedette up`."""

from desk.alerts.banner import DASHBOARD_UIALERTS

__all__ = ["DASHBOARD_UIALERTS"]
'''


def write_local_settings(airflow_home: Path) -> Path:
    """Write it where Airflow finds it: ``AIRFLOW_HOME/config`` is on its path."""
    folder = airflow_home / "config"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "airflow_local_settings.py"
    path.write_text(TEXT, encoding="utf-8")
    return path
