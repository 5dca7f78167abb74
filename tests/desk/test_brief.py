"""The morning brief of a real database: what an analyst finds in it, and what never is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from lxml import html as lxml_html
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from desk.brief import Brief, as_dict, as_html, as_markdown, write_brief
from desk.brief.length import words
from desk.brief.quoting import CUT, pieces
from processing.errors import VedetteError
from processing.mentions import flag_article
from tests.desk.newsroom import DAY, MORNING, NIGHT, Found, Newsroom
from tests.newsstand.press import read_press

Written = Callable[..., Brief]
THREE_MINUTES = 600
"""Words."""
ACCORD = "La Russie et la Chine ont signé un accord de défense."


@pytest.fixture
def room(connection: Connection[TupleRow]) -> Newsroom:
    return Newsroom(connection)


@pytest.fixture
def written(database_url: str) -> Written:
    return partial(write_brief, database_url, DAY, now=MORNING)


def sections(brief: Brief) -> dict[str, list[str]]:
    """Titles under each heading of the Markdown."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in as_markdown(brief).splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("### "):
            found.setdefault(heading, []).append(line[4:].removeprefix("[").split("](<")[0])
    return found


# ---------------------------------------------------------------- nothing that no article said
def test_every_quoted_sentence_of_the_sample_press_stands_in_its_article(
    room: Newsroom, written: Written, connection: Connection[TupleRow]
) -> None:
    room.night()
    press = read_press()
    for article in press.articles.values():
        dated = article.dated(DAY)
        title, lead, body = (dated.text(part) for part in ("title", "lead", "body"))
        stored = room.article(title, outlet=press.sites[article.site].name, lead=lead, body=body)
        # The first tier alone: it is the quotations that are tried here.
        room.flagged(stored, flag_article(title=title, lead=lead, body=body, date=DAY, tiers=1))
    connection.execute("UPDATE press.article SET story_id = NULL")
    room.place_stories()

    brief = written()
    assert len(brief.stories) >= 5
    assert {story.polarity for story in brief.stories} == {"affirmed", "denied", "hypothetical", "criticised"}
    for story in brief.stories:
        seen = story.evidence
        row = connection.execute(
            "SELECT title, lead, body FROM press.article WHERE id = %s", (seen.article_id,)
        ).fetchone()
        assert row
        text = dict(zip(("title", "lead", "body"), row, strict=True))[seen.field]
        assert all(piece in text for piece in pieces(story.quote))
        assert text[seen.start : seen.start + len(seen.sentence)] == seen.sentence
        assert seen.title == row[0]

    shown = as_markdown(brief)
    quoted = [line[2:] for line in shown.splitlines() if line.startswith("> ")]
    stored_text = "\n".join(
        row[0] for row in connection.execute("SELECT concat_ws(E'\n', title, lead, body) FROM press.article")
    )
    assert len(quoted) >= 5
    assert all(line.replace("\\", "").replace("&amp;", "&") in stored_text for line in quoted)
    assert words(shown) <= THREE_MINUTES


def test_a_sentence_that_is_too_long_is_cut_visibly(room: Newsroom, written: Written) -> None:
    tail = ", ".join(f"alinéa {number} du texte commun" for number in range(40))
    room.article("Accord", Found(f"La Russie et la Chine ont signé un accord, {tail}."))
    (story,) = written().stories
    assert story.quote.startswith("La Russie et la Chine ont signé un accord")
    assert story.quote.endswith(f" {CUT}")
    assert len(story.quote) < 320


# ---------------------------------------------------------------- what it tells
def test_the_night_is_told_in_figures(room: Newsroom, written: Written) -> None:
    room.night()
    for name in ("Le Soir", "Le Journal"):
        room.look(name, "items")
    room.look("Muet", "failed", "HTTP 503")
    room.look("Le Soir", "failed", "HTTP 500")
    room.article("Un", Found(ACCORD), Found("La Chine livre des drones à la Russie."))
    room.article("Deux", body="Rien.", outlet="Le Soir")
    figures = written().figures
    assert (figures.runs, figures.asked, figures.answered) == (1, 3, 2)
    assert (figures.pages, figures.articles, figures.mentions) == (2, 2, 2)
    assert (figures.mentioning, figures.outlets) == (1, 1)
    assert "**3** sources interrogées · **2** ont répondu · **2** pages nouvelles" in as_markdown(written())


