"""What came over the wire, before Scrapy unpacks it."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

CODING = "vedette_content_coding"


MOST_LAYERS = 3
"""Content codings taken off one answer: honest servers put on one."""


class WireNotes:
    """Keeps the Content-Encoding, which Scrapy's own middleware removes with the coding, for the archive.

    Refuses answers packed over and over, each layer of which may be as large as DOWNLOAD_MAXSIZE.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        if coding := response.headers.get("Content-Encoding"):
            request.meta[CODING] = coding.decode("latin-1")
            layers = sum(line.count(b",") + 1 for line in response.headers.getlist("Content-Encoding"))
            if layers > MOST_LAYERS:
                raise IgnoreRequest(f"the answer is packed {layers} times over")
        return response
