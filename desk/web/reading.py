"""The desk's connections: a pool, read-only transactions with a bound on time, and one way to write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from desk.web.faults import BusyError
from processing.store.connect import CONNECT_TIMEOUT

STATEMENT_TIMEOUT: Final = 15
"""Seconds that one statement of a page may take."""
EXPORT_TIMEOUT: Final = 120
"""Seconds for one batch of an export."""
MOST: Final = 8
"""Connections at most."""
EXPORTS: Final = 3
"""Exports at once: the rest of the connections is for pages."""
PATIENCE: Final = 10.0
"""Seconds to wait for a free connection."""


class Reading:
    """Opened at its first use: inside Airflow nothing tells an application that is mounted when to start."""

    def __init__(self, url: str) -> None:
        self._exports = threading.BoundedSemaphore(EXPORTS)
        self._pool = ConnectionPool(
            url,
            min_size=0,
            max_size=MOST,
            open=False,
            timeout=PATIENCE,
            max_idle=300,
            check=ConnectionPool.check_connection,
            kwargs={
                "autocommit": True,
                "connect_timeout": CONNECT_TIMEOUT,
                "application_name": "vedette-desk",
                # A filter that is not set must cost nothing, so no plan is made for all of them at once.
                "options": f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_TIMEOUT}s"
                " -c jit=off -c plan_cache_mode=force_custom_plan",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[Connection[TupleRow]]:
        """A read-only view of one moment. Raises PoolTimeout when no connection can be had."""
        with self._connection() as conn, conn.transaction():
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield conn

    @contextmanager
    def writing(self) -> Iterator[Connection[TupleRow]]:
        """A transaction that may write, for reviews."""
        with self._connection() as conn, conn.transaction():
            conn.execute("SET TRANSACTION READ WRITE")
            yield conn

    @contextmanager
    def streaming(self) -> Iterator[Connection[TupleRow]]:
        """As `transaction`, with more time for each batch. Raises BusyError while EXPORTS others read."""
        if not self._exports.acquire(blocking=False):
            raise BusyError
        try:
            with self.transaction() as conn:
                conn.execute(f"SET LOCAL statement_timeout = '{EXPORT_TIMEOUT}s'".encode())
                yield conn
        finally:
            self._exports.release()

    def close(self) -> None:
        self._pool.close(timeout=1)

    @contextmanager
    def _connection(self) -> Iterator[Connection[TupleRow]]:
        if self._pool.closed:
            self._pool.open()
        with self._pool.connection() as conn:
            yield conn
