"""One site's edition: every document it serves, for the articles that are out. Pure: press in, documents out."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tests.newsstand import channels
from tests.newsstand.channels import Entry
from tests.newsstand.press import MARKUP, Article, Channel, Site, french_date, plain

TEMPLATES = Path(__file__).parent / "templates"
FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
NARROW, WIDE = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Document:
    """What one path answers. `changed` is set on listings only; pages carry an ETag alone."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    changed: dt.datetime | None = None

    @property
    def etag(self) -> str:
        return '"' + hashlib.sha256(self.body).hexdigest()[:20] + '"'


def address_of(site: Site, article: Article, published: dt.datetime) -> str:
    """The path of an article: its own, or the site's pattern filled in."""
    if article.path:
        return article.path
    return site.address.format(
        slug=article.slug, section=article.section, number=article.number,
        y=published.year, m=f"{published.month:02}", d=f"{published.day:02}",
    )  # fmt: skip


def amp_path(path: str) -> str:
    return "/amp" + path


def section_path(site: Site, section: str) -> str:
    for channel in site.forms("section"):
        if channel.sections == (section,):
            return channel.path
    return f"/{section}/"


def typeset(text: str, spaces: str) -> str:
    """Set the spaces of French punctuation as the site's compositor does: plain, nbsp, or narrow before ; ! ?"""
    if spaces == "plain":
        return text
    text = (
        text.replace("« ", "«" + WIDE)
        .replace(" »", WIDE + "»")
        .replace(" :", WIDE + ":")
        .replace(" %", WIDE + "%")
    )
    thin = NARROW if spaces == "narrow" else WIDE
    for mark in ";!?":
        text = text.replace(f" {mark}", thin + mark)
    return text


def _inline(text: str) -> Markup:
    """`[[link]]` and `_italics_` as HTML."""

    def one(match: re.Match[str]) -> str:
        if match[1]:
            return f'<a href="/sujet/{quote("-".join(match[1].lower().split()))}">{match[1]}</a>'
        return f"<em>{match[2]}</em>"

    return Markup(MARKUP.sub(one, str(escape(text))))  # noqa: S704 (escaped in the same expression)


def _day(when: dt.datetime) -> str:
    return f"{french_date(when.date())} {when.year}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    environment.filters["day"] = _day
    environment.filters["hour"] = lambda when: f"{when.hour}h{when.minute:02}"
    return environment


