"""What a good night looks like: the floors below which a stage does not hand on.

Pure, and data: a check of PostgreSQL is a condition in SQL that an operator of Airflow (checking.py) asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from processing.store.volume import Volume

DAYS_KNOWN = 14
"""Days of a source's past that are needed to say what is usual."""
USUAL_AT_LEAST = 8
"""Pages in a usual day below which a poor day says nothing."""
POOR = 0.25
"""Share of a usual day below which a day is poor."""


def quiet(volume: Volume) -> str | None:
    """Say why a source's last day is too poor to be true, else None.

    It is when it brought less than on any of the days before, and less than a quarter of a usual one: a Sunday or a
    holiday is among the days before.
    """
    if volume.days < DAYS_KNOWN or volume.usual < USUAL_AT_LEAST:
        return None
    if volume.today >= volume.least or volume.today >= POOR * volume.usual:
        return None
    return (
        f"{volume.today} new pages in a day, usually {volume.usual:.0f}, "
        f"never fewer than {volume.least} in the last {volume.days} days"
    )


Checks = Mapping[str, str]
"""Name of a check, and the condition in SQL that holds for every row of the table that is asked."""

EXTRACTION: Checks = {
    "extraction_rate": "pages < 20 OR extraction_rate >= 0.3",
    "french_share": "pages < 20 OR french_share >= 0.6",
    "quarantined_share": "pages < 20 OR quarantined_share <= 0.1",
    "dated_share": "articles < 20 OR dated_share >= 0.8",
}
"""Of a run of extract in ``press.v_run``: its pages are articles, French, digested, dated, but for the usual rest."""

FLAGGING: Checks = {
    "every_article_read": "articles = 0 OR quarantined_share = 0",
    "mention_share": "articles < 100 OR mention_share <= 0.5",
}
"""Of a run of flag in ``press.v_run``: every article could be read, and not every other one has a mention."""

EVIDENCE: Checks = {
    "evidence_stands_in_the_article": (
        "substr(CASE m.field WHEN 'title' THEN a.title WHEN 'lead' THEN a.lead ELSE a.body END,"
        " m.start_offset + 1, m.end_offset - m.start_offset) = m.sentence"
    ),
    "trigger_stands_in_the_sentence": "strpos(m.sentence, m.trigger ->> 'text') > 0",
}
"""Of the mentions of a run: what is quoted is what the article says at that place."""
