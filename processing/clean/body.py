"""The body of an article, by trafilatura, and the lead that stands before it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from copy import copy
from typing import Final

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.meta import reset_caches
from trafilatura.settings import Extractor

from processing.clean.decode import parse
from processing.clean.furniture import strip_furniture
from processing.clean.prune import drop_surroundings
from processing.clean.wording import folded, same_words

SHORT = 120
"""Words below which the fast extraction is tried again with every fallback (measured: escalating more often
replaces right texts by cookie panels)."""

MORE = 1.3
FEW = 40
"""So many times the words of the page, and so many words at least, make the text that JSON-LD states the better one."""

FULLER_ELEMENTS = 4_000
"""Elements up to which a page is tried again: jusText, one of the fallbacks, takes the square of their number
(1 s here, half a minute for 20,000). Recorded press pages have 2,900 at most."""

COVERED = 0.25
"""Share of the page's text below which trafilatura may look a second time. It does below 0.2 of a text that it measures
by its own rules, which for a short article cost as much as finding it."""

_FAST = Extractor(output_format="python", fast=True, comments=False, tables=False)
_FULL = Extractor(output_format="python", fast=False, comments=False, tables=False)
# The focus of all but the second look, which only « balanced » has, is told by what it is not.
_ONE_LOOK = copy(_FAST)
_ONE_LOOK.focus = "one look"

_count: Final = etree.XPath("count(//*)")
_MARKUP = re.compile(r"</[a-zA-Z]+>")
_LEAD_WORDS = range(6, 121)


def extract_body(
    tree: HtmlElement, reparse: Callable[[], HtmlElement], *, paywall: bool, stated: str = ""
) -> str:
    """The text of the article, paragraphs separated by newlines; empty when there is none.

    ``tree`` is consumed. ``stated`` is the ``articleBody`` of JSON-LD: it is taken where the page shows far less, for
    many publishers leave lead and subheads out of it, and the ends of paragraphs. ``reparse`` gives a fresh tree for
    the second, fuller attempt, which is never made on a page that says it is cut: there the fallbacks bring the
    subscription panel.
    """
    elements = _count(tree)
    drop_surroundings(tree)
    text = _fast(tree)
    least = max(FEW, MORE * len(text.split()))
    if len(stated.split()) > least and len((whole := _stated_text(stated)).split()) > least:
        return whole
    if len(text.split()) < SHORT and not paywall and elements <= FULLER_ELEMENTS:
        fuller = _run(reparse(), _FULL)
        if len(fuller.split()) > len(text.split()):
            text = fuller
    return text


def _stated_text(stated: str) -> str:
    """What JSON-LD says; some templates leave the markup in it."""
    if _MARKUP.search(stated):
        return _run(parse(f"<html><body><article>{stated}</article></body></html>"), _FAST)
    return strip_furniture(stated)


def free_memory() -> None:
    """Empty the caches of texts, ours and trafilatura's, and collect garbage. Call it between batches.

    The caches are bounded; a worker keeps some 8 MB less for it.
    """
    folded.cache_clear()
    reset_caches()


# reset_caches also asks for caches that newer releases of charset-normalizer no longer have, and reports each
# time as an error what is none.
logging.getLogger("htmldate.meta").setLevel(logging.CRITICAL)


def split_lead(body: str, description: str | None, visible: str) -> tuple[str, str]:
    """The lead and the body without it.

    The description a page gives of itself is its lead when readers see it on the page (``visible``: the
    text of the page); a machine-made summary is not. A lead that opens the body is taken out of it.
    """
    lead = " ".join((description or "").split())
    if len(lead.split()) not in _LEAD_WORDS or lead.endswith(("…", "...", "…]", "...]", "…)", "...)")):
        return "", body
    words = same_words(lead)
    if not words or not (lead in visible or words in same_words(visible)):
        return "", body
    first, _, rest = body.partition("\n")
    if same_words(first) == words:
        return lead, rest.strip()
    if lead in body or words in same_words(body):
        # It is a sentence of the text itself, not something that stands before it.
        return "", body
    return lead, body


def _fast(tree: HtmlElement) -> str:
    """The fast extraction; on a page that it covers little of, with trafilatura's own second look."""
    text = _run(tree, _ONE_LOOK)
    if len(text) < COVERED * len(" ".join(tree.text_content().split())):
        return _run(tree, _FAST)
    return text


def _run(tree: HtmlElement, options: Extractor) -> str:
    document = trafilatura.bare_extraction(tree, options=options)
    return strip_furniture(getattr(document, "text", None) or "")
