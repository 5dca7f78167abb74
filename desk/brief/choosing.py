"""Which stories weigh most, and which sentence speaks for each.

*Polarity of a story*: where most of its mentions stand, by the sum of their scores; one in the title counts three
times, one in the lead twice. Of equals the rarer is taken: denied before supposed before criticised before affirmed.

*The sentence*: of that polarity. It is not from a withdrawn article, is not the title (which is shown anyway), names
both sides itself, need not be cut, comes from an outlet that neither Moscow nor Beijing directs; of those the
strongest: confirmed by a person, surest, stated as a fact before reported before possible, not of former times, of the
most intense kind; of equals the one published first.

*Weight of a story*: the number of independent outlets that carry it; of equals the one that a free outlet carries, then
the strength of its sentence, then the number of its mentions.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from typing import Any

from desk.brief.content import Evidence, Story
from desk.brief.quoting import excerpt, longest

POLARITIES = ("denied", "hypothetical", "criticised", "affirmed")
FIELD_WEIGHT = {"title": 3, "lead": 2, "body": 1}
CERTAINTY_RANK = {"fact": 2, "reported": 1, "possible": 0}
PARTIES = frozenset({"RU", "CN"})
"""States of which the brief is: the outlets they direct are no independent witnesses."""

Rank = tuple[Any, ...]


@dataclass
class _Gathered:
    """What is kept of a story while its mentions pass by."""

    counts: Counter[str] = field(default_factory=Counter)
    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    best: dict[str, Evidence] = field(default_factory=dict)
    free: bool = False


def gather(mentions: Iterable[Evidence]) -> dict[int, _Gathered]:
    """Stories by id. Memory grows with the stories, not with the mentions."""
    found: dict[int, _Gathered] = {}
    for one in mentions:
        story = found.setdefault(one.story_id, _Gathered())
        story.counts[one.polarity] += 1
        story.weights[one.polarity] += one.score * FIELD_WEIGHT[one.field]
        story.free = story.free or is_free(one)
        if one.polarity not in story.best or fitness(one) > fitness(story.best[one.polarity]):
            story.best[one.polarity] = one
    return found


def by_weight(gathered: Mapping[int, _Gathered], outlets: Mapping[int, int]) -> list[Story]:
    """The stories, the weightiest first. ``outlets`` by story; a story that is not there has one."""
    ranked = []
    for key, story in gathered.items():
        polarity = max(story.counts, key=lambda one: (story.weights[one], -POLARITIES.index(one)))
        evidence = story.best[polarity]
        count = outlets.get(key, 1)
        rank = (
            count,
            story.free,
            *strength(evidence),
            story.counts.total(),
            _seconds(evidence, undated=0),
            -key,
        )
        ranked.append((rank, Story(evidence, quote_of(evidence), polarity, count, dict(story.counts))))
    ranked.sort(key=lambda pair: pair[0], reverse=True)
    return [story for _, story in ranked]


def mixed(stories: Iterable[Story]) -> list[Story]:
    """The stories in the order in which they get room.

    The first that is affirmed, denied, supposed and criticised; after these two affirmed, then one that is not, while
    there are any. What is denied moves less than what is done: by weight alone it would not be shown.
    """
    kinds: dict[str, deque[Story]] = {polarity: deque() for polarity in POLARITIES}
    for story in stories:
        kinds[story.polarity].append(story)
    affirmed = kinds.pop("affirmed")
    turns = [[story for story in turn if story] for turn in zip_longest(*kinds.values())]
    disputed = chain.from_iterable(turns)
    order = [affirmed.popleft()] if affirmed else []
    order += islice(disputed, len(turns[0]) if turns else 0)
    while affirmed:
        order += [affirmed.popleft() for _ in range(min(2, len(affirmed)))]
        order += islice(disputed, 1)
    return [*order, *disputed]


def quote_of(evidence: Evidence) -> str:
    """The sentence as it is quoted: trigger and the first actor of each side are kept."""
    sides = dict(reversed(evidence.actors))
    keep = [evidence.trigger, *(sides[side] for side in ("RUS", "CHN") if side in sides)]
    return excerpt(evidence.sentence, keep, longest(evidence.polarity))


def strength(evidence: Evidence) -> Rank:
    """How strong a piece of evidence is; greater is stronger."""
    return (
        evidence.confirmed,
        round(evidence.score, 1),
        CERTAINTY_RANK[evidence.certainty],
        evidence.time != "historical",
        abs(evidence.intensity),
        round(evidence.score, 2),
    )


def fitness(evidence: Evidence) -> Rank:
    """How well a sentence speaks for its story; greater is better."""
    return (
        not evidence.withdrawn,
        evidence.field != "title",
        {"RUS", "CHN"} <= {side for side, _ in evidence.actors},
        len(evidence.sentence) <= longest(evidence.polarity),
        is_free(evidence),
        *strength(evidence),
        -_seconds(evidence, undated=math.inf),
        -evidence.start,
        -evidence.mention_id,
    )


def is_free(evidence: Evidence) -> bool:
    """Whether the outlet is directed by neither of the two states."""
    return evidence.state_media_of not in PARTIES


def _seconds(evidence: Evidence, undated: float) -> float:
    return evidence.published_at.timestamp() if evidence.published_at else undated
