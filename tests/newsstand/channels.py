"""What a site tells crawlers about its articles: feeds, sitemaps, robots.txt. Pure: entries in, text out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tests.newsstand.press import Site


@dataclass(frozen=True)
class Entry:
    """One article as a channel lists it. `link` is what the channel prints, `url` the article's own address."""

    title: str
    link: str
    url: str
    guid: str
    summary: str
    html: str
    authors: tuple[str, ...]
    section: str
    published: dt.datetime
    language: str


XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def rss(site: Site, home: str, own: str, title: str, entries: list[Entry], full_text: bool) -> str:
    """RSS 2.0, with `content:encoded` when the site gives its texts away whole."""
    items = []
    for entry in entries:
        item = [
            f"<title>{escape(entry.title)}</title>",
            f"<link>{escape(entry.link)}</link>",
            f"<description>{_cdata(entry.summary)}</description>",
            f"<pubDate>{format_datetime(entry.published)}</pubDate>",
            f'<guid isPermaLink="false">{escape(entry.guid)}</guid>',
            f"<category>{escape(entry.section)}</category>",
        ]
        item += [f"<dc:creator>{escape(author)}</dc:creator>" for author in entry.authors]
        if full_text:
            item.append(f"<content:encoded>{_cdata(entry.html)}</content:encoded>")
        items.append("    <item>\n      " + "\n      ".join(item) + "\n    </item>")
    built = f"    <lastBuildDate>{format_datetime(entries[0].published)}</lastBuildDate>\n" if entries else ""
    return (
        f'{XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">\n'
        f"  <channel>\n    <title>{escape(title)}</title>\n    <link>{escape(home)}</link>\n"
        f"    <description>{escape(site.slogan)}</description>\n    <language>fr</language>\n{built}"
        f'    <atom:link href={quoteattr(own)} rel="self" type="application/rss+xml"/>\n'
        + "\n".join(items)
        + "\n  </channel>\n</rss>\n"
    )


def broken_rss(title: str) -> str:
    """A feed as a failing page builder leaves it: a warning before the prologue, bare ampersands, no end."""
    return (
        "<br />\n<b>Warning</b>: mysqli_connect(): (HY000/2002): Connection refused in "
        "<b>/srv/www/feed.php</b> on line <b>41</b><br />\n"
        f'{XML}<rss version="2.0"><channel><title>{title} & plus</title><link>http://</channel'
    )


def atom(site: Site, home: str, own: str, title: str, entries: list[Entry]) -> str:
    """Atom 1.0 (RFC 4287)."""
    items = []
    for entry in entries:
        authors = "".join(f"<author><name>{escape(author)}</name></author>" for author in entry.authors)
        items.append(
            f'  <entry xml:lang="{entry.language}">\n    <title type="html">{escape(escape(entry.title))}</title>\n'
            f"    <id>{escape(entry.guid)}</id>\n"
            f'    <link rel="alternate" type="text/html" href={quoteattr(entry.link)}/>\n'
            f"    <published>{entry.published.isoformat()}</published>\n"
            f"    <updated>{entry.published.isoformat()}</updated>\n"
            f"    {authors or f'<author><name>{escape(site.name)}</name></author>'}\n"
            f"    <category term={quoteattr(entry.section)}/>\n"
            f'    <summary type="text">{escape(entry.summary)}</summary>\n  </entry>'
        )
    updated = entries[0].published.isoformat() if entries else "2026-01-01T00:00:00Z"
    return (
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">\n  <title>{escape(title)}</title>\n'
        f"  <subtitle>{escape(site.slogan)}</subtitle>\n  <id>{escape(own)}</id>\n"
        f'  <link rel="self" href={quoteattr(own)}/>\n  <link rel="alternate" href={quoteattr(home)}/>\n'
        f"  <updated>{updated}</updated>\n" + "\n".join(items) + "\n</feed>\n"
    )


def json_feed(site: Site, home: str, own: str, title: str, entries: list[Entry]) -> str:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": own,
        "description": site.slogan,
        "language": "fr",
        "items": [
            {
                "id": entry.guid,
                "url": entry.link,
                "title": entry.title,
                "summary": entry.summary,
                "content_text": entry.summary,
                "date_published": entry.published.isoformat(),
                "authors": [{"name": author} for author in entry.authors],
                "tags": [entry.section],
                "language": entry.language,
            }
            for entry in entries
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def news_sitemap(site: Site, entries: list[Entry]) -> str:
    urls = "\n".join(
        f"  <url>\n    <loc>{escape(entry.link)}</loc>\n    <news:news>\n      <news:publication>"
        f"<news:name>{escape(site.name)}</news:name><news:language>{entry.language}</news:language>"
        f"</news:publication>\n      <news:publication_date>{entry.published.isoformat()}"
        f"</news:publication_date>\n      <news:title>{escape(entry.title)}</news:title>\n    </news:news>\n  </url>"
        for entry in entries
    )
    return (
        f'{XML}<urlset xmlns="{SITEMAP}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{urls}\n</urlset>\n"
    )


def sitemap(entries: list[Entry]) -> str:
    urls = "\n".join(
        f"  <url><loc>{escape(entry.link)}</loc><lastmod>{entry.published.isoformat()}</lastmod></url>"
        for entry in entries
    )
    return f'{XML}<urlset xmlns="{SITEMAP}">\n{urls}\n</urlset>\n'


def sitemap_index(children: list[tuple[str, dt.datetime | None]]) -> str:
    """An index of `children`: address of each child and when its newest article came out."""
    rows = []
    for address, changed in children:
        lastmod = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
        rows.append(f"  <sitemap><loc>{escape(address)}</loc>{lastmod}</sitemap>")
    return f'{XML}<sitemapindex xmlns="{SITEMAP}">\n' + "\n".join(rows) + "\n</sitemapindex>\n"
