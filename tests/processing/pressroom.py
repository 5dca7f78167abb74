"""Small pages and archives for the stages' tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from processing.archive.writing import Exchange, SegmentWriter

FETCHED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FILLER = (
    "Le port a retrouvé son calme après une semaine de pluie et de vent qui a retardé plusieurs cargos.",
    "Les autorités locales attendent désormais le rapport des experts avant de rouvrir le quai principal.",
    "Les habitants du quartier, eux, demandent que les travaux soient terminés avant le début du printemps.",
)
COOPERATION = "La marine russe et la flotte chinoise ont conduit des exercices conjoints en mer du Japon."


def html(title: str, *paragraphs: str, canonical: str | None = None, lang: str = "fr") -> bytes:
    """A page with a title and paragraphs, the filler after them."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*paragraphs, *FILLER))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{link}'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-11-19T18:00:00+01:00"></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def warc(folder: Path, pages: Mapping[str, bytes], name: str = "press") -> Path:
    """A sealed WARC file with one answer per address."""
    with SegmentWriter(folder, name, "test") as writer:
        for url, body in pages.items():
            headers = [("Content-Type", "text/html; charset=utf-8")]
            writer.write(Exchange(url=url, status=200, headers=headers, body=body, fetched_at=FETCHED))
        sealed = writer.seal()
        writer.registered()
    assert sealed is not None
    return folder / sealed.path
