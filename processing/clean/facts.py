"""What a page says of itself: JSON-LD, OpenGraph, meta elements. Read once, before the tree is cut up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from processing.clean.decode import readable

_ARTICLE_TYPES = frozenset(
    (
        "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle "
        "AskPublicNewsArticle ReviewNewsArticle SatiricalArticle BlogPosting LiveBlogPosting Report TechArticle "
        "ScholarlyArticle AdvertiserContentArticle SocialMediaPosting"
    ).split()
)
HEADINGS = 5
KEYWORDS = 30
KEYWORD = 100
"""Keywords kept, and code points of one."""
_REFERENCES = frozenset({"author", "publisher"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Raw statements of a page; nothing is judged here.

    ``article`` is the JSON-LD object of the article (empty when there is none); ``meta`` maps lower-case
    names and properties to their first non-empty content.
    """

    article: Mapping[str, Any] = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    meta: Mapping[str, str] = field(default_factory=dict)
    canonical: str | None = None
    html_lang: str | None = None
    html_title: str | None = None
    headings: tuple[str, ...] = ()
    """First-level headings, the first few."""
    times: tuple[str, ...] = ()

    @property
    def outlets(self) -> list[str]:
        """What the outlet calls itself."""
        return [*filter(None, [self.meta.get("og:site_name")]), *texts(self.article.get("publisher"))]

    @property
    def is_article(self) -> bool:
        """The page declares itself an article, in JSON-LD or OpenGraph."""
        return bool(self.article) or self.meta.get("og:type", "").lower() in {
            "article",
            "news",
            "newsarticle",
        }


def read_facts(tree: HtmlElement, url: str) -> Facts:
    """Read what the page says of itself. Broken JSON-LD blocks count as absent: the page goes on without."""
    objects = list(_json_ld(tree))
    types = frozenset(name for item in objects for name in _types(item))
    articles = [item for item in objects if _types(item) & _ARTICLE_TYPES]
    best = max(articles, key=lambda item: ("headline" in item) + ("datePublished" in item), default={})
    named = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and "name" in item}
    best = {key: _resolved(value, named) if key in _REFERENCES else value for key, value in best.items()}
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            meta.setdefault(name.strip().lower(), unescape(content))
    canonical = next(
        (
            element.get("href")
            for element in tree.iter("link")
            if "canonical" in (element.get("rel") or "").lower().split()
            and (element.get("href") or "").strip()
        ),
        None,
    )
    return Facts(
        article=best,
        types=types,
        meta=meta,
        canonical=_absolute(url, canonical),
        html_lang=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        html_title=_text(tree.find(".//title")),
        headings=tuple(filter(None, (_text(heading) for heading in islice(tree.iter("h1"), HEADINGS)))),
        times=tuple(_times(tree)),
    )


def keywords_of(facts: Facts) -> tuple[str, ...]:
    """What the page says it is about, each once: JSON-LD, else the meta elements for news, tags and keywords."""
    stated = (
        texts(facts.article.get("keywords"))
        or [facts.meta[name] for name in ("news_keywords", "article:tag", "keywords") if name in facts.meta][
            :1
        ]
    )
    words = (" ".join(word.split())[:KEYWORD] for text in stated for word in re.split(r"[,;|]", text))
    return tuple(dict.fromkeys(word for word in words if word))[:KEYWORDS]


def texts(value: Any) -> list[str]:
    """The strings of a JSON-LD value that may be a string, an object with a name, or a list of either.

    Character references are resolved: in JSON they have no meaning, but templates leave them there. Escapes may spell
    what no page may hold (a NUL, half a surrogate pair); it is left out.
    """
    if isinstance(value, str):
        return [readable(unescape(value))]
    if isinstance(value, Mapping):
        return texts(value.get("name") or value.get("@value"))
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return []


def _resolved(value: Any, named: Mapping[str, Mapping[str, Any]]) -> Any:
    """The value with references to other objects of the page (``@id``, JSON-LD 1.1 §3.3) in their place."""
    if isinstance(value, list):
        return [_resolved(item, named) for item in value]
    if isinstance(value, Mapping) and "name" not in value and isinstance(value.get("@id"), str):
        return named.get(value["@id"], value)
    return value


def _absolute(url: str, reference: str | None) -> str | None:
    if reference is None:
        return None
    try:
        return urljoin(url, reference.strip())
    except ValueError:
        return None


def _types(item: Mapping[str, Any]) -> frozenset[str]:
    declared = item.get("@type")
    names = declared if isinstance(declared, list) else [declared]
    return frozenset(name.rpartition("/")[2] for name in names if isinstance(name, str))


def _json_ld(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        source = script.text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            # strict=False: newlines inside strings are a frequent fault and harm nothing.
            yield from _objects(json.loads(source, strict=False))
        except (ValueError, RecursionError):
            continue


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, Mapping):
        yield value
        yield from _objects(value.get("@graph", []))
        yield from _objects(value.get("mainEntity", []))


def _times(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("time"):
        stamp = (element.get("datetime") or "").strip()
        if stamp and (element.get("pubdate") is not None or element.get("itemprop") == "datePublished"):
            yield stamp


def _text(element: HtmlElement | None) -> str | None:
    if element is None:
        return None
    return " ".join(element.text_content().split()) or None