def test_what_was_collected_at_half_past_six_stands_in_the_next_brief(
    room: Newsroom, written: Written
) -> None:
    until = written().period.until
    room.article("Avant", Found(ACCORD), stored_at=until - timedelta(seconds=1))
    room.article("Après", Found(ACCORD), stored_at=until)
    assert sections(written()) == {"Affirmé": ["Avant"]}
    tomorrow = partial(written.func, *written.args[:1], DAY + timedelta(days=1))  # type: ignore[attr-defined]
    assert sections(tomorrow(now=MORNING)) == {"Affirmé": ["Après"]}


def test_the_story_that_more_outlets_carry_comes_first(room: Newsroom, written: Written) -> None:
    room.article("Seul", Found(ACCORD, intensity=9.5, score=0.99))
    shared = room.story()
    for outlet in ("Le Soir", "Le Matin", "Le Midi"):
        room.article("Dépêche", Found(ACCORD, score=0.8), outlet=outlet, story=shared, agency="AFP")
    brief = written()
    assert sections(brief) == {"Affirmé": ["Dépêche", "Seul"]}
    assert brief.stories[0].outlets == 3
    assert "avec AFP et 2 autres titres**" in as_markdown(brief)


def test_of_equal_stories_that_of_the_free_press_comes_before_that_of_state_media(
    room: Newsroom, written: Written
) -> None:
    room.source("Neva", state_media_of="RU")
    room.article("De Moscou", Found(ACCORD, intensity=9.5), outlet="Neva")
    room.article("De Paris", Found(ACCORD))
    assert sections(written()) == {"Affirmé": ["De Paris", "De Moscou"]}
    assert "**Neva, média d’État (Russie)**" in as_markdown(written())


def test_a_story_speaks_through_its_strongest_sentence_that_names_both_sides(
    room: Newsroom, written: Written
) -> None:
    room.article(
        "Accord russo-chinois",
        Found("Leur entente dure.", score=0.99, intensity=9.5),
        Found("La Russie aurait promis du gaz à la Chine.", certainty="reported", score=0.99),
        Found(ACCORD, score=0.99),
        Found("Accord russo-chinois", field="title", score=1.0),
    )
    (story,) = written().stories
    assert story.quote == ACCORD
    assert written().more_mentions == 3


def test_what_is_denied_supposed_and_criticised_stands_apart(room: Newsroom, written: Written) -> None:
    room.article("Signé", Found(ACCORD))
    room.article("Nié", Found("La Chine n’arme pas la Russie.", "denied"))
    room.article("Prêté", Found("La Chine armerait la Russie.", "hypothetical"))
    room.article("Blâmé", Found("L’aide de la Chine à la Russie est un scandale.", "criticised"))
    assert sections(written()) == {
        "Affirmé": ["Signé"],
        "Démenti ou limité": ["Nié"],
        "Supposé": ["Prêté"],
        "Critiqué ou dénoncé": ["Blâmé"],
    }
    assert list(sections(written(lang="en"))) == [
        "Affirmed", "Denied or limited", "Supposed", "Criticised or denounced",
    ]  # fmt: skip


def test_a_denial_gets_room_on_a_day_full_of_weightier_affirmations(room: Newsroom, written: Written) -> None:
    for number in range(40):
        room.article(f"Titre {number}", Found(f"{ACCORD[:-1]} numéro {number}.", intensity=9.5))
    room.article("Nié", Found("La Chine n’arme pas la Russie.", "denied", intensity=-2, score=0.6))
    assert sections(written())["Démenti ou limité"] == ["Nié"]


