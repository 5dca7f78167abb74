"""Whatever charset a server says or keeps quiet: « œ », « € » and « é » come out right, in pages and channels."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.clean import Article, extract_page
from processing.clean.decode import as_utf8, charset_of, decode, parse
from processing.extraction import extract_pending
from processing.settings import Settings
from spiders.discovery import PARSERS
from tests.spiders.looking import Conn, look_at
from tests.spiders.website import Reply, Website

TITLE = "Manœuvres à 12 € au cœur de la Manche : « l’été »"
TEXT = (
    "Les équipages ont quitté le port au petit matin pour rejoindre la zone des manœuvres, à 12 € le litre de gazole.",
    "« Nous voulons montrer que nos marins savent œuvrer ensemble », a expliqué le commandant de la frégate, ému.",
    "Les pêcheurs, eux, se plaignent des zones interdites, qui les obligent à de longs détours chaque jour d’été.",
    "Une réunion avec la préfecture maritime est prévue la semaine prochaine afin d’examiner leurs réclamations.",
)


def text_in(charset: str, text: str) -> bytes:
    """ISO 8859-15 has no curly apostrophe."""
    return text.replace("’", "'" if charset.startswith("iso") else "’").encode(charset)


def page(meta: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    return (
        f"<!doctype html><html lang='fr'><head>{meta}<title>{TITLE}</title></head>"
        f"<body><article><h1>{TITLE}</h1>{paragraphs}</article></body></html>"
    )


CASES = {
    # name: (bytes are in, what the header says, what the meta element says)
    "utf-8 said to be latin-1": ("utf-8", "iso-8859-1", "iso-8859-1"),
    "utf-8 without a word": ("utf-8", "", ""),
    "utf-8 with a lying meta": ("utf-8", "", "windows-1252"),
    "windows-1252 said to be latin-1": ("cp1252", "ISO-8859-1", ""),
    "windows-1252 said to be iso-8859-15": ("cp1252", "iso-8859-15", ""),
    "windows-1252 without a word": ("cp1252", "", ""),
    "windows-1252 said to be utf-8": ("cp1252", "utf-8", "utf-8"),
    "windows-1252 by its meta": ("cp1252", "", "windows-1252"),
    "windows-1252 in an unknown charset": ("cp1252", "x-inconnu", ""),
    "windows-1252 in no charset at all": ("cp1252", "idna", ""),
    "iso-8859-15 by its header": ("iso8859-15", "iso-8859-15", ""),
    "iso-8859-15 said to be latin-1": ("iso8859-15", "iso-8859-1", ""),
    "iso-8859-15 without a word": ("iso8859-15", "", ""),
    "utf-16 with a mark": ("utf-16", "", ""),
    "utf-16 with a mark said to be utf-8": ("utf-16", "utf-8", "utf-8"),
    "utf-16-le without a mark": ("utf-16-le", "", ""),
    "utf-16-be without a mark": ("utf-16-be", "utf-16", ""),
    "utf-8 said to be utf-16": ("utf-8", "utf-16", "utf-16"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_article_is_read_in_the_charset_it_is_written_in(name: str) -> None:
    charset, header, meta = CASES[name]
    element = f'<meta charset="{meta}">' if meta else ""
    said = f"text/html; charset={header}" if header else "text/html"
    found = extract_page(
        text_in(charset, page(element)),
        url="https://gazette.example/monde/manoeuvres-1",
        content_type=said,
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert isinstance(found, Article), found
    assert found.title.replace("’", "'") == TITLE.replace("’", "'")
    assert found.body.replace("’", "'").split("\n") == [text.replace("’", "'") for text in TEXT]


FEED = f"""<?xml version="1.0" encoding="DECLARED"?><rss version="2.0"><channel><title>Gazette</title>
<item><title>{TITLE}</title><link>https://gazette.example/monde/2026/11/22/un</link></item></channel></rss>"""
SITEMAP = f"""<?xml version="1.0" encoding="DECLARED"?><urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://gazette.example/monde/2026/11/22/un</loc><news:news><news:title>{TITLE}</news:title></news:news></url></urlset>"""
SECTION = f"""<html><head><meta charset="DECLARED"></head><a href="/monde/2026/11/22/un">{TITLE}</a></html>"""


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("kind", "source"), [("feed", FEED), ("sitemap", SITEMAP), ("section", SECTION)])
def test_a_title_is_read_in_the_charset_its_channel_is_written_in(kind: str, source: str, name: str) -> None:
    charset, header, meta = CASES[name]
    body = text_in(charset, source.replace("DECLARED", meta or charset))
    said = {"content-type": f"application/xml; charset={header}" if header else "application/xml"}
    (item,) = PARSERS[kind](body, "https://gazette.example/rss.xml", said).items  # type: ignore[index]
    assert (item.title or "").replace("’", "'") == TITLE.replace("’", "'")


