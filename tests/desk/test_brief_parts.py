"""The pure parts of the morning brief: its period, its quotations, its words, its escaping."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from desk.brief.content import LANGUAGES, Language
from desk.brief.escaping import link, markdown, markdown_link, plain
from desk.brief.length import words
from desk.brief.period import day_of, period_of
from desk.brief.quoting import CUT, excerpt, pieces
from desk.brief.wording import catalogue, words_of
from processing.errors import VedetteError
from processing.mentions import CATEGORIES, POLARITIES

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


# ---------------------------------------------------------------- the period
@given(MOMENTS)
def test_every_moment_lies_in_the_brief_of_one_day(moment: datetime) -> None:
    day = day_of(moment)
    period, before = period_of(day), period_of(day - timedelta(days=1))
    assert period.since <= moment < period.until
    assert before.until == period.since


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 25), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)]
)
def test_a_period_is_a_day_by_the_clock_of_paris(day: date, hours: int) -> None:
    period = period_of(day)
    assert period.until - period.since == timedelta(hours=hours)


def test_a_brief_turns_at_half_past_six_in_summer_and_in_winter() -> None:
    assert period_of(date(2026, 11, 25)).until == datetime(2026, 11, 25, 5, 30, tzinfo=UTC)
    assert period_of(date(2026, 7, 14)).until == datetime(2026, 7, 14, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [date.min, date(1969, 12, 31), date.max])
def test_a_day_at_the_ends_of_the_calendar_is_refused_in_one_line(day: date) -> None:
    with pytest.raises(VedetteError, match=r"no brief of .*: give a day since 1970-01-02"):
        period_of(day)


# ---------------------------------------------------------------- quotations
SENTENCE = (
    "Interrogé par la presse, le porte-parole a assuré que la Russie livrerait, comme prévu par le contrat signé à "
    "Pékin, du gaz à la Chine pendant trente ans, et que rien, ni les sanctions ni la guerre, n’y ferait obstacle."
)


def test_a_sentence_that_is_short_enough_is_quoted_whole() -> None:
    assert excerpt(SENTENCE, [(0, 9)]) == SENTENCE


def test_a_long_sentence_is_cut_after_a_clause_and_says_so() -> None:
    assert excerpt(SENTENCE, [(0, 9)], 90) == f"{SENTENCE[: SENTENCE.index(', comme')]} {CUT}"


def test_what_the_mention_rests_on_is_kept_when_a_sentence_is_cut_on_both_sides() -> None:
    at = SENTENCE.index("du gaz à la Chine")
    assert excerpt(SENTENCE, [(at, at + 17)], 60).startswith(f"{CUT} ")
    assert "du gaz à la Chine" in excerpt(SENTENCE, [(at, at + 17)], 60)


@given(st.text(max_size=600), st.integers(0, 600), st.integers(1, 60), st.integers(80, 300))
def test_a_quotation_is_words_of_the_sentence_in_their_order(
    text: str, at: int, size: int, most: int
) -> None:
    sentence = text.strip()
    quote = excerpt(sentence, [(at, at + size)], most)
    assert len(quote) <= most + 2 * len(f"{CUT} ")
    unmarked = quote.removeprefix(f"{CUT} ").removesuffix(f" {CUT}")
    assert unmarked.strip() in sentence
    if at + size <= len(sentence):
        assert sentence[at : at + size].strip() in quote


def test_a_quotation_falls_into_its_unchanged_pieces() -> None:
    assert pieces(f"{CUT} un, deux {CUT}") == ["un, deux"]
    assert pieces("un") == ["un"]


# ---------------------------------------------------------------- words
def shape(entry: Any) -> Any:
    """Keys, numbers of forms and {names} of a part of the catalogue."""
    if isinstance(entry, dict):
        return {key: shape(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [shape(value) for value in entry]
    return sorted(name for _, name, _, _ in string.Formatter().parse(entry) if name)


def test_both_languages_say_the_same_things() -> None:
    french, english = (shape(catalogue()[lang]) for lang in LANGUAGES)
    assert french == english


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_category_and_polarity_has_a_word(lang: Language) -> None:
    w = words_of(lang)
    assert all(w.label("category", one) != one for one in CATEGORIES)
    assert all(w.label("group", one) != one for one in POLARITIES)


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 11, 25), "mercredi 25 novembre 2026", "Wednesday 25 November 2026"),
        (date(2026, 11, 1), "dimanche 1er novembre 2026", "Sunday 1 November 2026"),
        (date(2028, 2, 29), "mardi 29 février 2028", "Tuesday 29 February 2028"),
    ],
)
def test_dates_are_written_as_people_write_them(day: date, french: str, english: str) -> None:
    assert words_of("fr").date(day) == french
    assert words_of("en").date(day) == english


def test_numbers_times_and_plurals_follow_the_language() -> None:
    fr, en = words_of("fr"), words_of("en")
    assert (fr.number(1234567), en.number(1234567)) == ("1\u202f234\u202f567", "1,234,567")
    assert (fr.decimal(0.999), en.decimal(0.57)) == ("0,99", "0.57")
    noon = datetime(2026, 11, 25, 5, 5, tzinfo=UTC)
    assert (fr.time(noon), en.time(noon)) == ("6\u00a0h\u00a005", "06:05")
    assert [fr.count("mentions", n) for n in (0, 1, 2)] == ["mention", "mention", "mentions"]
    assert [en.count("mentions", n) for n in (0, 1, 2)] == ["mentions", "mention", "mentions"]


def test_a_publication_of_another_year_bears_it_and_one_at_midnight_no_hour() -> None:
    fr, day = words_of("fr"), date(2027, 1, 2)
    assert fr.published(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), day) == "1er\u00a0janv., 0\u00a0h\u00a030"
    assert fr.published(datetime(2026, 12, 30, 23, 0, tzinfo=UTC), day) == "31\u00a0déc.\u00a02026"
    assert fr.published(None, day) == "sans date"


def test_french_spaces_do_not_break() -> None:
    fr = words_of("fr")
    assert "Vedette\u00a0: " in fr("subject", date="x")
    assert "articles\u202f; " in fr("legend")


def test_words_are_counted_as_a_reader_counts_them() -> None:
    assert words("## [L’accord du 25](<https://x.fr/a-b>)\n\n> Il a dit 1,5 %.") == 7


# ---------------------------------------------------------------- escaping
class Seen(HTMLParser):
    """What a browser shows of HTML, and every element in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.elements = "", set[str]()
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)


