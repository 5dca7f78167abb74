"""How a host is treated: pace and rest, for all its names and sources."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spiders.hosts import TROUBLES_AT_MOST, Host, after_answer, after_silence, host_key, pace


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("www.lemonde.fr", "lemonde.fr"),
        ("lignesdedefense.blogs.ouest-france.fr", "ouest-france.fr"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_all_names_of_a_registrable_domain_are_one_host(name: str, key: str) -> None:
    assert host_key(name) == key


def test_the_longest_of_delay_crawl_delay_and_throttle_counts() -> None:
    assert pace(1.0, 0.0, 0.2) == 1.0
    assert pace(1.0, 10.0, 0.2) == 10.0
    assert pace(1.0, 0.0, 3.0) == 6.0
    assert pace(1.0, 0.0, 500.0) == 60.0


def test_without_a_delay_of_ours_latency_does_not_slow_down() -> None:
    assert pace(0.0, 0.0, 3.0) == 0.0
    assert pace(0.0, 2.0, 3.0) == 2.0


def test_latency_is_smoothed_and_a_quick_error_does_not_count() -> None:
    host, _ = after_answer(Host(), 200, None, 4.0)
    assert host.latency == 4.0
    host, _ = after_answer(host, 200, None, 2.0)
    assert host.latency == 3.5
    host, _ = after_answer(host, 404, None, 0.01)
    assert host.latency == 3.5


def test_retry_after_is_obeyed_within_a_week() -> None:
    for status in (429, 503):
        _, rest = after_answer(Host(), status, timedelta(hours=2), 0.1)
        assert rest is not None
        assert (rest.wait, rest.asked) == (timedelta(hours=2), True)
    _, rest = after_answer(Host(), 429, timedelta(days=400), 0.1)
    assert rest is not None
    assert rest.wait == timedelta(days=7)
    assert after_answer(Host(), 200, timedelta(hours=2), 0.1)[1] is None


def test_a_429_without_it_means_a_minute_then_two_then_four() -> None:
    host, waits = Host(), []
    for _ in range(3):
        host, rest = after_answer(host, 429, None, 0.1)
        assert rest is not None
        waits.append(rest.wait / timedelta(minutes=1))
    assert waits == [1, 2, 4]
    assert after_answer(host, 200, None, 0.1)[0].refusals == 0


def test_a_host_in_trouble_is_left_alone_by_this_crawl_only() -> None:
    host = Host()
    for _ in range(TROUBLES_AT_MOST - 1):
        host, rest = after_silence(host, "no answer in time")
        assert rest is None
    _, rest = after_answer(host, 502, None, 0.1)
    assert rest is not None
    assert rest.reason == f"{TROUBLES_AT_MOST} requests in a row failed, the last with: HTTP 502"
    assert not rest.asked


def test_a_good_answer_in_between_ends_the_trouble() -> None:
    host, _ = after_silence(Host(), "no answer in time")
    assert after_answer(host, 404, None, 0.1)[0].troubles == 0
