"""What a person relies on when a page becomes an article."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.clean import Article, Rejected, extract_page
from processing.errors import PageError

URL = "https://www.exemple.fr/monde/2026/11/20/article-1.html"
FETCHED = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PARAGRAPHS = (
    "Les équipages ont quitté le port au petit matin, sous une pluie fine, pour rejoindre la zone des manœuvres.",
    "Selon l'état-major, une douzaine de bâtiments participent à cet entraînement qui doit durer jusqu'à dimanche.",
    "« Nous voulons montrer que nos marins savent travailler ensemble », a expliqué le commandant de la frégate.",
    "Les pêcheurs, eux, se plaignent des zones interdites, qui les obligent à de longs détours chaque jour.",
    "Une réunion avec la préfecture maritime est prévue la semaine prochaine afin d'examiner leurs demandes.",
)


def page(
    *,
    head: str = "",
    paragraphs: tuple[str, ...] = PARAGRAPHS,
    title: str = "Des manœuvres au large de Brest",
    before: str = "",
    lang: str = "fr",
) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - Le Guetteur</title>{head}'
        f"</head><body><nav><a href='/'>Accueil</a></nav><article><h1>{title}</h1>{before}{body}</article>"
        "<footer>Mentions légales</footer></body></html>"
    ).encode()


def article(body: bytes, **options: object) -> Article:
    result = extract_page(body, url=URL, fetched_at=FETCHED, **options)  # type: ignore[arg-type]
    assert isinstance(result, Article), result
    return result


def test_the_body_has_every_paragraph_and_nothing_of_the_frame() -> None:
    found = article(page())
    assert found.body.split("\n") == list(PARAGRAPHS)


def test_the_title_loses_the_name_of_the_site() -> None:
    head = (
        '<meta property="og:title" content="Des manœuvres | Le Guetteur">'
        '<meta property="og:site_name" content="Le Guetteur">'
    )
    assert article(page(head=head)).title == "Des manœuvres"


def test_a_headline_cut_by_json_ld_is_taken_whole_from_opengraph() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Des manœuvres au…"}</script>'
        '<meta property="og:title" content="Des manœuvres au large de Brest et de Lorient">'
    )
    assert article(page(head=head)).title == "Des manœuvres au large de Brest et de Lorient"


@pytest.mark.parametrize(
    "line",
    [
        "Lire aussi : Notre enquête sur la base navale",
        "À LIRE AUSSI La marine recrute",
        "La suite après cette publicité",
        "Inscrivez-vous à notre newsletter pour tout savoir",
        "Déjà abonné ? Se connecter",
        "Crédit photo : Marine nationale",
    ],
)
def test_lines_that_publishers_insert_are_dropped(line: str) -> None:
    assert line not in article(page(paragraphs=(*PARAGRAPHS[:2], line, *PARAGRAPHS[2:]))).body


def test_a_sentence_that_begins_like_an_insert_stays() -> None:
    quote = "Lire aussi bien que parler, tel est le but des cours de langue donnés aux officiers étrangers."
    assert quote in article(page(paragraphs=(*PARAGRAPHS, quote))).body


def test_a_lead_that_readers_see_is_kept_apart_from_the_body() -> None:
    lead = "Douze navires s'entraînent jusqu'à dimanche, au grand dam des pêcheurs de la rade."
    found = article(
        page(head=f'<meta name="description" content="{lead}">', before=f'<p class="chapo">{lead}</p>')
    )
    assert (found.lead, lead in found.body) == (lead, False)


def test_a_description_that_readers_never_see_is_no_lead() -> None:
    head = '<meta name="description" content="Toute l\'actualité de la mer, en continu, sur votre site préféré.">'
    assert article(page(head=head)).lead == ""


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", '
            '"datePublished": "2026-11-20T08:30:00+01:00"}]}</script>',
            ("2026-11-20T08:30:00+01:00", "stated", "json-ld"),
        ),
        (
            '<meta property="article:published_time" content="2026-11-20T08:30:00Z">',
            ("2026-11-20T08:30:00+00:00", "stated", "opengraph"),
        ),
        (
            '<meta name="date" content="2026-11-20T08:30:00">',
            ("2026-11-20T08:30:00+01:00", "assumed", "meta"),
        ),
    ],
)
def test_the_publication_time_says_where_it_came_from(head: str, expected: tuple[str, str, str]) -> None:
    published = article(page(head=head)).published
    assert published is not None
    assert (published.at.isoformat(), published.zone, published.origin) == expected


@pytest.mark.parametrize("stamp", ["2031-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "hier soir"])
def test_a_date_nobody_can_believe_is_not_taken(stamp: str) -> None:
    head = f'<meta property="article:published_time" content="{stamp}">'
    published = article(page(head=head), announced_at=datetime(2026, 11, 20, 7, tzinfo=UTC)).published
    assert published is not None
    assert (published.origin, published.at.isoformat()) == ("feed", "2026-11-20T07:00:00+00:00")


def test_people_sign_and_agencies_are_credited() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Des manœuvres", '
        '"author": [{"@type": "Person", "name": "Anne Le Goff"}, '
        '{"@type": "Organization", "name": "La rédaction avec AFP"}]}'
        "</script>"
    )
    found = article(page(head=head))
    assert (found.authors, found.agency) == (("Anne Le Goff",), "AFP")


def test_a_paywall_that_the_page_declares_is_marked() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    )
    assert article(page(head=head)).paywall


def test_broken_json_ld_does_not_cost_the_article() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'
    assert article(page(head=head)).title == "Des manœuvres au large de Brest"


def test_windows_1252_is_read_whether_declared_or_not() -> None:
    text = page().decode().replace('<meta charset="utf-8">', "")
    for body, content_type in (
        (text.encode("cp1252"), "text/html; charset=windows-1252"),
        (text.encode("cp1252"), ""),
    ):
        assert "manœuvres" in article(body, content_type=content_type).body


def test_english_text_is_marked_not_stored() -> None:
    english = (
        "The two fleets left port early in the morning and headed for the exercise area under a light drizzle.",
        "According to the general staff a dozen ships will take part in the training which lasts until Sunday.",
        "Fishermen complain about the closed areas that force them to take long detours every single day here.",
        "A meeting with the maritime authorities has been announced for next week in order to hear their demands.",
    )
    result = extract_page(page(paragraphs=english, lang="en"), url=URL, fetched_at=FETCHED)
    assert isinstance(result, Rejected)
    assert (result.verdict, result.reason) == ("not_french", "the text is in « en »")


@pytest.mark.parametrize(
    ("body", "url", "reason"),
    [
        (page(), "https://www.exemple.fr/", "it is the home page"),
        (page(paragraphs=("Regardez notre vidéo.",)), URL, "its text has"),
    ],
)
def test_what_is_no_article_is_marked_with_the_reason(body: bytes, url: str, reason: str) -> None:
    result = extract_page(body, url=url, fetched_at=FETCHED)
    assert isinstance(result, Rejected)
    assert result.verdict == "not_article"
    assert reason in result.reason


@pytest.mark.parametrize("body", [b"", b"   \n", b"\x00\x01"])
def test_an_empty_page_is_an_error_that_says_so(body: bytes) -> None:
    with pytest.raises(PageError, match="the page is empty"):
        extract_page(body, url=URL)


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, len(page())))
def test_any_bytes_give_an_article_a_rejection_or_a_page_error(noise: bytes, where: int) -> None:
    whole = page()
    try:
        result = extract_page(whole[:where] + noise + whole[where:], url=URL, fetched_at=FETCHED)
    except PageError:
        return
    assert isinstance(result, Article | Rejected)
    if isinstance(result, Article):
        assert "\x00" not in result.title + result.lead + result.body


def stating(body: str, headline: str = "Des manœuvres au large de Brest") -> bytes:
    """A page that shows one paragraph and states more in JSON-LD."""
    item = {"@type": "NewsArticle", "headline": headline, "articleBody": body}
    head = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    return page(head=head, paragraphs=PARAGRAPHS[:1])


def test_the_body_that_json_ld_states_is_taken_where_the_page_shows_far_less() -> None:
    assert article(stating("\n".join(PARAGRAPHS))).body.split("\n") == list(PARAGRAPHS)


def test_markup_left_in_it_breaks_no_sentence() -> None:
    marked = "".join(f"<p>{text.replace('des manœuvres', '<b>des manœuvres</b>')}</p>" for text in PARAGRAPHS)
    assert article(stating(marked)).body.split("\n") == list(PARAGRAPHS)


def test_escapes_in_json_ld_bring_no_character_that_the_database_refuses() -> None:
    found = article(stating("\n".join(PARAGRAPHS) + "\0 \ud800", "Des\0 manœuvres\ud800 au large"))
    assert found.title == "Des manœuvres au large"
    assert not set(found.body) & set("\0\ud800")
