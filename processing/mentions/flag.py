"""The flagger: text in, mentions out.

Stages: normalise; prefilter; one pass of the automaton; sentences; parties and groups; triggers and what they
govern; memory of the sentences before; features and score; the second tier's ruling; qualifiers, codes and speaker
for what passes.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from processing.mentions.model import Mention
from processing.mentions.normalise import normalise
from processing.mentions.reader import Reader


def flag_text(
    text: str, *, title: str = "", context: str = "", date: datetime.date | None = None, tiers: int = 2
) -> list[Mention]:
    """Return the mentions of a text, offsets in code points into it, field "text".

    Title and context (the sentences before) only prime: they resolve « les deux pays » and give no mention.
    The date is the article's, for offices that people hold in time. Never raises on any text.
    With `tiers` 2 the sentences that may speak of both sides are read again by the second tier's encoder, where the
    optional package for it is installed; with 1 the rules decide alone.
    """
    reader = Reader.open(date, tiers=tiers)
    norm = normalise(text)
    if not reader.reachable(norm, *(normalise(primer) for primer in (title, context) if primer)):
        return []
    reader.prime_title(title)
    reader.prime(context)
    return list(reader.read(norm, "text"))


def flag_article(
    *, title: str, lead: str, body: str, date: datetime.date | None = None, tiers: int = 2
) -> list[Mention]:
    """Return the mentions of an article's title, lead and body, each with offsets into its own text.

    `tiers` as in flag_text.
    """
    reader = Reader.open(date, tiers=tiers)
    parts = [
        (field, normalise(text)) for field, text in (("title", title), ("lead", lead), ("body", body)) if text
    ]
    if not reader.reachable(*(norm for _, norm in parts)):
        return []
    found: list[Mention] = []
    for field, norm in parts:
        found.extend(reader.read(norm, field))
        if field == "title":
            primed = reader.memory
            reader.memory, reader.heard = replace(primed, traces=[]), ""
            reader.prime_title(title)
    return found
