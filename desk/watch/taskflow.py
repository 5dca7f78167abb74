"""Watch lists as a task of Airflow."""

from __future__ import annotations

import logging

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.log import mask_secret

from desk.night import note
from desk.night.connection import database_url
from processing.errors import VedetteError, WatchError
from processing.settings import load_settings

log = logging.getLogger("vedette.watch")


def tell() -> dict[str, int]:
    """Tell each list what is new on it. Skipped when no address is set; a list that fails keeps no other waiting."""
    from desk.watch.telling import by_apprise, tell
    from processing.store import watches
    from processing.store.connect import connect

    settings = load_settings()
    if not settings.brief_to.get_secret_value().strip():
        raise AirflowSkipException("nobody is told: VEDETTE_BRIEF_TO names no address")
    for address in settings.brief_to.get_secret_value().split():
        mask_secret(address)
    send = by_apprise(settings.brief_to)
    told: dict[str, int] = {}
    failed: list[str] = []
    with connect(database_url()) as conn:
        for watch in watches.watches(conn):
            if watch.notify:
                try:
                    told[watch.name] = tell(conn, watch.name, send)
                except VedetteError as error:
                    failed.append(f"« {watch.name} »: {error}")
    text = ", ".join(f"« {name} »: {count} new" for name, count in told.items() if count)
    get_current_context()["ti"].xcom_push(note.KEY, (text or "nothing new on the watch lists")[:1000])
    log.info("%s", told)
    if failed:
        raise WatchError("; ".join(failed))
    return told
