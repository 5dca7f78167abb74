"""Scrapy's request and response as the archive keeps them, and as the decisions take them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response

from processing.archive.writing import Exchange
from spiders.middlewares.wire import CODING
from spiders.polling import Answer


def exchange_of(
    request: Request | None, response: Response, fetched_at: datetime, purpose: str = "page"
) -> Exchange:
    """The pair, the response's headers as they came over the wire."""
    return Exchange(
        url=response.url,
        status=response.status,
        headers=header_lines(response),
        body=response.body,
        fetched_at=fetched_at,
        request_headers=_lines(request.headers) if request else (),
        ip=str(response.ip_address) if response.ip_address else None,
        purpose=purpose,
    )


def answer_of(response: Response) -> Answer:
    """What a decision is made on."""
    sent = response.request.headers if response.request else {}
    return Answer(
        status=response.status,
        headers=headers_of(response),
        body=response.body,
        url=response.url,
        seconds=float(response.meta.get("download_latency", 0.0)),
        conditional="If-None-Match" in sent or "If-Modified-Since" in sent,
    )


def headers_of(response: Response) -> dict[str, str]:
    """Names in lower case; of a header that stands twice the first."""
    return {name.lower(): value for name, value in reversed(header_lines(response))}


def header_lines(response: Response) -> list[tuple[str, str]]:
    """The headers in order, the Content-Encoding that Scrapy takes off among them."""
    lines = _lines(response.headers)
    request = response.request
    if request is not None and (coding := request.meta.get(CODING)):
        lines.append(("Content-Encoding", coding))
    return lines


def _lines(headers: Any) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]
