"""What cleaning yields."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, Literal

Verdict = Literal["not_article", "not_french"]
DateOrigin = Literal["json-ld", "opengraph", "meta", "time", "htmldate", "feed"]

EXTRACTOR_VERSION = f"2026.11.3+trafilatura-{version('trafilatura')}"
"""Changes whenever the same page may give another text."""


@dataclass(frozen=True, slots=True)
class Published:
    """A publication time and how far it can be trusted.

    ``zone`` is ``stated`` when the page gives an offset, ``assumed`` when Europe/Paris was put in its place.
    """

    at: datetime
    zone: Literal["stated", "assumed"]
    origin: DateOrigin


@dataclass(frozen=True, slots=True)
class Article:
    """One article. ``title``, ``lead`` and ``body`` do not overlap; paragraphs of the body end in a newline."""

    url: str
    canonical_url: str | None
    title: str
    lead: str
    body: str
    authors: tuple[str, ...]
    published: Published | None
    modified_at: datetime | None
    section: str | None
    keywords: tuple[str, ...]
    site_name: str | None
    agency: str | None
    language: str
    paywall: bool
    words: int
    extractor_version: str = EXTRACTOR_VERSION

    def as_dict(self) -> dict[str, Any]:
        """The article as JSON: times in ISO 8601, the publication time unfolded."""
        fields = asdict(self)
        published = fields.pop("published")
        fields["authors"] = list(self.authors)
        fields["keywords"] = list(self.keywords)
        fields["published_at"] = published["at"].isoformat() if published else None
        fields["published_zone"] = published["zone"] if published else None
        fields["published_from"] = published["origin"] if published else None
        fields["modified_at"] = self.modified_at.isoformat() if self.modified_at else None
        return fields


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page that is not stored as an article, and why, in one line."""

    verdict: Verdict
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"verdict": self.verdict, "reason": self.reason}
