"""A limit on the processor time that one piece of work may take.

Of processor time, not of the clock: a busy machine shall not make a page a bad one. Code in C is interrupted only when
it comes back to Python, as regular expressions do every few thousand steps; how much markup lxml is given is bounded
elsewhere (:mod:`processing.bounds`).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 1.0
"""Seconds of processor time after which it is raised again: a library may have taken it for an error of its own."""


class TooLong(Exception):  # noqa: N818 - a state of the work, turned into an error by whoever set the limit
    """The processor time is used up."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooLong inside the block when it has taken so many seconds of processor time.

    Signals are for the main thread alone (``signal`` in the Python library): in another the block has no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    over = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if not over:
            raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
    try:
        yield
    finally:
        over = True
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