def test_the_header_chooses_where_the_bytes_prove_nothing() -> None:
    cyrillic = "Учения в Японском море".encode("koi8-r")
    assert decode(cyrillic, "text/html; charset=koi8-r") == "Учения в Японском море"
    assert decode(b'<meta charset="iso-8859-2">\xb3', "").endswith("ł")


def test_utf8_with_a_few_broken_bytes_stays_utf8() -> None:
    broken = TEXT[0].encode() + b" \xe9 " + TEXT[1].encode()
    assert decode(broken, "text/html; charset=utf-8") == f"{TEXT[0]} \ufffd {TEXT[1]}"


def test_nul_bytes_are_left_out() -> None:
    assert decode("Été\x00 à\x00 Brest".encode(), "") == "Été à Brest"
    for kind, source in (("feed", FEED), ("sitemap", SITEMAP), ("section", SECTION)):
        body = source.replace("DECLARED", "utf-8").replace("Man", "M\x00an").replace("<", "\x00<", 3).encode()
        (item,) = PARSERS[kind](body, "https://gazette.example/rss.xml", {}).items  # type: ignore[index]
        assert item.title == TITLE


def test_what_may_stand_in_no_page_is_in_no_tree() -> None:
    page = "<html><body><p>Été\x00 à\x0b \ufffeBrest\uffff</p></body></html>"
    for source in (page, page.encode()):
        assert parse(source).findtext(".//p") == "Été à Brest"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "utf-16", "iso-8859-15", "rot13", "punycode", "gbk"]),
)
def test_any_bytes_under_any_name_give_text(body: bytes, name: str) -> None:
    said = f"text/html; charset={name}" if name else ""
    assert "\x00" not in decode(body, said)
    as_utf8(body, said).decode("utf-8")
    assert charset_of(body, said)


def test_a_press_in_four_charsets_is_crawled_and_read(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site:
        for charset in ("cp1252", "iso8859-15", "utf-16", "utf-8"):
            name = charset.replace("cp1252", "windows-1252") if charset != "utf-8" else "iso-8859-1"
            site.answers[f"/{charset}-article"] = Reply(
                body=text_in(charset, page()).replace(
                    b"\xa0", b"\xa0\x00" if charset == "cp1252" else b"\xa0"
                ),
                headers={"Content-Type": f"text/html; charset={name}"},
            )
        site.announce("/cp1252-article", "/iso8859-15-article", "/utf-16-article", "/utf-8-article")
        look_at(settings, tmp_path, {"site": site})
    assert settings.database_url
    extract_pending(settings, settings.database_url)
    rows = connection.execute(
        "SELECT url, replace(title, '’', '''') = %s, body LIKE %s FROM press.article",
        (TITLE.replace("’", "'"), "%manœuvres, à 12 €%"),
    ).fetchall()
    # Four copies of one text under four addresses.
    assert len(rows) == 4
    assert all(title and body for _, title, body in rows), rows
