"""What overheard answers to robots.txt and tdmrep.json mean to a person who adds a source. Pure."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

from processing.optouts import parse_tdmrep
from spiders.inspection.findings import RobotsFound
from spiders.inspection.overheard import Heard
from spiders.robots import robots_of

_COLLECTORS: Final = (
    "GPTBot", "CCBot", "ClaudeBot", "anthropic-ai", "Google-Extended", "PerplexityBot", "Bytespider",
    "Applebot-Extended", "meta-externalagent", "MistralAI-User", "Diffbot", "Amazonbot",
)  # fmt: skip
"""Agents that collect for training; a publisher who shuts them out tells what he thinks of machines that read."""


def robots_found(origin: str, url: str, heard: Heard | None) -> RobotsFound | None:
    """What robots.txt says of ``url``; None when it was not asked for."""
    if heard is None:
        return None
    if heard.status is None:
        return RobotsFound(origin, "unreachable", f"robots.txt cannot be read ({heard.problem})")
    robots = robots_of(heard.status, heard.body)
    if robots.unreachable:
        return RobotsFound(origin, "unreachable", robots.unreachable)
    rules = robots.rules
    if rules is None:
        return RobotsFound(origin, "allowed", f"no robots.txt (HTTP {heard.status})")
    refused = tuple(agent for agent in _COLLECTORS if not rules.can_fetch(url, agent))
    allowed = robots.allows(url) == "yes"
    return RobotsFound(
        origin=origin,
        answer="allowed" if allowed else "forbidden",
        note="" if heard.body.strip() else "robots.txt is empty",
        delay=robots.delay,
        sitemaps=tuple(urljoin(origin, sitemap) for sitemap in rules.sitemaps),
        agents_refused=refused if allowed else (),
    )


def opt_out_file(origin: str, heard: Heard | None) -> tuple[str, str] | None:
    """(origin, what came of asking for tdmrep.json); None when it was not asked for."""
    if heard is None:
        return None
    if heard.status is None:
        return origin, f"cannot be read ({heard.problem})"
    if heard.status != 200:
        return origin, f"none (HTTP {heard.status})"
    rules = parse_tdmrep(heard.body)
    if not rules:
        return origin, "there is one, without a rule that can be read"
    said = "; ".join(f"{rule.location} {'reserved' if rule.reserved else 'free'}" for rule in rules[:12])
    return origin, said
