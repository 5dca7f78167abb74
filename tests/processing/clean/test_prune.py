"""What is cut out of the tree before the text is looked for, and that the article is never cut out with it."""

from __future__ import annotations

import pytest
from lxml import html
from lxml.html import HtmlElement

from processing.clean.prune import drop_surroundings, drop_unseen

PARAGRAPHS = "".join(
    f"<p>Le paragraphe {n} du récit, assez long pour compter dans la page.</p>" for n in range(8)
)


def tree(inside: str) -> HtmlElement:
    return html.document_fromstring(f"<html><body>{inside}</body></html>")


def left(inside: str) -> str:
    found = tree(inside)
    drop_unseen(found)
    drop_surroundings(found)
    return " ".join(found.text_content().split())


@pytest.mark.parametrize(
    "box",
    [
        "<nav>Accueil Défense</nav>",
        "<aside>Encadré de marge</aside>",
        "<form>Votre adresse</form>",
        "<figure><img src='a.jpg'><figcaption>Le bâtiment à quai</figcaption></figure>",
        "<script>var x = 1</script>",
        "<!-- remarque -->",
        "<div class='newsletter-box'>Recevez la lettre</div>",
        "<div class='o-articleRelated related'>D'autres articles</div>",
        "<div class='articleShareBar share-bar'>Partager</div>",
        "<ul class='tags'><li>Chine</li></ul>",
        "<div id='comments'>Trois réactions</div>",
        "<p class='caption'>Photo prise hier</p>",
    ],
)
def test_what_stands_around_the_article_goes(box: str) -> None:
    assert left(f"<article>{PARAGRAPHS}{box}</article>") == left(f"<article>{PARAGRAPHS}</article>")


@pytest.mark.parametrize(
    "frame",
    [
        "<div class='related-container'>{}</div>",
        "<nav><div>{}</div></nav>",
        "<form id='aspnetForm'>{}</form>",
        "<div class='article sticky'>{}</div>",
        "<aside class='sidebar'>{}</aside>",
    ],
)
def test_a_frame_that_holds_the_article_stays_whatever_it_is_called(frame: str) -> None:
    found = tree(frame.format(PARAGRAPHS))
    drop_surroundings(found)
    assert len(found.findall(".//p")) == 8
    assert not found.findall(".//nav") + found.findall(".//form") + found.findall(".//aside")
    assert not found.xpath("//*[@class or @id]")


@pytest.mark.parametrize(
    "kept",
    [
        "<h2 id='comment-pekin-repond'>Comment Pékin répond</h2>",
        "<p>Le <a class='tags' href='/chine'>gouvernement chinois</a> dément.</p>",
        "<div class='quote'>« Nous sommes voisins », dit-il.</div>",
        "<figure class='pullquote'><blockquote>« Nous sommes voisins »</blockquote></figure>",
        "<div class='advice'>Un conseil de sécurité</div>",
        "<p class='lead'>Le chapeau de l'article</p>",
    ],
)
def test_what_only_sounds_like_a_box_stays(kept: str) -> None:
    said = " ".join(html.fromstring(kept).text_content().split())
    assert said in left(f"<article>{kept}{PARAGRAPHS}</article>")


def test_a_layout_of_tables_becomes_frames() -> None:
    found = tree(f"<table><tr><td>Menu</td><td>{PARAGRAPHS}</td></tr></table>")
    drop_surroundings(found)
    assert not found.findall(".//table")
    assert len(found.findall(".//p")) == 8


def test_a_frame_with_a_text_of_its_own_is_a_paragraph() -> None:
    text = "Les deux marines ont <b>manœuvré</b> ensemble pendant trois jours au large de Vladivostok. " * 2
    found = tree(f"<div><div>{text}</div>{PARAGRAPHS}</div>")
    drop_surroundings(found)
    assert len(found.findall(".//p")) == 9


def test_a_page_without_paragraphs_keeps_its_text() -> None:
    assert "Un texte" in left("<div class='main'>Un texte sans paragraphe.<br>Et une suite.</div>")
