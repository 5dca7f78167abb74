"""When a channel is looked at again, and a page tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.schedule import (
    EVERY_NIGHT,
    FIRST_INTERVAL,
    ONCE_A_WEEK,
    PAGE_ATTEMPTS,
    SHORTEST,
    WEIGHT,
    Wishes,
    after_failure,
    cache_wish,
    failure_of,
    interval,
    next_attempt,
    next_look,
    retry_after,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class TestRhythm:
    def test_the_first_look_says_nothing_of_the_rhythm(self) -> None:
        assert interval("feed", None, ()) == FIRST_INTERVAL

    def test_much_that_is_new_halves_the_interval(self) -> None:
        assert interval("feed", 4 * HOUR, (0.6, 0.5)) == 2 * HOUR

    def test_little_that_is_new_lengthens_it_by_half(self) -> None:
        assert interval("feed", 4 * HOUR, (0.0, 0.2)) == 6 * HOUR

    def test_in_between_it_stays(self) -> None:
        assert interval("feed", 4 * HOUR, (0.5, 0.25)) == 4 * HOUR

    def test_a_list_that_rolled_on_is_looked_at_much_sooner(self) -> None:
        assert interval("feed", 8 * HOUR, (1.0, 0.0, 0.0), gap=True) == 2 * HOUR

    def test_a_channel_that_lives_is_due_again_the_next_night(self) -> None:
        chosen: timedelta | None = None
        for _ in range(50):
            chosen = interval("section", chosen, (0.0,))
        assert chosen == EVERY_NIGHT < DAY

    def test_one_that_sleeps_once_a_week(self) -> None:
        assert interval("feed", ONCE_A_WEEK, (0.0,), asleep=True) == ONCE_A_WEEK
        assert interval("feed", ONCE_A_WEEK, (0.5,)) == EVERY_NIGHT

    def test_what_is_expected_every_six_hours_is_looked_at_every_three(self) -> None:
        assert interval("feed", EVERY_NIGHT, (0.0,), expected=6 * HOUR) == 3 * HOUR

    @given(
        st.sampled_from(sorted(SHORTEST)),
        st.none() | st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=900)),
        st.lists(st.floats(0, 1), max_size=4),
        st.booleans(),
        st.booleans(),
        st.none() | st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)),
    )
    def test_it_never_leaves_its_bounds(self, kind, before, shares, gap, asleep, expected) -> None:  # type: ignore[no-untyped-def]
        chosen = interval(kind, before, shares, gap=gap, asleep=asleep, expected=expected)
        assert SHORTEST[kind] <= chosen <= ONCE_A_WEEK


class TestWishes:
    def test_a_publishers_wish_is_a_lower_bound(self) -> None:
        assert next_look(NOW, HOUR, Wishes(stated=2 * HOUR)) - NOW == 2 * HOUR
        assert next_look(NOW, HOUR, Wishes(cache=3 * HOUR, stated=2 * HOUR)) - NOW == 3 * HOUR
        assert next_look(NOW, HOUR, Wishes(stated=timedelta(seconds=5))) - NOW == HOUR

    def test_within_reason(self) -> None:
        assert next_look(NOW, HOUR, Wishes(stated=400 * DAY)) - NOW == 7 * DAY
        assert next_look(NOW, HOUR, Wishes(cache=365 * DAY)) - NOW < DAY

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"cache-control": "public, max-age=7200"}, 7200),
            ({"cache-control": "max-age=7200", "age": "600"}, 6600),
            ({"cache-control": 'Max-Age="60"'}, 60),
            ({"cache-control": "max-age=0"}, None),
            ({"cache-control": "no-cache, max-age=600"}, None),
            ({"cache-control": "no-store"}, None),
            ({"cache-control": "s-maxage=600"}, None),
            ({"cache-control": "max-age=soon"}, None),
            ({"expires": "Mon, 23 Nov 2026 03:00:00 GMT"}, 3600),
            (
                {"expires": "Mon, 23 Nov 2026 05:00:00 GMT", "date": "Mon, 23 Nov 2026 04:00:00 GMT"},
                3600,
            ),
            (
                {"expires": "Mon, 23 Nov 2026 03:00:00 GMT", "cache-control": "max-age=60"},
                60,
            ),
            ({"expires": "0"}, None),
            ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
            ({}, None),
        ],
    )
    def test_cache_headers_say_for_how_long_a_list_is_fresh(
        self, headers: dict[str, str], seconds: int | None
    ) -> None:
        wish = cache_wish(headers, NOW)
        assert (None if wish is None else wish.total_seconds()) == seconds

    @given(st.dictionaries(st.sampled_from(["cache-control", "expires", "age", "date"]), st.text()))
    def test_nonsense_in_cache_headers_says_nothing_worse(self, headers: dict[str, str]) -> None:
        wish = cache_wish(headers, NOW)
        assert wish is None or wish > timedelta()

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("120", 120),
            (" 0 ", 0),
            ("Mon, 23 Nov 2026 02:05:00 GMT", 300),
            ("Mon, 23 Nov 2026 01:00:00 GMT", 0),
            ("soon", None),
            ("", None),
            (None, None),
            ("-5", None),
            ("99999999999999999999", 10**7),
        ],
    )
    def test_retry_after_is_seconds_or_a_date(self, value: str | None, seconds: int | None) -> None:
        wish = retry_after(value, NOW)
        assert (None if wish is None else wish.total_seconds()) == seconds


class TestFailures:
    @pytest.mark.parametrize(
        ("status", "weight"),
        [(404, 1.0), (403, 1.0), (410, 1.0), (500, 0.5), (502, 0.5), (503, 0.25), (429, 0.25), (408, 0.25)],
    )
    def test_they_weigh_by_their_kind(self, status: int, weight: float) -> None:
        assert WEIGHT[failure_of(status)] == weight

    def test_hard_ones_double_the_wait_up_to_a_night_and_then_a_week(self) -> None:
        hours = [(after_failure(NOW, float(n)) - NOW) / HOUR for n in range(1, 10)]
        assert hours == [1, 2, 4, 8, 16, 20, 20, 164, 164]

    def test_soft_and_passing_ones_push_less(self) -> None:
        assert after_failure(NOW, 0.25) < after_failure(NOW, 0.5) < after_failure(NOW, 1.0)
        assert after_failure(NOW, 0.25) - NOW >= HOUR / 2

    def test_no_channel_is_given_up(self) -> None:
        assert after_failure(NOW, 1e9) - NOW == ONCE_A_WEEK

    def test_what_a_server_asks_for_is_a_lower_bound(self) -> None:
        assert after_failure(NOW, 0.25, Wishes(retry=3 * HOUR)) - NOW == 3 * HOUR

    def test_a_page_is_tried_a_few_times_further_and_further_apart(self) -> None:
        waits = [next_attempt(NOW, attempts) for attempts in range(1, PAGE_ATTEMPTS + 1)]
        assert waits[-1] is None
        known = [wait for wait in waits if wait]
        assert known == sorted(known)
        assert len(known) == PAGE_ATTEMPTS - 1