def test_a_story_stands_where_most_of_it_does_and_the_rest_is_counted(
    room: Newsroom, written: Written
) -> None:
    denied = "La Chine dément toute livraison à la Russie"
    room.article(
        denied,
        Found(denied, "denied", field="title"),
        Found("La Chine n’arme pas la Russie.", "denied"),
        Found("La Chine et la Russie commercent.", "affirmed"),
    )
    assert sections(written()) == {"Démenti ou limité": [denied]}
    assert "autres mentions\u00a0: 1\u00a0affirmée" in as_markdown(written())


def test_who_says_so_and_how_sure_it_is_stand_with_the_sentence(room: Newsroom, written: Written) -> None:
    said = replace(Found(ACCORD, certainty="reported", score=0.978), speaker=("Dmitri Peskov", "RUS"))
    room.article("Signé", said)
    shown = as_markdown(written())
    assert "25 nov., 3 h 30 · Partenariat stratégique · rapporté · voix : Dmitri Peskov (Russie)" in shown.replace(
        "\u00a0", " "
    )  # fmt: skip
    assert "indice 0,97" in shown


@pytest.mark.parametrize("speaker", [("tenir sur le sol", "UNKNOWN"), ("Chine", "CHN")])
def test_no_voice_is_named_that_the_flagger_is_unsure_of(
    room: Newsroom, written: Written, speaker: tuple[str, str]
) -> None:
    room.article("Signé", Found(ACCORD, speaker=speaker))
    assert "voix" not in as_markdown(written()).split("*Les citations")[0]


def test_sources_without_an_answer_are_named_with_the_reason(room: Newsroom, written: Written) -> None:
    room.night()
    room.look("Le Soir", "items")
    room.look("Muet", "failed", "HTTP 503")
    shown = as_markdown(written())
    assert "* **Muet** · sans réponse (HTTP 503)" in shown
    assert "Toutes les sources" not in shown
    assert "**Muet** · no answer (HTTP 503)" in as_markdown(written(lang="en"))


def test_a_source_gone_silent_is_named_only_while_that_can_be_known(
    room: Newsroom, connection: Connection[TupleRow], database_url: str
) -> None:
    # The view measures silence at the database's own present.
    row = connection.execute("SELECT now()").fetchone()
    assert row
    now = row[0]
    room.look("Endormi", "unchanged", at=now - timedelta(days=20))
    connection.execute("UPDATE press.source SET expects_every = '7 days'")
    today = now.date()
    assert "* **Endormi** · muette, aucun article" in as_markdown(write_brief(database_url, today, now=now))
    old = write_brief(database_url, today - timedelta(days=3), now=now)
    assert old.silent is None
    assert "Endormi" not in as_markdown(old)


def test_corrections_and_withdrawals_are_told(room: Newsroom, written: Written) -> None:
    room.night()
    room.revision(room.article("Changé", body="x"), ["title", "body"], gained=1, lost=2)
    room.revision(room.article("Repris", body="x"), ["withdrawn"])
    room.revision(room.article("Virgule", body="x"), ["body"])
    shown = as_markdown(written())
    assert "modifié (titre, texte), 1 mention ajoutée, 2 mentions disparues" in shown
    assert "Repris](<" in shown
    assert "article retiré" in shown
    assert "Virgule" not in shown


def test_a_withdrawn_article_speaks_only_where_no_other_does(room: Newsroom, written: Written) -> None:
    shared = room.story()
    gone = room.article("Repris", Found(ACCORD, score=0.99), story=shared)
    room.revision(gone, ["withdrawn"])
    assert "article retiré depuis" in as_markdown(written())
    room.article("Gardé", Found(ACCORD, score=0.7), outlet="Le Soir", story=shared)
    assert sections(written()) == {"Affirmé": ["Gardé"]}


