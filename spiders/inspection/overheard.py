"""What the rules' own requests brought: robots.txt and tdmrep.json, overheard rather than asked for twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from processing.optouts import WELL_KNOWN
from spiders.failures import said
from spiders.middlewares import OWN, Refused


@dataclass(frozen=True)
class Heard:
    """An answer, or why there was none."""

    status: int | None
    body: bytes = b""
    problem: str | None = None


class Overhearing:
    """Notes what comes of requests marked as the middlewares' own, under the address first asked for."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], Heard] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def of(self, origin: str, path: str) -> Heard | None:
        """None: it was not asked for."""
        return self._answers.get((origin, path))

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get(OWN):
            self._note(request, Heard(response.status, response.body))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if request.meta.get(OWN):
            why = exception.reason if isinstance(exception, Refused) else said(exception)
            self._note(request, Heard(None, problem=why))

    def _note(self, request: Request, heard: Heard) -> None:
        parts = urlsplit(request.meta.get("redirect_urls", [request.url])[0])
        if parts.path in ("/robots.txt", WELL_KNOWN):
            self._answers[f"{parts.scheme}://{parts.netloc}", parts.path] = heard
