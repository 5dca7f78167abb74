"""One page: from bytes to an article, or to the reason why it is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

from processing.clean.article import Article, Rejected
from processing.clean.body import extract_body, split_lead
from processing.clean.dates import modified, published
from processing.clean.decode import as_utf8, parse
from processing.clean.edges import strip_edges
from processing.clean.facts import Facts, keywords_of, read_facts, texts
from processing.clean.furniture import says_cut
from processing.clean.language import language_of
from processing.clean.prune import drop_unseen
from processing.clean.signatures import bylines_of, stated_by, with_bylines, with_credit
from processing.clean.walls import wall_of
from processing.clean.wording import folded, same_words

ENOUGH = 60
"""Words that make a text an article whatever the page says of itself."""
FEW = 20
"""Words below which there is no article even when the page says that it is one."""
NOTE = 30
"""Words in sentences that make a short note an article, under a heading that is the page's title."""
LISTING_LINES = 5
LISTING_SHARE = 0.05
"""A text of at least so many lines, of whose words fewer than this share stand in lines that end like a sentence,
is a list of headlines, unless the page describes itself as an article in JSON-LD."""

HEADING = 3
"""Words of a heading that may be the title."""

_SEEN = 2500
"""Code points of a page without a text that are looked at for a wall."""

_SUFFIX = re.compile(r" ?[|‹›<>•·:–—-] ")
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"')\]]*$")


def extract_page(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    announced_title: str | None = None,
    announced_at: datetime | None = None,
    fetched_at: datetime | None = None,
) -> Article | Rejected:
    """Clean one recorded page.

    ``fetched_at`` bounds the dates that are believed (now, when not given). What a feed announced fills what
    the page leaves open. Raises PageError when the bytes are no HTML page at all.
    """
    source = as_utf8(body, content_type)
    tree = parse(source)
    facts = read_facts(tree, url)
    fetched = fetched_at or datetime.now(UTC)
    when = published(tree, facts, announced_at=announced_at, fetched_at=fetched)
    drop_unseen(tree)
    visible = " ".join(tree.find("body").text_content().split())
    declared_cut = _declared_cut(facts)
    title = _title(facts, announced_title)
    bylines = bylines_of(tree, title)
    stated = "\n".join(texts(facts.article.get("articleBody")))
    text = extract_body(tree, lambda: parse(source), paywall=declared_cut, stated=stated)
    description = next(iter(texts(facts.article.get("description"))), None) or facts.meta.get(
        "og:description"
    )
    signed = with_bylines(stated_by(facts), bylines, facts.outlets)
    text, lines = strip_edges(text, _labels(facts, title), signed.people)
    signed = with_credit(with_bylines(signed, lines, facts.outlets), text)
    lead, text = split_lead(text, description or facts.meta.get("description"), visible)
    words = sum(len(part.split()) for part in (lead, text))
    rejected = _not_an_article(url, facts, title, f"{lead}\n{text}", words, cut=declared_cut)
    # What is cut away as furniture still tells what a page without a text was.
    seen = visible[:_SEEN] if rejected else f"{lead}\n{text}"
    titles = title, _without_site(facts.html_title or "", facts)
    if wall := wall_of(titles, seen):
        return Rejected("not_article", f"it is {wall}" + (f" ({rejected.reason})" if rejected else ""))
    if rejected:
        return rejected
    language = language_of(f"{lead}\n{text}", facts.html_lang or facts.meta.get("og:locale"))
    if language != "fr":
        return Rejected("not_french", f"the text is in « {language} »")
    return Article(
        url=url,
        canonical_url=facts.canonical,
        title=title,
        lead=lead,
        body=text,
        authors=signed.people,
        published=when,
        modified_at=modified(facts, fetched_at=fetched),
        section=next(iter(texts(facts.article.get("articleSection"))), None)
        or facts.meta.get("article:section"),
        keywords=keywords_of(facts),
        site_name=next(iter(facts.outlets), None),
        agency=signed.agency,
        language=language,
        paywall=declared_cut or says_cut(visible),
        words=len(title.split()) + words,
    )


def _declared_cut(facts: Facts) -> bool:
    stated = str(facts.article.get("isAccessibleForFree", "")).strip().lower()
    return stated in {"false", "http://schema.org/false", "https://schema.org/false"} or (
        facts.meta.get("article:content_tier", "").lower() in {"locked", "metered"}
    )


def _title(facts: Facts, announced: str | None) -> str:
    headline = next(iter(texts(facts.article.get("headline"))), "")
    shown = facts.meta.get("og:title", "")
    # A JSON-LD headline is cut at 110 characters by some publishers; OpenGraph then has the whole.
    if headline and shown and shown.casefold().startswith(headline.casefold().rstrip("….")):
        headline = shown
    title = headline or shown or next(iter(facts.headings), None) or facts.html_title or announced or ""
    title = " ".join(unescape(title).split())
    # What a reader sees above the text, where a title is that and then the names of section, site and day.
    for heading in facts.headings:
        if len(heading.split()) >= HEADING and _SUFFIX.match(folded(title).removeprefix(folded(heading))):
            return heading
    return _without_site(title, facts)


def _without_site(title: str, facts: Facts) -> str:
    for mark in (" | ", " - ", " – ", " — ", " : ", " · "):
        head, _, tail = title.rpartition(mark)
        if head and any(tail.strip().casefold() == name.strip().casefold() for name in facts.outlets):
            return head.strip()
    return title


def _labels(facts: Facts, title: str) -> list[str]:
    """What a page shows above its text and says of itself elsewhere: titles and section."""
    shown = [*facts.headings, facts.html_title, facts.meta.get("og:title"), facts.meta.get("article:section")]
    stated = [facts.article.get("headline"), facts.article.get("articleSection")]
    plain = [*filter(None, shown), *(text for value in stated for text in texts(value))]
    return [title, *plain, *(_without_site(text, facts) for text in plain)]


def _not_an_article(
    url: str, facts: Facts, title: str, text: str, words: int, *, cut: bool
) -> Rejected | None:
    if urlsplit(url).path in ("", "/") and not urlsplit(url).query:
        return Rejected("not_article", "it is the home page")
    if not title:
        return Rejected("not_article", "it has no title")
    if words < FEW and not (cut and words):
        return Rejected("not_article", f"its text has {words} words")
    lines = text.splitlines()
    said = sum(len(line.split()) for line in lines if _SENTENCE_END.search(line))
    is_note = said >= NOTE and same_words(title) in map(same_words, facts.headings)
    if words < ENOUGH and not (facts.is_article or is_note):
        return Rejected(
            "not_article", f"its text has {words} words and it does not declare itself an article"
        )
    if facts.types & {"CollectionPage", "SearchResultsPage"} and not facts.article:
        return Rejected("not_article", "it declares itself a listing")
    if not facts.article and len(lines) >= LISTING_LINES and said < words * LISTING_SHARE:
        return Rejected(
            "not_article", f"it reads as a listing: {said} of its {words} words stand in sentences"
        )
    return None
