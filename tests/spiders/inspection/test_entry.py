"""An entry of the catalogue: proposed without a network, written as a whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from processing.errors import CatalogueError
from spiders.catalogue import Source, load_catalogue
from spiders.discovery import Announced
from spiders.inspection import choice
from spiders.inspection.candidates import Candidate
from spiders.inspection.channels import Look, measured
from spiders.inspection.entry import Stated, as_yaml, proposed, provisional
from spiders.inspection.homepage import HomePage
from spiders.inspection.overheard import Heard
from spiders.inspection.rules_found import opt_out_file, robots_found
from spiders.inspection.writing import append, file_for, known_sources

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


def page(url: str, name: str | None = None, *, stated: bool = False, region: str | None = None) -> HomePage:
    return HomePage(url, name, stated, "fr", region, None, (), ())


def feed(home: str, hours: float, number: int = 10, title: str | None = None) -> Look:
    source = provisional(home)
    items = [Announced(f"{home}article-{n}", None, NOW - timedelta(hours=hours) * n) for n in range(number)]
    looks = [
        measured(Candidate("feed", f"{home}rss.xml", "guess"), f"{home}rss.xml", items, source, NOW, title)
    ]
    return choice.chosen(looks)[0]


@pytest.mark.parametrize(
    ("home", "taken", "id"),
    [
        ("https://www.lemonde.fr/", (), "lemonde"),
        ("https://www.exemple.co.uk/", (), "exemple"),
        ("https://french.xinhuanet.com/", ("xinhuanet",), "xinhuanet-french"),
        ("https://www.lemonde.fr/", ("lemonde",), "lemonde-fr"),
        ("http://127.0.0.1:8080/", (), "127-0-0-1-8080"),
    ],
)
def test_an_id_is_made_from_the_host(home: str, taken: tuple[str, ...], id: str) -> None:
    assert provisional(home, taken).id == id


def test_without_a_free_id_one_is_asked_for() -> None:
    with pytest.raises(CatalogueError, match="give one with --id"):
        provisional("http://127.0.0.1/", ["127-0-0-1"])


@pytest.mark.parametrize(
    ("home", "region", "country"),
    [
        ("https://exemple.be/", None, "BE"),
        ("https://exemple.uk/", None, "GB"),
        ("https://exemple.com/", "CA", "CA"),
        ("https://exemple.tv/", None, "FR"),
    ],
)
def test_a_country_is_guessed_and_said_to_be(home: str, region: str | None, country: str) -> None:
    entry, guessed = proposed(provisional(home), page(home, region=region), [], Stated(), NOW)
    assert entry.country == country
    assert "guess" in dict(guessed)["country"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("L'Exemple - Toute l'actualité en direct", "L'Exemple"),
        ("Actualités, infos, vidéos | L’Exemple", "L’Exemple"),
        ("Accueil | Les nouvelles", "Accueil"),
    ],
)
def test_a_name_is_the_part_of_the_title_that_resembles_the_host(title: str, name: str) -> None:
    home = "https://www.lexemple.fr/"
    assert proposed(provisional(home), page(home, title), [], Stated(), NOW)[0].name == name


def test_a_feed_names_a_site_whose_page_does_not() -> None:
    home = "https://exemple.fr/"
    entry, _ = proposed(provisional(home), None, [feed(home, 1, title="L'Exemple")], Stated(), NOW)
    assert entry.name == "L'Exemple"


@pytest.mark.parametrize(
    ("home", "hours", "kind"),
    [
        ("https://exemple.fr/", 1, "daily"),
        ("https://exemple.fr/", 48, "specialist"),
        ("https://www.defense.gouv.fr/", 1, "government"),
    ],
)
def test_a_kind_is_guessed_from_the_host_and_the_pace(home: str, hours: float, kind: str) -> None:
    assert proposed(provisional(home), page(home), [feed(home, hours)], Stated(), NOW)[0].kind == kind


def test_what_a_person_states_is_not_guessed() -> None:
    home = "https://exemple.fr/"
    stated = Stated("ex", "Exemple", "BE", "weekly")
    entry, guessed = proposed(
        provisional(home, stated=stated), page(home, "Autre", stated=True), [feed(home, 1)], stated, NOW
    )
    assert (entry.id, entry.name, entry.country, entry.kind, guessed) == ("ex", "Exemple", "BE", "weekly", ())
    assert entry.feeds == ("https://exemple.fr/rss.xml",)


names = st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(
    lambda text: text.strip() == text != ""
)


@given(name=names, paths=st.lists(st.text("abc/?=&,#:[]é", max_size=12), unique=True, max_size=4))
def test_the_yaml_of_an_entry_says_what_the_entry_says(name: str, paths: list[str]) -> None:
    source = provisional("https://exemple.fr/").model_copy(
        update={"name": name, "feeds": tuple(f"https://exemple.fr/{path}" for path in paths)}
    )
    text = as_yaml(source, [("name", "from the page's title")])
    (read,) = yaml.safe_load(text)
    assert Source.model_validate(read) == source


# ---------------------------------------------------------------- writing


FLOW = "[{id: un, name: Un, country: FR, kind: daily, homepage: 'https://un.fr/'}]\n"
ENTRY = "- id: un\n  name: Un\n  country: FR\n  kind: daily\n  homepage: https://un.fr/\n  feeds: [https://un.fr/rss]\n"


def add(home: str, catalogue: Path, file: Path | None = None, **fields: object) -> str:
    source = provisional(home).model_copy(update=fields)
    return append(source, (), catalogue, file or file_for(catalogue))


def test_an_entry_is_appended_and_the_rest_stays_byte_for_byte(tmp_path: Path) -> None:
    catalogue = tmp_path / "mine.yaml"
    before = f"# My own list.\r\n\n{ENTRY}  # the end, without a newline"
    catalogue.write_bytes(before.encode())
    catalogue.chmod(0o640)
    added = add("https://deux.be/", catalogue, feeds=("https://deux.be/rss",))
    assert catalogue.read_bytes().decode() == f"{before}\n{added}"
    assert [source.id for source in load_catalogue(catalogue)] == ["deux", "un"]
    assert catalogue.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [catalogue]


def test_the_list_keeps_its_indentation(tmp_path: Path) -> None:
    catalogue = tmp_path / "mine.yaml"
    catalogue.write_text("".join(f"  {line}\n" for line in ENTRY.splitlines()))
    add("https://deux.be/", catalogue)
    assert len(load_catalogue(catalogue)) == 2


def test_a_catalogue_may_begin_with_its_first_entry(tmp_path: Path) -> None:
    catalogue = tmp_path / "new.yaml"
    assert known_sources(catalogue) == []
    add("https://deux.be/", catalogue)
    catalogue_of_comments = tmp_path / "comments.yaml"
    catalogue_of_comments.write_text("# nothing yet\n")
    add("https://deux.be/", catalogue_of_comments)
    assert catalogue_of_comments.read_text().startswith("# nothing yet\n\n- id: deux\n")


def test_in_a_folder_an_entry_goes_to_a_file_for_what_was_added_or_to_a_chosen_one(tmp_path: Path) -> None:
    (tmp_path / "france.yaml").write_text(ENTRY)
    add("https://deux.be/", tmp_path)
    add("https://trois.ch/", tmp_path, file_for(tmp_path, "france.yaml"))
    assert (tmp_path / "added.yaml").read_text().startswith("- id: deux\n")
    assert [source.id for source in load_catalogue(tmp_path)] == ["deux", "trois", "un"]
    with pytest.raises(CatalogueError, match=r"name a \.yaml file"):
        file_for(tmp_path, "../elsewhere.yaml")


@pytest.mark.parametrize(
    ("text", "home", "fields", "complaint"),
    [
        (ENTRY, "http://www.un.fr/", {}, "un.fr stands in the catalogue already, as un"),
        (ENTRY, "https://deux.fr/", {"feeds": ("https://un.fr/rss",)}, "https://un.fr/rss stands already at"),
        (ENTRY, "https://deux.fr/", {"id": "un"}, "id: already used for Un"),
        (ENTRY, "https://deux.fr/", {"kind": "revue"}, "'revue' is not one of"),
        (FLOW, "https://deux.fr/", {}, "not a list"),
        ("id: x\n", "https://deux.fr/", {}, "a catalogue file is a list"),
        (f"{ENTRY}- id: [\n", "https://deux.fr/", {}, "not YAML"),
    ],
)
def test_what_the_loader_would_refuse_is_not_written(
    tmp_path: Path, text: str, home: str, fields: dict[str, object], complaint: str
) -> None:
    catalogue = tmp_path / "mine.yaml"
    catalogue.write_text(text)
    with pytest.raises(CatalogueError, match=complaint) as refusal:
        add(home, catalogue, **fields)
    assert str(catalogue) in str(refusal.value) or "already" in complaint
    assert catalogue.read_text() == text
    assert list(tmp_path.iterdir()) == [catalogue]


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no such catalogue file or folder \(VEDETTE_CATALOGUE\)"):
        file_for(tmp_path / "missing" / "mine.yaml")
    with pytest.raises(CatalogueError, match="--file chooses a file in a folder"):
        file_for(tmp_path / "mine.yaml", "other.yaml")


# ---------------------------------------------------------------- the rules


def test_robots_txt_is_told_as_it_concerns_us() -> None:
    body = b"User-agent: GPTBot\nDisallow: /\nUser-agent: *\nCrawl-delay: 3\nDisallow: /prive/\nSitemap: /s.xml\n"
    origin = "https://exemple.fr"
    open_ = robots_found(origin, f"{origin}/", Heard(200, body))
    closed = robots_found(origin, f"{origin}/prive/", Heard(200, body))
    assert open_
    assert closed
    assert (open_.answer, open_.delay, open_.sitemaps) == ("allowed", 3.0, (f"{origin}/s.xml",))
    assert open_.agents_refused == ("GPTBot",)
    assert (closed.answer, closed.agents_refused) == ("forbidden", ())
    down = robots_found(origin, f"{origin}/", Heard(503))
    none = robots_found(origin, f"{origin}/", Heard(404))
    silent = robots_found(origin, f"{origin}/", Heard(None, problem="no answer in time"))
    assert [one and one.answer for one in (down, none, silent)] == ["unreachable", "allowed", "unreachable"]
    assert robots_found(origin, f"{origin}/", None) is None


def test_an_opt_out_file_is_told_rule_by_rule() -> None:
    body = b'[{"location": "/a/", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}]'
    assert opt_out_file("o", Heard(200, body)) == ("o", "/a/ reserved; / free")
    assert opt_out_file("o", Heard(404)) == ("o", "none (HTTP 404)")
    assert opt_out_file("o", Heard(200, b"<html>")) == ("o", "there is one, without a rule that can be read")
