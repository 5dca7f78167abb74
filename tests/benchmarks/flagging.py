"""What flagging costs: words a CPU second by the rules alone and with the second tier, and texts made to be slow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from processing.clean import Article
from processing.mentions import Mention, flag_article, flag_text
from processing.mentions.second import available

GOLD = Path(__file__).parents[1] / "gold" / "sentences.jsonl"
AT_LEAST = 200_000
"""Words that are read for a figure; less is read several times."""
SECOND_TIER = 300
"""Articles that the second tier reads for its figure."""
HOSTILE = {
    "5 MB of short relevant sentences": "La Russie et la Chine ont signé un accord gazier, selon le Kremlin. "
    * 74_000,
    "one sentence of 1 MB": "la Russie et la Chine coopèrent avec l'Iran, " * 22_000,
    "100,000 quotations": "« Oui », a dit Moscou à Pékin. " * 100_000,
    "100,000 quotations never closed": "« Moscou et Pékin " * 100_000,
    "60,000 brackets never closed": "(Russie Chine " * 60_000,
}

Line = Callable[[str, str], None]


def flagging(articles: Sequence[Article], line: Line) -> None:
    """Print the figures for articles as they come, for those with a mention, and for relevant sentences alone."""
    relevant = [article for article in articles if rules(article)]
    sentences = [json.loads(row) for row in GOLD.read_text(encoding="utf-8").splitlines()]
    mentions = "\n".join(sentence["text"] for sentence in sentences if sentence["coop"])
    for name, chosen in (("every article", articles), ("articles with a mention", relevant)):
        words = sum(article.words for article in chosen)
        repeats = max(1, AT_LEAST // max(words, 1))
        seconds = cpu_seconds(rules, list(chosen) * repeats)
        line(f"rules alone, {name} ({len(chosen)}), words a CPU second", f"{words * repeats / seconds:,.0f}")
    repeats = AT_LEAST // len(mentions.split())
    text = "\n".join([mentions] * repeats)
    seconds = cpu_seconds(lambda given: flag_text(given, tiers=1), [text])
    line("rules alone, the gold set's mentions, words a CPU second", f"{len(text.split()) / seconds:,.0f}")
    if available():
        chosen = relevant[:SECOND_TIER] or list(articles)
        alone = cpu_seconds(rules, chosen)
        both = cpu_seconds(both_tiers, chosen)
        line(
            f"second tier, {len(chosen)} articles with a mention",
            f"{(both - alone) / len(chosen):.2f} CPU seconds an article, {both / alone:.0f} × the rules alone",
        )


def hostile(line: Line) -> None:
    """Print what the whole of a text made to be slow costs beside its half: 2 is linear."""
    for name, text in HOSTILE.items():
        half = cpu_seconds(lambda given: flag_text(given, tiers=1), [text[: len(text) // 2]])
        whole = cpu_seconds(lambda given: flag_text(given, tiers=1), [text])
        line(f"{name}, whole to half", f"{whole / half:.1f} × ({whole:.1f} s)")


def rules(article: Article) -> list[Mention]:
    return _flag(article, 1)


def both_tiers(article: Article) -> list[Mention]:
    return _flag(article, 2)


def _flag(article: Article, tiers: int) -> list[Mention]:
    day = article.published.at.date() if article.published else None
    return flag_article(title=article.title, lead=article.lead, body=article.body, date=day, tiers=tiers)


def cpu_seconds(work: Callable[[Any], object], items: Iterable[Any]) -> float:
    """Return the CPU seconds of this process that the work takes; never zero."""
    begun = time.process_time()
    for item in items:
        work(item)
    return max(time.process_time() - begun, 1e-9)
