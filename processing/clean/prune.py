"""What is cut out of a page's tree before its text is looked for.

First what nobody reads (scripts, drawings, comments of the markup), then what stands around an article: navigation,
forms, margins, pictures with their captions, and the boxes that the press puts between paragraphs. A box is told by the
words of its ``class`` and ``id``. Whatever a box is called, it stays when it holds a good part of the page's
paragraphs: templates also name the article's own frame after what they put into it, and a « nav » that is never closed
swallows the page. It loses its name then, so that trafilatura does not throw it away for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

_UNSEEN: Final = "script style template svg noscript link canvas map object embed applet".split()
_AROUND: Final = frozenset((
    "nav", "footer", "aside", "form", "iframe", "button", "select", "textarea", "label", "dialog", "menu", "video",
    "audio", "picture", "figcaption", "figure",
))  # fmt: skip
_VOID: Final = ("img", "input", "source")
"""Elements that stand around an article too, and hold nothing."""

_FRAMES: Final = frozenset(("div", "section", "ul", "ol", "header"))
_BLOCKS: Final = (*_FRAMES, "p", "article", "li", "h2", "h3", "h4", "h5", "table", "dl", "details")
"""Elements that may be boxes; the ``id`` counts on frames alone, for a subhead's is made of its words."""

_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup"
    " time tt u var wbr".split()
)
TEXT: Final = 150
LINKED: Final = 0.3
"""Code points of a text that makes a frame a paragraph, and the share of them that may be links."""
ITEM: Final = 100
"""Code points of an item of a list that is a paragraph."""
LAYOUT: Final = 0.5
"""A table with more than this share of the page's text is no table."""

MOST: Final = 0.25
"""A box that holds more than this share of the words in the page's paragraphs is no box."""

NEARLY: Final = 0.97
"""A frame with this share of them is the article's."""

_NAMES: Final = """
    newsletters? nl[-_]?(?:box|block|form|inscription) inscription subscri(?:be|ption) abo(?:nnement)? offers? offres?
    share(?:s|r|bar|-?tools|-?buttons?)? sharing partage[rs]? social(?:s|-?bar|-?links|-?share)? addthis\\w* sharedaddy
    related(?:s|-?(?:articles?|posts?|content|links?))? a-?lire lire-?aussi read-?(?:also|more|next) voir-?aussi
    recommend(?:ed|ation)s? reco outbrain taboola ligatus similar suggestions? most-?(?:read|viewed)
    les-?plus-?lus plus-?lus trending
    comment(?:s|aires?|-?list|-?form)? disqus\\w* reactions?
    cookies? consent rgpd gdpr didomi\\w* onetrust\\w* cmp tarteaucitron\\w*
    breadcrumbs? fil-?ariane ariane
    pub(?:licite)? ads? advert(?:s|ising|isement)? dfp sponsor(?:ed|ise)? promo(?:tion)?s?
    caption legende credits? copyright
    tags? keywords mots-?cles toolbar tools print author-?(?:bio|box|card) signature-?box
    popin popup modal overlay sticky sidebar widget-?(?:area|inner|title|wrap\\w*) menu nav(?:bar|igation)? footer
    skip-?link sr-only visually-?hidden screen-reader-text
""".split()
"""Words of a ``class`` or ``id`` that name a box, in English and French."""

_BOX: Final = re.compile(rf"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:{'|'.join(_NAMES)})(?:$|[\s_-]|(?=[A-Z0-9]))")


def drop_unseen(tree: HtmlElement) -> None:
    """Take out what a browser shows nobody."""
    etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, *_UNSEEN, with_tail=False)


def drop_surroundings(tree: HtmlElement) -> None:
    """Take out what stands around the article and in it without being of it."""
    body = tree.find("body")
    if body is None:
        return
    tree[:] = [body]
    _unfold_layout(body)
    _make_paragraphs(body)
    etree.strip_elements(body, *_VOID, with_tail=False)
    said = _said(body)
    most = MOST * said[body]
    for element in [*_around(body), *_boxes(body)]:
        _drop(element, said[element] > most)
    _narrow(body)


def _around(body: HtmlElement) -> list[HtmlElement]:
    return [
        element
        for element in body.iter(*_AROUND)
        if element.tag != "figure" or element.find(".//blockquote") is None
    ]


def _boxes(body: HtmlElement) -> list[HtmlElement]:
    """The elements whose name is a box's; one may stand here twice."""
    return [
        element
        for attribute, tags in (("class", _BLOCKS), ("id", _FRAMES))
        for element in body.iter(*tags)
        if (names := element.get(attribute)) and _is_box(names)
    ]


def _unfold_layout(body: HtmlElement) -> None:
    """A table that holds most of the page is a layout of the nineties: its cells are frames."""
    tables = list(body.iter("table"))
    if not tables:
        return
    most = len(body.text_content()) * LAYOUT
    for table in tables:
        if len(table.text_content()) > most:
            for element in table.iter("table", "tbody", "tr", "td", "th"):
                element.tag = "div"


def _make_paragraphs(body: HtmlElement) -> None:
    """A frame that holds a text and no other frames is a paragraph, whatever the template calls it."""
    for element in list(body.iter("div", "section")):
        for child in element:
            if child.tag not in _INLINE:
                break
        else:
            text = element.text_content().strip() if len(element) else (element.text or "").strip()
            if len(text) < TEXT or text[-1] not in '.!?…»"':
                continue
            linked = sum(len(link.text_content()) for link in element.iter("a"))
            if linked < LINKED * len(text):
                element.tag = "p"


def _drop(element: HtmlElement, holds_article: bool) -> None:
    """Take an element out, or, where it holds the article, take its misleading name from it."""
    if element.getparent() is None:
        return
    if not holds_article:
        element.drop_tree()
        return
    if element.tag in _AROUND or element.tag == "header":
        element.tag = "div"
    for name in ("class", "id", "role"):
        element.attrib.pop(name, None)


def _narrow(body: HtmlElement) -> None:
    """Leave of the page only the innermost frame that holds nearly all of its paragraphs, and what holds that."""
    said = _said(body)
    least = NEARLY * said[body]
    frame = body
    while (inner := next((child for child in frame if said[child] >= least > 0), None)) is not None:
        if inner.tag not in _FRAMES and inner.tag not in ("article", "main"):
            return
        frame.text = inner.tail = None
        frame[:] = [inner]
        frame = inner


def _said(body: HtmlElement) -> Mapping[HtmlElement, int]:
    """Code points in the paragraphs of each element of the body that holds some, and of the body.

    A long item of a list is a paragraph too.
    """
    found: defaultdict[HtmlElement, int] = defaultdict(int, {body: 0})
    inside: defaultdict[HtmlElement, int] = defaultdict(int)
    for paragraph in body.iter("p", "li"):
        length = len(paragraph.text_content())
        if paragraph.tag == "li" and (length < ITEM or paragraph.find(".//p") is not None):
            continue
        found[paragraph] += length
        inside[paragraph.getparent()] += length
    for holder, length in inside.items():
        found[holder] += length
        for further in () if holder is body else holder.iterancestors():
            found[further] += length
            if further is body:
                break
    return found


@lru_cache(maxsize=20_000)
def _is_box(names: str) -> bool:
    return bool(_BOX.search(names))
