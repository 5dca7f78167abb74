"""Which backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from processing.upkeep.keeping import kept

NOW = datetime(2026, 11, 25, 2, 15, tzinfo=UTC)
moments = st.datetimes(datetime(2025, 1, 1), NOW.replace(tzinfo=None)).map(  # noqa: DTZ001 - made aware below
    lambda moment: moment.replace(tzinfo=UTC)
)


def test_the_newest_and_the_first_of_six_months_are_kept() -> None:
    daily = [NOW - timedelta(days=days) for days in range(400)]
    assert sorted(kept(daily, 3, NOW)) == [
        datetime(2026, month, 1, 2, 15, tzinfo=UTC) for month in range(6, 12)
    ] + [NOW - timedelta(days=days) for days in (2, 1, 0)]


def test_the_first_of_a_month_need_not_be_taken_on_its_first_day() -> None:
    late = datetime(2026, 9, 17, tzinfo=UTC)
    assert kept([late, late + timedelta(days=1), NOW], 1, NOW) == {late, NOW}


@given(st.sets(moments), st.integers(1, 9), st.integers(0, 400))
def test_the_newest_stay_and_a_month_that_has_one_keeps_one(
    taken: set[datetime], keep: int, later: int
) -> None:
    now = NOW + timedelta(days=later)
    held = kept(taken, keep, now)
    assert held <= taken
    assert set(sorted(taken)[-keep:]) <= held
    assert len(held) <= keep + 6


@given(st.sets(moments), st.integers(1, 9))
def test_what_was_kept_is_kept_when_one_looks_again(taken: set[datetime], keep: int) -> None:
    held = kept(taken, keep, NOW)
    assert kept(held, keep, NOW) == held
