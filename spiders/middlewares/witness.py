"""The archive's witness: answers that are no articles are kept too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from processing.errors import ArchiveError
from processing.optouts import refused_by_page
from spiders.exchange import exchange_of, header_lines
from spiders.middlewares import OWN
from spiders.pipeline import stop_for
from spiders.work import work_of


class Witness:
    """Archives channels, robots.txt, tdmrep.json and refusals, so that what was seen of a site can be shown.

    Pages that are fetched go through the pipeline. A 304 says nothing but « unchanged », which ``press.poll``
    keeps; what opts out of text and data mining is kept nowhere.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        purpose = _purpose(request, response)
        if purpose is None or refused_by_page(header_lines(response), response.body):
            return response
        try:
            work_of(self._crawler).ledger.witnessed(
                exchange_of(request, response, datetime.now(UTC), purpose)
            )
        except ArchiveError as error:
            stop_for(self._crawler, str(error))
        return response


def _purpose(request: Request, response: Response) -> str | None:
    """What the answer is to the archive; None when it is not the witness's to keep."""
    if response.status == 304:
        return None
    if request.meta.get(OWN):
        return "rules"
    if "page" in request.cb_kwargs:
        return None if 200 <= response.status < 300 else "refusal"
    return "channel"
