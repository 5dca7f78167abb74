"""From a recorded page to an article: text, metadata, and whether it is an article at all.

Pure: bytes in, an `Article` or a `Rejected` out.
"""

from __future__ import annotations

from processing.clean.article import EXTRACTOR_VERSION, Article, Rejected, Verdict
from processing.clean.page import extract_page

__all__ = ["EXTRACTOR_VERSION", "Article", "Rejected", "Verdict", "extract_page"]
