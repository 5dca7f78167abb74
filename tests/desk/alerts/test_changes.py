"""From look to look: what is new, still there, fixed or silenced, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.alerts.changes import changes, to_tell
from desk.alerts.finding import Finding
from processing.store.alerts import Alert

NOW = datetime(2026, 11, 25, 5, 45, tzinfo=UTC)
DAY = timedelta(days=1)


def finding(subject: str, reason: str = "broken; mend it") -> Finding:
    return Finding(subject, reason)


def opened(subject: str, *, days_ago: int = 2, told: bool = True) -> Alert:
    at = NOW - days_ago * DAY
    return Alert(1, subject, "broken", since=at, last_seen=NOW - DAY, told_at=at if told else None)


def silenced(alert: Alert, until: datetime) -> Alert:
    return replace(alert, silenced_until=until, silenced_because="new site", silenced_by="anne")


def test_what_was_not_known_is_new() -> None:
    found = changes([], [finding("source:rfi")], NOW)
    assert [(alert.subject, alert.since, alert.told_at) for alert in found.new] == [("source:rfi", NOW, None)]
    assert found.counts() == {"new": 1, "fixed": 0, "open": 0, "silenced": 0}


def test_what_is_found_again_is_still_open_and_says_what_is_wrong_now() -> None:
    before = opened("source:rfi")
    (still,) = changes([before], [finding("source:rfi", "silent; look")], NOW).still
    assert still == replace(before, reason="silent; look", last_seen=NOW)


def test_what_is_not_found_any_more_is_fixed() -> None:
    (fixed,) = changes([opened("disk")], [], NOW).fixed
    assert (fixed.subject, fixed.ended_at) == ("disk", NOW)


def test_a_silenced_alert_is_apart_and_closed_without_a_word() -> None:
    quiet = silenced(opened("disk"), NOW + DAY)
    assert [alert.subject for alert in changes([quiet], [finding("disk")], NOW).silenced] == ["disk"]
    gone = changes([quiet], [], NOW)
    assert (gone.fixed, [alert.subject for alert in gone.closed]) == ((), ["disk"])
    assert not to_tell([*gone], NOW + 2 * DAY)


def test_a_silence_ends_by_itself_and_then_the_alert_is_told_again() -> None:
    over = silenced(opened("disk"), NOW)
    assert to_tell([over], NOW - DAY).still == ()
    assert to_tell([over], NOW).still == (over,)
    assert not to_tell([replace(over, told_at=NOW)], NOW + DAY)


def test_a_silence_holds_for_the_same_subject_when_it_comes_back() -> None:
    ended = replace(silenced(opened("source:rfi"), NOW + DAY), ended_at=NOW - DAY)
    found = changes([ended], [finding("source:rfi"), finding("disk")], NOW)
    assert [alert.subject for alert in found.new] == ["disk"]
    (back,) = found.silenced
    assert (back.id, back.silenced_because, back.silenced_until) == (None, "new site", NOW + DAY)
    assert to_tell([ended, back], NOW).new == ()


def test_nothing_is_told_when_nothing_changed() -> None:
    assert not to_tell([opened("disk")], NOW)
    assert not to_tell([], NOW)


def test_what_could_not_be_told_stays_to_be_told() -> None:
    untold = opened("disk", told=False)
    assert to_tell([untold], NOW).new == (untold,)


def test_the_end_is_told_to_those_who_were_told_of_the_beginning() -> None:
    ended = replace(opened("disk"), ended_at=NOW)
    assert to_tell([ended], NOW).fixed == (ended,)
    assert not to_tell([replace(ended, told_at=None)], NOW)
    assert not to_tell([replace(ended, fixed_told_at=NOW)], NOW)


def test_once_a_week_all_that_is_still_open_is_told_again() -> None:
    old, recent, quiet = (
        opened("disk", days_ago=7),
        opened("night"),
        silenced(opened("x", days_ago=9), NOW + DAY),
    )
    assert to_tell([old, recent, quiet], NOW).still == (old, recent)
    assert to_tell([old, recent, quiet], NOW - DAY).still == ()


SUBJECTS = st.sampled_from(["source:a", "source:b", "disk", "night"])


@given(before=st.sets(SUBJECTS), quiet=st.sets(SUBJECTS), now=st.sets(SUBJECTS))
def test_each_subject_is_accounted_for_exactly_once(before: set[str], quiet: set[str], now: set[str]) -> None:
    known = [
        silenced(opened(subject), NOW + DAY) if subject in quiet else opened(subject) for subject in before
    ]
    found = changes(known, [finding(subject) for subject in now], NOW)
    assert sorted(alert.subject for alert in found) == sorted(before | now)
    assert {alert.subject for alert in found if alert.ended_at is None} == now
