"""Conditional requests: what goes back, what is kept, and how a lie is found out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from processing.store.channels import DueFeed
from spiders.validators import (
    DISTRUSTED_FOR,
    WHOLE_AFTER,
    WHOLE_AFTER_LOOKS,
    Validators,
    after_body,
    after_not_modified,
    conditional_headers,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MODIFIED = "Mon, 23 Nov 2026 01:00:00 GMT"
LATER = "Mon, 23 Nov 2026 01:30:00 GMT"
FEED = DueFeed(
    1,
    "g",
    "https://g.example/rss.xml",
    "feed",
    '"v1"',
    MODIFIED,
    b"digest",
    last_full_at=NOW - timedelta(hours=3),
)


class TestAsking:
    def test_validators_go_back_byte_for_byte(self) -> None:
        odd = replace(FEED, etag='W/"caf\xe9 "', last_modified="not a date")
        assert conditional_headers(odd, NOW) == {
            "If-None-Match": b'W/"caf\xe9 "',
            "If-Modified-Since": b"not a date",
        }

    def test_without_validators_nothing_is_sent(self) -> None:
        assert conditional_headers(replace(FEED, etag=None, last_modified=None), NOW) == {}

    @pytest.mark.parametrize(
        "feed",
        [
            replace(FEED, last_full_at=NOW - WHOLE_AFTER),
            replace(FEED, unchanged_looks=WHOLE_AFTER_LOOKS),
            replace(FEED, distrusted_at=NOW - timedelta(days=3)),
        ],
        ids=["two days without a body", "many 304 in a row", "seen to lie"],
    )
    def test_a_whole_body_is_asked_for(self, feed: DueFeed) -> None:
        assert conditional_headers(feed, NOW) == {}

    def test_after_a_month_a_liar_is_trusted_again(self) -> None:
        assert conditional_headers(replace(FEED, distrusted_at=NOW - DISTRUSTED_FOR), NOW)


class TestNotModified:
    def test_last_modified_is_renewed_and_the_etag_stays(self) -> None:
        kept = after_not_modified(FEED, {"last-modified": LATER, "etag": '"v1"'})
        assert kept == Validators('"v1"', LATER)
        assert after_not_modified(FEED, {}) == Validators('"v1"', MODIFIED)

    @pytest.mark.parametrize("same", ['W/"v1"', '"v1-gzip"', '"v1--gzip"'])
    def test_an_etag_that_differs_by_weakness_or_coding_is_the_same(self, same: str) -> None:
        assert after_not_modified(FEED, {"etag": same}).etag == '"v1"'

    def test_a_304_for_another_etag_is_not_believed_the_next_time(self) -> None:
        kept = after_not_modified(FEED, {"etag": '"v2"'})
        assert (kept.etag, kept.last_modified) == (None, None)
        assert kept.note is not None
        assert '"v2"' in kept.note


class TestBody:
    def test_new_validators_replace_the_old(self) -> None:
        kept = after_body(FEED, {"etag": '"v2"', "last-modified": LATER}, NOW, changed=True, fresh=3)
        assert kept == Validators('"v2"', LATER)
        assert after_body(FEED, {}, NOW, changed=True, fresh=3) == Validators()

    def test_an_etag_that_stayed_while_articles_came_lies(self) -> None:
        kept = after_body(FEED, {"etag": '"v1"', "last-modified": LATER}, NOW, changed=True, fresh=1)
        assert (kept.etag, kept.last_modified, kept.distrusted_at) == (None, None, NOW)
        assert kept.note is not None
        assert kept.note.startswith('ETag "v1" stayed the same')

    def test_a_last_modified_that_stayed_is_dropped_and_the_new_etag_kept(self) -> None:
        kept = after_body(FEED, {"etag": '"v2"', "last-modified": MODIFIED}, NOW, changed=True, fresh=1)
        assert kept == Validators('"v2"', None)

    def test_alone_it_is_distrusted(self) -> None:
        feed = replace(FEED, etag=None)
        assert after_body(feed, {"last-modified": MODIFIED}, NOW, changed=True, fresh=1).distrusted_at == NOW

    def test_a_body_that_changed_without_new_articles_proves_nothing(self) -> None:
        kept = after_body(FEED, {"etag": '"v1"', "last-modified": MODIFIED}, NOW, changed=True, fresh=0)
        assert kept == Validators('"v1"', MODIFIED)

    def test_distrust_lasts_over_good_looks(self) -> None:
        since = NOW - timedelta(days=1)
        kept = after_body(replace(FEED, distrusted_at=since), {"etag": '"v2"'}, NOW, changed=True, fresh=1)
        assert kept.distrusted_at == since

    def test_nul_bytes_are_no_validator(self) -> None:
        assert after_body(FEED, {"etag": '"a\x00"'}, NOW, changed=True, fresh=0).etag is None