def test_what_a_person_rejected_is_left_out_and_what_was_corrected_is_corrected(
    room: Newsroom, written: Written
) -> None:
    other = "La Chine et la Russie se taisent."
    room.article("Faux", Found(ACCORD))
    room.article("Autre", Found(other))
    room.review(ACCORD, "rejected")
    room.review(other, "corrected", category="ENERGY", polarity="denied")
    brief = written()
    assert sections(brief) == {"Démenti ou limité": ["Autre"]}
    assert brief.figures.mentions == 1
    assert "Énergie" in as_markdown(brief)
    assert "confirmé par un analyste" in as_markdown(brief)


# ---------------------------------------------------------------- how long
def test_a_full_night_takes_three_minutes_and_the_rest_is_counted(room: Newsroom, written: Written) -> None:
    room.night(outcome="failed", error="StoreError: " + "x" * 500)
    for number in range(60):
        sentence = f"La Russie et la Chine ont, {'selon le texte lu hier soir, ' * 9}signé l’accord {number}."
        kind = ("affirmed", "denied", "hypothetical", "criticised")[number % 4]
        title = f"Titre {number} {'très long ' * 20}"
        article = room.article(
            title, Found(sentence, kind), outlet=f"Titre numéro {number}", published_at=None
        )
        room.revision(article, ["title"], gained=1)
        room.look(f"Panne {number}", "failed", "délai dépassé " * 20)
    for lang in ("fr", "en"):
        brief = written(lang=lang)
        shown = as_markdown(brief)
        assert words(shown) <= THREE_MINUTES
        assert len({story.polarity for story in brief.stories}) == 4
        assert brief.more_stories == 60 - len(brief.stories)
    assert "And 5" in shown
    assert f"{brief.more_mentions} other mentions: `vedette mentions --since 2026-11-25`" in shown
    assert "and 55 other sources: `vedette health`" in shown
    assert "and 57 others: `vedette corrections --since 2026-11-24`" in shown


# ---------------------------------------------------------------- honest about nothing
def test_a_night_without_mentions_gives_a_short_brief_that_says_so(room: Newsroom, written: Written) -> None:
    room.night()
    room.look("Le Soir", "items")
    room.article("Le port rouvre", body="Le port rouvre.")
    shown = as_markdown(written())
    assert "Aucune mention de coopération entre la Russie et la Chine." in shown
    assert "Toutes les sources interrogées ont répondu." in shown
    assert "Les citations" not in shown
    assert words(shown) < 80


def test_a_day_without_any_run_says_so(connection: Connection[TupleRow], written: Written) -> None:
    assert "Aucune collecte n’a eu lieu" in as_markdown(written())
    assert "Nothing was collected" in as_html(written(lang="en"))
    assert "Toutes les sources" not in as_markdown(written())


def test_a_failed_run_and_what_waits_are_told(room: Newsroom, written: Written) -> None:
    room.night(outcome="failed", error="StoreError: gone", stage="flag")
    room.article("Pas lu", body="x", flagged=False)
    shown = as_markdown(written())
    assert "L’étape flag a échoué : StoreError: gone" in shown.replace("\u00a0", " ")
    assert "**1 page ou article attend encore d’être lu : la brève est incomplète.** `vedette flag`" in shown.replace(
        "\u00a0", " "
    )  # fmt: skip


def test_a_brief_written_before_its_end_says_that_it_is_provisional(
    connection: Connection[TupleRow], database_url: str
) -> None:
    assert "Brève provisoire, écrite à 3\u00a0h\u00a030" in as_markdown(
        write_brief(database_url, DAY, now=NIGHT)
    )


def test_a_day_that_has_not_begun_is_refused(connection: Connection[TupleRow], database_url: str) -> None:
    with pytest.raises(VedetteError, match="too early"):
        write_brief(database_url, date(2031, 1, 1), now=MORNING)


def test_reading_rights_suffice(room: Newsroom, database_url: str) -> None:
    room.article("Signé", Found(ACCORD))
    reader = make_conninfo(database_url, options="-c role=vedette_reader")
    assert len(write_brief(reader, DAY, now=MORNING).stories) == 1


