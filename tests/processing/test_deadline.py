"""A piece of work has its own limit of processor time."""

from __future__ import annotations

import itertools
import re
import signal
import threading
import time
from contextlib import suppress

import pytest

from processing import deadline
from processing.deadline import TooLong, at_most


def test_work_within_the_limit_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with at_most(5.0):
        assert sum(range(1000)) == 499500
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_a_loop_without_end_is_stopped() -> None:
    with pytest.raises(TooLong), at_most(0.1):
        all(True for _ in itertools.count())


def test_a_regular_expression_that_explodes_is_stopped() -> None:
    with pytest.raises(TooLong), at_most(0.1):
        re.match(r"(a+)+$", "a" * 40 + "b")


def test_a_library_that_takes_the_limit_for_an_error_of_its_own_is_stopped_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadline, "AGAIN", 0.1)

    def swallows() -> None:
        with suppress(Exception):
            all(True for _ in itertools.count())
        all(True for _ in itertools.count())

    with pytest.raises(TooLong), at_most(0.1):
        swallows()
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_waiting_costs_nothing() -> None:
    with at_most(0.1):
        time.sleep(0.3)


def test_in_another_thread_there_is_no_limit_and_no_error() -> None:
    done: list[bool] = []

    def work() -> None:
        with at_most(0.01):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
