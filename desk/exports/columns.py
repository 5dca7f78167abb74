"""The columns of an export, in their order, with the type that each has in Parquet."""

from __future__ import annotations

from collections.abc import Mapping

from processing.store.exports import What

Type = str
"""``text``, ``int16`` to ``int64``, ``float32``, ``bool``, ``moment`` (instant in microseconds, UTC), ``texts``
(list of text), ``json`` (JSON text), ``actors`` (list of structs), ``trigger`` and ``speaker`` (structs)."""


def _columns(**by_type: str) -> dict[str, Type]:
    return {name: type_ for type_, names in by_type.items() for name in names.split()}


def _ordered(names: str, types: Mapping[str, Type]) -> dict[str, Type]:
    return {name: types.get(name, "text") for name in names.split()}


COLUMNS: Mapping[What, Mapping[str, Type]] = {
    # The mention contract, then its article and source.
    "mentions": _ordered(
        "mention_id article_id sentence start end field category plover cameo intensity polarity negated certainty "
        "stance time actors trigger speaker score tier features rules_version url title published_at story_id paywall "
        "source_id source country kind",
        _columns(
            int64="mention_id article_id story_id",
            int32="start end",
            int16="tier",
            float32="intensity score",
            bool="negated paywall",
            moment="published_at",
            actors="actors",
            trigger="trigger",
            speaker="speaker",
            json="features",
        ),
    ),
    "articles": _ordered(
        "article_id url canonical_url title lead body authors agency section keywords published_at published_zone "
        "published_from modified_at stored_at extracted_at language words paywall story_id source_id source country "
        "kind mentions extractor_version flagged_with",
        _columns(
            int64="article_id story_id mentions",
            int32="words",
            bool="paywall",
            moment="published_at modified_at stored_at extracted_at",
            texts="authors keywords",
        ),
    ),
    "stories": _ordered(
        "story_id title first_source first_published_at last_published_at articles outlets outlet_names agencies "
        "mentions",
        _columns(
            int64="story_id articles outlets mentions",
            moment="first_published_at last_published_at",
            texts="outlet_names agencies",
        ),
    ),
    "sources": _ordered(
        "source_id name country kind homepage language state_media_of disabled listed articles mentions "
        "first_published_at last_published_at feeds failing_feeds last_ok_at last_error waiting failed refused "
        "articles_week articles_usual silent low gaps announced estimated caught",
        _columns(
            bool="listed silent low",
            int64="articles mentions feeds failing_feeds waiting failed refused articles_week gaps announced estimated",
            float32="articles_usual caught",
            moment="first_published_at last_published_at last_ok_at",
        ),
    ),
}
