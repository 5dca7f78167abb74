"""Where the tasks find Vedette's database."""

from __future__ import annotations

import os
from urllib.parse import quote

from airflow.sdk import Connection, get_current_context
from airflow.sdk.log import mask_secret
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from processing.settings import load_settings
from processing.store.runs import ORIGIN

CONNECTION = "vedette"
"""Airflow's connection to Vedette's database; VEDETTE_DATABASE_URL goes before it."""


def database_url() -> str:
    """VEDETTE_DATABASE_URL, or Airflow's connection ``vedette``; its password is masked in the logs of tasks.

    Whoever asks is a task that is about to work, so this is also where runs learn which task they belong to.
    """
    _say_origin()
    return address()


def address() -> str:
    """The same for what is not a task: a callback, the banner."""
    if url := load_settings().database_url:
        if password := conninfo_to_dict(url).get("password"):
            mask_secret(str(password))
        return url
    connection = Connection.get(CONNECTION)
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    # Extras are shared with Airflow's own hook; what is not for libpq is not for us.
    extras = {name: value for name, value in connection.extra_dejson.items() if name in known}
    return make_conninfo(
        host=connection.host,
        port=connection.port,
        user=connection.login,
        password=connection.password,
        dbname=connection.schema,
        **extras,
    )


def _say_origin() -> None:
    """Let the rows of ``press.run`` tell where in the UI their task is."""
    ti = get_current_context()["ti"]
    place = f"/dags/{ti.dag_id}/runs/{quote(ti.run_id, safe='')}/tasks/{ti.task_id}"
    os.environ[ORIGIN] = place if ti.map_index in (None, -1) else f"{place}/mapped/{ti.map_index}"
