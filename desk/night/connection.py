"""Where the tasks find Vedette's database."""

from __future__ import annotations

from airflow.sdk import Connection
from airflow.sdk.log import mask_secret
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from processing.settings import load_settings

CONNECTION = "vedette"
"""Airflow's connection to Vedette's database; VEDETTE_DATABASE_URL goes before it."""


def database_url() -> str:
    """VEDETTE_DATABASE_URL, or Airflow's connection ``vedette``; its password is masked in the logs of tasks."""
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
