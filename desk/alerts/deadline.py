"""« The brief is not ready », called by Airflow when a run is later than its deadline.

It runs in the triggerer, which sees only modules that are installed. In a DAG::

    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
        interval=timedelta(minutes=30),
        callback=AsyncCallback(brief_not_ready, kwargs={"by": "07:00"}),
    )
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

log = logging.getLogger("vedette.alerts")


async def brief_not_ready(by: str, context: Mapping[str, Any] | None = None) -> str:
    """Send « the brief is not ready by ``by`` »; returns what became of it, for Airflow's record of the callback.

    Raises AlertError when a service does not take the message.
    """
    run = (context or {}).get("dag_run") or {}
    return await asyncio.to_thread(_tell, by, run.get("dag_id"), run.get("dag_run_id") or run.get("run_id"))


def _tell(by: str, dag_id: str | None, run_id: str | None) -> str:
    # Imported late: the triggerer loads this module for a callback it may never call.
    from desk.alerts.addresses import addresses, ui_address
    from desk.alerts.message import Message
    from desk.alerts.sending import send
    from processing.settings import load_settings

    settings = load_settings()
    if not (where := addresses(settings.alerts)):
        log.warning("the brief is not ready by %s, and nobody is told: VEDETTE_ALERTS names no address", by)
        return "VEDETTE_ALERTS names no address"
    ui = ui_address(settings)
    link = f"\n\n{ui.rstrip('/')}/dags/{dag_id}/runs/{run_id}" if ui and dag_id and run_id else ""
    send(
        Message(
            title=f"Vedette: the brief is not ready by {by}",
            body="The first of overnight_crawl, extract_articles, flag_mentions and morning_brief that is red or still "
            f"runs is the cause; its note or the log of its task says why.{link}",
            kind="failure",
        ),
        where,
    )
    return f"told {len(where)} addresses"