@dataclass(frozen=True)
class Edition:
    """A site on a given day: `articles` are those that are out, newest first, their dates resolved."""

    site: Site
    base: str
    start: dt.date
    articles: tuple[Article, ...]
    released_at: Callable[[Article], dt.datetime]

    def published(self, article: Article) -> dt.datetime:
        return article.published(self.start, self.site.zone)

    def path_of(self, article: Article) -> str:
        return address_of(self.site, article, self.published(article))

    def url_of(self, article: Article) -> str:
        return self.base + self.path_of(article)

    # Channels

    def listed(self, channel: Channel) -> list[Article]:
        return [
            article
            for article in self.articles
            if (not channel.sections or article.section in channel.sections)
            and article.slug not in channel.leave_out
            and (article.answer != "gone" or channel.form in FEED_TYPES)
        ]

    def _entry(self, article: Article, channel: Channel) -> Entry:
        path = self.path_of(article)
        link = self.base + path
        if channel.form in FEED_TYPES:
            if article.linked_as == "amp":
                link = self.base + amp_path(path)
            elif article.linked_as == "moved":
                link = self.base + article.moved_from
            if channel.links == "relative":
                link = link.removeprefix(self.base)
            elif channel.links == "tracked":
                link += self.site.tracking
        return Entry(
            title=plain(article.title),
            link=link,
            url=self.base + path,
            guid=f"{self.site.id}-{article.number}",
            summary=plain(article.lead) or article.text().split("\n\n")[0],
            html="".join(
                f"<p>{_inline(block.text)}</p>" for block in article.blocks if block.kind != "figure"
            ),
            authors=article.authors,
            section=self.site.sections.get(article.section, article.section),
            published=self.published(article),
            language=article.language,
        )

    def _changed(self, articles: list[Article]) -> dt.datetime | None:
        return max(map(self.released_at, articles), default=None)

    def _channel(self, channel: Channel) -> Document:
        listed = self.listed(channel)
        home, own = self.base + "/", self.base + channel.path
        title = channel.title or self.site.name
        if channel.form == "section":
            html = self.page("listing", heading=title, articles=listed, path=channel.path)
            return Document(html, self._html_type(), changed=self._changed(listed))
        if channel.broken:
            return Document(channels.broken_rss(title).encode(), "text/xml")
        entries = [self._entry(article, channel) for article in listed]
        newest = self._changed(listed)
        for extra in channel.extra:
            midnight = dt.datetime.combine(self.start, dt.time(), self.site.zone)
            when = min((entry.published for entry in entries), default=midnight)
            link = self.base + extra["path"]
            entries.append(Entry(extra["title"], link, link, link, extra["title"], "", (), "", when, "fr"))
        content_type = "application/xml; charset=utf-8"
        match channel.form:
            case "rss":
                text = channels.rss(self.site, home, own, title, entries, channel.full_text)
            case "atom":
                text = channels.atom(self.site, home, own, title, entries)
            case "json":
                text = channels.json_feed(self.site, home, own, title, entries)
            case "news":
                text = channels.news_sitemap(self.site, entries)
            case "urls":
                text = channels.sitemap(entries)
            case "index":
                by_path = {child.path: child for child in self.site.channels}
                below = {child: self.listed(by_path[child]) for child in channel.children}
                newest = self._changed([article for articles in below.values() for article in articles])
                rows = [(self.base + child, self._changed(articles)) for child, articles in below.items()]
                text = channels.sitemap_index(rows)
            case other:
                raise ValueError(f"{self.site.id}: {channel.path}: unknown form of channel {other!r}")
        body = text.encode()
        if channel.gzip:
            body, content_type = gzip.compress(body, mtime=0), "application/gzip"
        return Document(body, FEED_TYPES.get(channel.form, content_type), changed=newest)

    # Pages

    def _html_type(self, charset: str = "") -> str:
        charset = charset or self.site.charset
        return f"text/html; charset={charset}" if self.site.charset_in == "header" else "text/html"

    def page(self, kind: str, *, path: str, charset: str = "", **values: Any) -> bytes:
        charset = charset or self.site.charset
        nav = [(section_path(self.site, slug), label) for slug, label in self.site.sections.items()]
        text = _templates().get_template(f"{self.site.id}.html").render(
            kind=kind, site=self.site, base=self.base, url=self.base + path, charset=charset, nav=nav,
            path_of=self.path_of, published=self.published, **values,
        )  # fmt: skip
        return typeset(text, self.site.spaces).encode(charset, "xmlcharrefreplace")

    def _article(self, article: Article, path: str) -> Document:
        if article.answer == "error":
            return Document(b"<h1>500 Internal Server Error</h1>", status=500)
        if article.answer == "gone":
            return self.not_found(path)
        if article.answer == "empty":
            return Document(b"", self._html_type())
        canonical = self.path_of(article)
        if article.answer == "listing":
            html = self.page("listing", heading=article.title, articles=list(self.articles), path=canonical)
            return Document(html, self._html_type())
        others = [other for other in self.articles if other is not article and other.answer == "article"]
        html = self.page(
            "amp" if path != canonical else article.answer,
            path=canonical,
            charset=article.charset,
            article=article,
            authors_ld=[{"@type": "Person", "name": author} for author in article.authors],
            when=self.published(article),
            section=(section_path(self.site, article.section), self.site.sections.get(article.section, "")),
            amp=self.base + amp_path(canonical) if article.amp else "",
            related=others[article.number % 3 :: 3][:3],
            latest=others[:5],
        )
        return Document(html, self._html_type(article.charset), headers=article.headers)

    def not_found(self, path: str) -> Document:
        html = self.page("missing", heading="Page introuvable", articles=[], path=path)
        return Document(html, self._html_type(), status=404)

    def documents(self) -> dict[str, Document]:
        """Every path the site answers with something else than its own « page introuvable »."""
        site = self.site
        found = {"/": Channel("/", "section", title=site.name)}
        found |= {section_path(site, slug): Channel(section_path(site, slug), "section", (slug,), title=label)
                  for slug, label in site.sections.items()}  # fmt: skip
        found |= {channel.path: channel for channel in site.channels}
        documents = {path: self._channel(channel) for path, channel in found.items()}
        for article in self.articles:
            path = self.path_of(article)
            documents[path] = self._article(article, path)
            if article.amp:
                documents[amp_path(path)] = self._article(article, amp_path(path))
            if article.moved_from:
                documents[article.moved_from] = Document(
                    b"", status=301, headers={"Location": self.base + path}
                )
        robots = site.robots.replace("{base}", self.base)
        documents["/robots.txt"] = Document(robots.encode(), "text/plain; charset=utf-8")
        if site.tdmrep:
            documents["/.well-known/tdmrep.json"] = Document(
                json.dumps(list(site.tdmrep)).encode(), "application/json"
            )
        return documents
