"""Extractors that cleaning is measured against: ours, and trafilatura as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import MappingProxyType

import trafilatura

from processing.archive.reading import ArchivedPage
from processing.clean.article import Article
from processing.clean.evaluation import Extractor, Reading
from processing.clean.page import extract_page
from processing.zone import PARIS


def vedette(page: ArchivedPage) -> Reading:
    """Ours. Dates are believed up to now: the record of a page may be older than what it recorded."""
    found = extract_page(
        page.body, url=page.url, content_type=page.content_type or "", fetched_at=datetime.now(UTC)
    )
    if not isinstance(found, Article):
        return Reading()
    published = found.published
    text = "\n".join(filter(None, (found.lead, found.body)))
    return Reading(text, found.title, day_of(published.at) if published else None, found.authors)


def as_it_comes(page: ArchivedPage, *, fast: bool) -> Reading:
    """trafilatura with its own settings, metadata included."""
    found = trafilatura.bare_extraction(page.body, url=page.url, fast=fast, with_metadata=True)
    if found is None or isinstance(found, dict):
        return Reading()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    day = date.fromisoformat(found.date) if found.date else None
    return Reading(found.text or "", found.title or "", day, authors)


def day_of(moment: datetime) -> date:
    """The day that a reader sees: in the page's own zone; of a page that states UTC, in Paris."""
    return (moment.astimezone(PARIS) if moment.utcoffset() == timedelta(0) else moment).date()


EXTRACTORS: Mapping[str, Extractor] = MappingProxyType(
    {
        "vedette": vedette,
        "trafilatura": partial(as_it_comes, fast=False),
        "trafilatura fast": partial(as_it_comes, fast=True),
    }
)
"""By name, in the order in which they are shown."""
