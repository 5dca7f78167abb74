"""The words of the interface: all there, in both languages, none forgotten."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.web.language import LANGUAGES, Wording, catalogue, preferred
from desk.web.rendering import HERE
from processing.mentions import CATEGORIES, POLARITIES

USED = re.compile(r'\b(?:t|self)(?:\.known)?\(\s*["\']([\w.-]+)["\']')
BUILT = re.compile(r'["\']([\w.-]+[._])["\']\s*~|f"([\w.-]+\.)\{|, "([a-z]+\.)"\)')


def texts() -> str:
    files = [*HERE.rglob("*.html"), *HERE.rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_text_is_there_in_both_languages() -> None:
    for key, said in catalogue().items():
        assert set(said) == set(LANGUAGES), key
        one, other = (sorted(set(re.findall(r"\{\w+\}", said[language]))) for language in LANGUAGES)
        assert one == other, key


def test_every_text_that_a_page_asks_for_is_there() -> None:
    wanted = {key for key in USED.findall(texts()) if not key.endswith((".", "_"))}
    assert len(wanted) > 100
    assert wanted - set(catalogue()) == set()


def test_no_text_is_left_over() -> None:
    source = texts()
    whole = set(USED.findall(source)) | set(re.findall(r'"([a-z]+\.[\w.]+)"', source))
    begun = tuple({part for found in BUILT.findall(source) for part in found if part})
    assert [key for key in catalogue() if key not in whole and not key.startswith(begun)] == []


def test_every_label_of_the_flagger_has_a_name() -> None:
    for key in (*(f"category.{name}" for name in CATEGORIES), *(f"polarity.{name}" for name in POLARITIES)):
        assert key in catalogue()


@pytest.mark.parametrize(("header", "language"), [
    ("", "fr"), ("en-GB,en;q=0.9", "en"), ("de, en;q=0.5, fr;q=0.8", "fr"), ("en;q=0.3,fr;q=0.2", "en"), ("*", "fr"),
    ("en;q=x, zh", "fr"),
])  # fmt: skip
def test_the_browsers_language_is_followed(header: str, language: str) -> None:
    assert preferred(header) == language


def test_numbers_and_dates_are_written_as_each_language_does() -> None:
    fr, en = Wording("fr"), Wording("en")
    first = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert (fr.day(first), en.day(first)) == ("1er novembre 2026", "1 November 2026")
    assert (fr("n_mentions", n=0), en("n_mentions", n=0)) == ("0 mention", "0 mentions")
    assert fr("n_mentions", n=12345) == "12\u202f345 mentions"
    assert (fr.decimal(-0.5), en.decimal(0.5, signed=True)) == ("−0,50", "+0.50")


def test_the_catalogue_says_where_the_interface_is() -> None:
    assert Path(HERE / "words.yaml").exists()
