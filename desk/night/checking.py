"""The operator that asks PostgreSQL whether a stage may hand on."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from airflow.providers.common.sql.operators.sql import SQLTableCheckOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Connection
from psycopg.conninfo import conninfo_to_dict

from desk.night.checks import Checks
from desk.night.connection import CONNECTION, database_url

RUN_ID = "run_id"
"""Key of the XCom in which a stage tells its row in ``press.run``."""


class PressCheck(SQLTableCheckOperator):
    """Checks the rows of ``table`` whose column ``of_run`` is the run that the task ``after`` told.

    A failure names the checks that do not hold, and what hangs on this task does not start; it is not tried again,
    since the rows would be the same. A run without rows passes. The database is Vedette's own.
    """

    sql_check_template = """
    SELECT '{check_name}' AS check_name, coalesce(min({check_name}), 1) AS check_result
    FROM (SELECT CASE WHEN {check_statement} THEN 1 ELSE 0 END AS {check_name}
          FROM {table} {partition_clause}) AS sq
    """

    def __init__(self, *, table: str, of_run: str, after: str, checks: Checks, **rest: Any) -> None:
        super().__init__(
            table=table,
            partition_clause=f"{of_run} = {{{{ ti.xcom_pull(task_ids={after!r}, key={RUN_ID!r}) }}}}",
            checks={name: {"check_statement": condition} for name, condition in checks.items()},
            retry_on_failure=False,
            **rest,
        )

    def get_db_hook(self) -> PostgresHook:
        found = {name: str(value) for name, value in conninfo_to_dict(database_url()).items()}
        port = found.pop("port", None)
        return PostgresHook(
            connection=Connection(
                conn_id=CONNECTION,
                conn_type="postgres",
                host=found.pop("host", None),
                port=int(port) if port else None,
                login=found.pop("user", None),
                password=found.pop("password", None),
                schema=found.pop("dbname", None),
                extra=json.dumps(found),
            )
        )

    def _raise_exception(self, exception_string: str) -> NoReturn:
        failed = [name for name, check in self.checks.items() if check.get("success") is False]
        told = "; ".join(f"{name}: {self.checks[name]['check_statement']}" for name in failed)
        super()._raise_exception(f"does not hold: {told}" if told else exception_string)
