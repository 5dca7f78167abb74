"""The brief as tasks of Airflow. A function here is the whole body of a task."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import Asset, get_current_context
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.log import mask_secret

from desk.night import note
from desk.night.connection import database_url
from desk.night.figures import many
from processing.settings import load_settings

log = logging.getLogger("vedette.brief")


def night_is_over() -> bool:
    """Whether nothing of the night is under way or waits."""
    from desk.night.stages import night_is_over

    return night_is_over(database_url())


def write(outlet: Asset, params: Mapping[str, Any]) -> str:
    """Write the day's brief into VEDETTE_HOME/briefs; returns the day."""
    from desk.brief.keeping import keep
    from desk.brief.writing import write_brief
    from processing.store.connect import connect
    from processing.zone import PARIS

    settings, url, now = load_settings(), database_url(), datetime.now(UTC)
    day = date.fromisoformat(params["day"]) if params["day"] else now.astimezone(PARIS).date()
    brief = write_brief(url, day, settings.brief_lang, now=now)
    with connect(url) as conn:
        kept = keep(conn, settings.briefs, brief)
    n = brief.figures
    told = (
        f"**{many(n.mentions, 'mention')}** in {many(n.articles, 'new article')}; "
        f"{n.answered} of {many(n.asked, 'source')} answered.\n\n"
    )
    told += f"{n.waiting} pages or articles still wait, so it is not complete.\n\n" if n.waiting else ""
    context = get_current_context()
    context["ti"].xcom_push(note.KEY, f"{told}`vedette brief --date {day}`, and {kept.html}")
    context["outlet_events"][outlet].extra = {"day": day.isoformat(), "run_id": kept.run_id, **kept.counts}
    log.info("%s", kept.html)
    return day.isoformat()


def send(day: str) -> None:
    """Send the brief to VEDETTE_BRIEF_TO, once. Skipped when no address is set, or it was sent before."""
    from desk.alerts import sending
    from desk.alerts.addresses import addresses
    from desk.brief.keeping import send_once
    from processing.store.connect import connect

    settings = load_settings()
    if not (where := addresses(settings.brief_to)):
        raise AirflowSkipException("nobody is sent the brief: VEDETTE_BRIEF_TO names no address")
    for one in where:
        mask_secret(one)
    html = settings.briefs / f"{day}.html"
    with connect(database_url()) as conn:
        sent = send_once(
            conn,
            date.fromisoformat(day),
            html,
            settings.brief_lang,
            lambda message: sending.send(message, where),
        )
    if not sent:
        raise AirflowSkipException(
            f"the brief of {day} was sent before; `vedette brief --date {day}` shows it"
        )
