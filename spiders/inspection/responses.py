"""What of a response an inspection reads."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.http import Response

from spiders.challenges import challenge_of
from spiders.exchange import headers_of


def content_type_of(answer: Response) -> str:
    """With its charset; empty when there is none."""
    return (answer.headers.get("Content-Type") or b"").decode("latin-1")


def problem_of(answer: Response) -> str | None:
    """Why an answer is not what was asked for, its status or a challenge to robots; None when it may be."""
    if challenge := challenge_of(answer.status, headers_of(answer), answer.body):
        return f"HTTP {answer.status}: {challenge}"
    return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def validators_of(answer: Response) -> dict[str, bytes]:
    """The headers of a conditional request for the same thing (RFC 9110 §13.1), byte for byte; empty: it has none."""
    given = {
        "If-None-Match": answer.headers.get("ETag"),
        "If-Modified-Since": answer.headers.get("Last-Modified"),
    }
    return {name: value for name, value in given.items() if value}


def origin_of(url: str) -> str:
    """Scheme, host and port, as the rules are kept by."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
