"""What a publisher's change did to the mentions of an article. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from processing.mentions import Mention

Brief = dict[str, str]
"""{sentence, category, polarity}."""


def difference(before: Sequence[Mention], after: Sequence[Mention]) -> tuple[list[Brief], list[Brief]]:
    """(gained, lost): mentions only the text after has, and only the text before, in reading order.

    Two mentions are the same when sentence (white space aside), category and polarity are.
    """
    old, new = list(map(_brief, before)), list(map(_brief, after))
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _brief(mention: Mention) -> Brief:
    said = mention.as_dict()
    return {
        "sentence": " ".join(said["sentence"].split()),
        "category": said["category"],
        "polarity": said["polarity"],
    }