# ---------------------------------------------------------------- the page
def hostile_night(room: Newsroom) -> None:
    room.night()
    room.look("<b>Gras</b>", "failed", "<script>alert(2)</script>")
    room.article(
        "<script>alert(1)</script> [x](javascript:alert(1)) `a`",
        Found('La Russie "et" la <img src=x onerror=alert(3)> Chine *ont* signé.', speaker=("<i>lui</i>", "RUS")),
        outlet="L’<u>Heure</u>",
        url="javascript:alert(4)",
        agency="</style>",
    )  # fmt: skip


def test_text_of_the_press_stays_text_in_the_page(room: Newsroom, written: Written) -> None:
    hostile_night(room)
    page = lxml_html.fromstring(as_html(written()))
    assert page.xpath("//script | //img | //b | //i | //u | //iframe") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    assert page.xpath("//a") == []
    assert "<script>alert(1)</script> [x](javascript:alert(1)) `a`" in page.text_content()
    assert 'La Russie "et" la <img src=x onerror=alert(3)> Chine *ont* signé.' in page.text_content()


def test_text_of_the_press_stays_text_in_markdown(room: Newsroom, written: Written) -> None:
    hostile_night(room)
    shown = as_markdown(written())
    assert "<" not in shown
    assert r"&lt;script&gt;alert(1)&lt;/script&gt; \[x\](javascript:alert(1)) \`a\`" in shown


def test_the_page_loads_nothing_and_links_to_the_articles(room: Newsroom, written: Written) -> None:
    room.article("Signé", Found(ACCORD), url="https://x.fr/a?b=1&c=2")
    text = as_html(written())
    page = lxml_html.fromstring(text)
    assert page.xpath("//@href") == ["https://x.fr/a?b=1&c=2"]
    assert page.xpath("//@src | //link | //@background") == []
    assert "url(" not in text
    assert "@import" not in text
    assert page.xpath("//html/@lang") == ["fr"]
    assert page.xpath("//title/text()") == ["Vedette\u00a0: brève du mercredi 25 novembre 2026"]
    assert page.xpath("//blockquote/p[@lang='fr']/text()") == [ACCORD]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours written #rrggbb (WCAG 2.2, « contrast ratio »)."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_text_can_be_read_by_day_and_by_night(room: Newsroom, written: Written) -> None:
    for polarity in ("affirmed", "denied", "hypothetical", "criticised"):
        room.article(f"Titre {polarity}", Found(f"La Russie, la Chine : {polarity}.", polarity))
    text = as_html(written())
    dark = text[text.index("(prefers-color-scheme: dark)") : text.index("@page")]
    by_day = set(re.findall(r"[;\"]color:(#\w{6})", text))
    by_night = set(re.findall(r"[{ ]color: (#\w{6})", dark))
    assert len(by_day) >= 7
    assert len(by_night) >= 8
    assert [one for one in by_day if contrast(one, "#fffefc") < 4.5] == []
    assert [one for one in by_night if contrast(one, "#1b1f24") < 4.5] == []


def test_the_page_is_small_enough_for_a_mail(room: Newsroom, written: Written) -> None:
    for number in range(30):
        room.article(f"Titre {number}", Found(f"{ACCORD[:-1]} numéro {number}."))
    # Gmail cuts mails off at 102 KB.
    assert len(as_html(written()).encode()) < 60_000


def test_as_data_the_brief_holds_the_whole_sentence_and_its_place(room: Newsroom, written: Written) -> None:
    article = room.article("Signé", Found(ACCORD, speaker=("Lavrov", "RUS")), url="https://x.fr/a")
    data = json.loads(json.dumps(as_dict(written())))
    assert data["day"] == "2026-11-25"
    assert data["since"] == "2026-11-24T05:30:00+00:00"
    assert data["figures"]["mentions"] == 1
    (story,) = data["stories"]
    assert (story["article_id"], story["sentence"], story["quote"]) == (article, ACCORD, ACCORD)
    assert story["speaker"] == {"text": "Lavrov", "side": "RUS"}
    assert story["url"] == "https://x.fr/a"