HOSTILE = [
    "[x](javascript:alert(1))", "<script>alert(1)</script>", "`code`", "**gras** _et_ ~~rien~~", "![i](http://x/y.png)",
    "&lt;b&gt; &amp;", "# titre #", "1. un", "- tiret", "+ plus", "> cité", "=== ", "a\n\n<b>b", "\\*", "| a | b |",
    "[^1]: note", "[a]: http://x", "<http://x.fr>", "http://x.fr et www.x.fr", "\u202egnp.exe", "```", "    quatre",
    "$x$",
]  # fmt: skip
RICH = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
SAFE = {"h3", "p", "blockquote", "strong", "li", "ul"}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["### {}", "> {}", "* **{}** · a", "{}"])
def test_text_of_the_press_is_shown_as_text_in_markdown(text: str, place: str) -> None:
    seen = Seen(RICH.render(place.format(markdown(text))))
    assert plain(text) in seen.text
    assert seen.elements <= SAFE


@given(st.text(max_size=80))
def test_any_text_survives_markdown(text: str) -> None:
    seen = Seen(RICH.render(f"* **x** · {markdown(text)} · y"))
    # Markdown gathers spaces at the ends of its lines; within a line it keeps them.
    assert "".join(plain(text).split()) in "".join(seen.text.split())
    assert seen.elements <= SAFE


def test_bare_addresses_in_a_text_do_not_become_links() -> None:
    shown = markdown("voir https://x.fr, www.x.fr, a@x.fr")
    assert shown == r"voir https\://x.fr, www\.x.fr, a\@x.fr"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.fr/a", "ftp://x.fr/", "http://[", "x", ""]
)
def test_only_addresses_of_the_web_are_linked(url: str) -> None:
    assert link(url) is None
    assert markdown_link("titre", link(url)) == "titre"


def test_an_address_cannot_end_its_link() -> None:
    url = link("https://x.fr/a>b)(c \"d' <é")
    assert url == "https://x.fr/a%3Eb%29%28c%20%22d'%20%3C%C3%A9"
    html = RICH.render(markdown_link("t", url))
    assert re.findall('href="([^"]*)"', html) == ["https://x.fr/a%3Eb%29%28c%20%22d'%20%3C%C3%A9"]
