"""A plugin of Airflow: when a run ends, its figures become the note of the run.

A task cannot write the note of its own run, so the last task leaves the text in an XCom, and the scheduler,
which tells listeners of the end of each run, puts it where an operator sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

KEY = "vedette_note"
"""Key of the XCom that holds the text, in Markdown."""


class RunNotes:
    """Listens to the ends of runs. Called in the scheduler, within its transaction."""

    @hookimpl
    def on_dag_run_success(self, dag_run: DagRun, msg: str) -> None:
        _write_note(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run: DagRun, msg: str) -> None:
        _write_note(dag_run)


class VedettePlugin(AirflowPlugin):
    """What Vedette adds to Airflow."""

    name = "vedette"
    listeners = [RunNotes()]  # noqa: RUF012 - how a plugin declares them


def _write_note(dag_run: DagRun) -> None:
    """Set the note, unless a person wrote one."""
    # Every Airflow process loads the plugin, the tasks as well, which have no use for the models.
    from airflow.models.xcom import XComModel
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None or (dag_run.dag_run_note and dag_run.dag_run_note.user_id is not None):
        return
    found = session.scalars(
        XComModel.get_many(run_id=dag_run.run_id, dag_ids=dag_run.dag_id, key=KEY, limit=1)
    ).first()
    if found is not None:
        dag_run.note = XComModel.deserialize_value(found)
