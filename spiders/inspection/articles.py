"""One article, cleaned as the nightly extraction cleans it. Pure but for the clock."""

from __future__ import annotations

from datetime import UTC, datetime

from processing.clean import Rejected, extract_page
from processing.errors import PageError
from processing.store.channels import Discovered
from spiders.inspection.findings import ArticleFound


def extracted(item: Discovered, body: bytes, content_type: str) -> ArticleFound:
    """The article in a page, or why there is none; whatever the page does to a library is told as well."""
    try:
        article = extract_page(
            body,
            url=item.url,
            content_type=content_type,
            announced_title=item.title,
            announced_at=item.published_at,
            fetched_at=datetime.now(UTC),
        )
    except PageError as error:
        return ArticleFound(item.url, str(error))
    except Exception as error:  # noqa: BLE001 - a page that trips a library is a finding
        return ArticleFound(item.url, f"{type(error).__name__}: {error}")
    if isinstance(article, Rejected):
        return ArticleFound(item.url, f"{article.verdict.replace('_', ' ')}: {article.reason}")
    return ArticleFound(
        url=item.url,
        title=article.title,
        published_at=article.published.at if article.published else None,
        published_from=article.published.origin if article.published else None,
        words=article.words,
        body_length=len(article.body),
        language=article.language,
        paywall=article.paywall,
    )
