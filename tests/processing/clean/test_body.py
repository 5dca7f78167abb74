"""The text of an article: a first look, and a second one where the first finds little of the page."""

from __future__ import annotations

from processing.clean.body import extract_body
from processing.clean.decode import parse

SENTENCE = "Les deux marines ont commencé mercredi des manœuvres communes au large du port de {}. "


def page(*, teased: int) -> bytes:
    """An article of one paragraph, and what its template calls a teaser, of so many paragraphs."""
    rest = "".join(f"<p>{SENTENCE.format(f'Brest {n}') * 3}</p>" for n in range(teased))
    opening = SENTENCE.format("Vladivostok") * 12
    return f'<html><body><article><p>{opening}</p><div class="teaser">{rest}</div></article></body></html>'.encode()


def text_of(source: bytes) -> str:
    return extract_body(parse(source), lambda: parse(source), paywall=False)


def test_a_text_that_covers_little_of_its_page_is_looked_for_again() -> None:
    assert "Brest 39." in text_of(page(teased=40))


def test_a_text_that_covers_a_good_part_of_its_page_is_not() -> None:
    found = text_of(page(teased=4))
    assert "Vladivostok" in found
    assert "Brest" not in found
