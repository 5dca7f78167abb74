"""The watch as tasks of Airflow. A function here is the whole body of a task, or a callback of the DAG."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.log import mask_secret

from desk.night import note
from desk.night.connection import address, database_url
from processing.errors import VedetteError
from processing.settings import load_settings

log = logging.getLogger("vedette.alerts")


def look() -> dict[str, int]:
    """Look at what is wrong; the note of the run tells it."""
    from desk.alerts import message, watch
    from processing.store.connect import connect
    from processing.store.migrate import migrate

    settings, url = load_settings(), database_url()
    migrate(url)
    with connect(url) as conn:
        found = watch.look(conn, settings.home, datetime.now(UTC))
    text = message.note(found)
    get_current_context()["ti"].xcom_push(note.KEY, text)
    log.info("%s", text)
    return found.counts()


def tell() -> dict[str, int]:
    """Send what is new and fixed to VEDETTE_ALERTS. Skipped when no address is set."""
    from desk.alerts import watch
    from processing.store.connect import connect

    if not (where := _addresses()):
        raise AirflowSkipException("nobody is told: VEDETTE_ALERTS names no address")
    with connect(database_url()) as conn:
        told = watch.tell(conn, where, _ui(), datetime.now(UTC))
    figures = {"new": len(told.new), "fixed": len(told.fixed), "still": len(told.still)}
    log.info("told: %s" if told else "nothing has changed, nothing is sent", figures)
    return figures


def watch_failed(context: Mapping[str, Any]) -> None:
    """Called by Airflow when the watch itself has failed: say so at once, without the database."""
    from desk.alerts.message import Message
    from desk.alerts.sending import send

    if not (where := _addresses()):
        log.warning("the watch failed, and nobody is told: VEDETTE_ALERTS names no address")
        return
    ui, run = _ui(), context.get("run_id") or getattr(context.get("dag_run"), "run_id", None)
    link = f"\n\n{ui.rstrip('/')}/dags/source_health/runs/{run}" if ui and run else ""
    cause = (
        _database_away()
        or f"the log of its failed task says why ({context.get('reason') or 'no reason given'})"
    )
    send(
        Message(
            title="Vedette: the watch failed",
            body=f"What is wrong with the night could not be found out or told: {cause}{link}",
            kind="failure",
        ),
        where,
    )


def _database_away() -> str | None:
    """The most likely cause, in one line; None when the database is well."""
    from processing.store.connect import connect, require_schema

    try:
        with connect(address()) as conn:
            require_schema(conn)
    except VedetteError as error:
        return str(error)
    return None


def _addresses() -> tuple[str, ...]:
    """Where messages go; masked in the logs of tasks."""
    from desk.alerts.addresses import addresses

    found = addresses(load_settings().alerts)
    for one in found:
        mask_secret(one)
    return found


def _ui() -> str | None:
    """The address of the UI: ours, else as Airflow's configuration has it (variable or file)."""
    from airflow.sdk.configuration import conf

    return load_settings().airflow_url or conf.get("api", "base_url", fallback=None) or None
