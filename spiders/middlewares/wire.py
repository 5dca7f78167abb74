"""What came over the wire, before Scrapy unpacks it."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

CODING = "vedette_content_coding"


class WireNotes:
    """Keeps the Content-Encoding, which Scrapy's own middleware removes with the coding, for the archive."""

    def process_response(self, request: Request, response: Response) -> Response:
        if coding := response.headers.get("Content-Encoding"):
            request.meta[CODING] = coding.decode("latin-1")
        return response
