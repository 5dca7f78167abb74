"""An analyst edits the lexicon; a slip is answered with the file, the line and the entry."""

import shutil
from pathlib import Path

import pytest

from processing.errors import LexiconError
from processing.mentions import entries
from processing.mentions.matching import find, lexicon
from processing.mentions.normalise import normalise

CODES = ", frame: mutual, plover: X, cameo: '01', intensity: 1, strength: 1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "lexicon"
    shutil.copytree(entries.LEXICON, copy)
    return copy


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("triggers.yaml", "\n- {category: WAR" + CODES + "}", "unknown category"),
        ("triggers.yaml", "\n- {category: VISIT" + CODES.replace("'", "") + "}", "cameo code in quotes"),
        (
            "triggers.yaml",
            "\n- {category: VISIT" + CODES.replace("frame: mutual, ", "") + "}",
            "'frame' is missing",
        ),
        ("triggers.yaml", "\n- {category: VISIT, verb: [aller]}", "unknown key 'verb'"),
        (
            "actors/RUS-people.yaml",
            "\n- {name: Xx Yy, side: ZZZ, offices: []}",
            "side 'ZZZ' is not in actors/",
        ),
        (
            "actors/RUS-people.yaml",
            "\n- {name: Xx Yy, side: RUS, offices: [{office: o, from: 2020-01-01, to: 2019-01-01}]}",
            "ends before",
        ),
        (
            "actors/RUS-people.yaml",
            "\n- {name: Xx Yy, side: RUS, offices: [{office: o, from: hier}]}",
            "write a date",
        ),
        ("actors/others.yaml", "\n- {side: USA, countries: [Amérique]}", "side USA is defined twice"),
        ("cues.yaml", "\nmood:\n  phrases: [hélas]", "unknown key 'mood'"),
        ("modifiers.yaml", "\nplain: [x]", "'plain' twice"),
        ("masks.yaml", "\n- [", "masks.yaml"),
        ("domains.yaml", "\nVISIT: {nouns: [12]}", "nouns holds 12"),
    ],
)
def test_a_slip_names_file_and_entry(folder: Path, file: str, text: str, message: str) -> None:
    path = folder / file
    _append(path, text)
    with pytest.raises(LexiconError, match=message) as raised:
        lexicon(folder)
    assert str(raised.value).startswith(path.name)


def test_a_slip_names_its_line(folder: Path) -> None:
    path = folder / "actors" / "RUS-people.yaml"
    line = path.read_text(encoding="utf-8").count("\n") + 2
    _append(path, "\n- {name: Xx Yy, side: ZZZ, offices: []}")
    with pytest.raises(LexiconError, match=rf"people.yaml:{line} \(Xx Yy\)"):
        lexicon(folder)


def test_the_version_changes_with_any_word(folder: Path) -> None:
    before = lexicon().version
    _append(folder / "masks.yaml", "  - mer Jaune\n")
    assert lexicon(folder).version != before


def _names(text: str) -> list[tuple[str, str]]:
    norm = normalise(text)
    return [
        (norm.raw[h.start : h.end], h.senses.actor.side)
        for h in find(norm.low, norm.raw, lexicon())
        if h.senses.actor is not None and not h.senses.mask
    ]


@pytest.mark.parametrize(
    "text",
    [
        "la guerre d'Indochine",
        "une salade russe",
        "la roulette russe",
        "en mer de Chine méridionale",
        "des ombres chinoises",
        "un discours anti-russe",
        "un média pro-chinois",
        "bœuf Stroganov à la russe",
        "le Nouvel An chinois",
        "machinerie",
    ],
)
def test_words_that_only_contain_a_country_name_no_country(text: str) -> None:
    assert _names(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la Biélorussie", [("Biélorussie", "BLR")]),
        ("la République de Chine", [("République de Chine", "TWN")]),
        ("la République populaire de Chine", [("République populaire de Chine", "CHN")]),
        ("PEKIN ET MOSCOU", [("PEKIN", "CHN"), ("MOSCOU", "RUS")]),
        ("Etats-Unis", [("Etats-Unis", "USA")]),
        ("le Conseil de sécurité russe", [("Conseil de sécurité russe", "RUS")]),
        ("le Conseil de sécurité", [("Conseil de sécurité", "UNO")]),
        ("Moscou-Pékin", [("Moscou", "RUS"), ("Pékin", "CHN")]),
        ("Xi écoute", [("Xi", "CHN")]),
        ("la lettre xi", []),
    ],
)
def test_the_longest_name_wins(text: str, expected: list[tuple[str, str]]) -> None:
    assert _names(text) == expected


def test_compounds_of_every_pair_are_generated() -> None:
    norm = normalise("relations sino-russes, amitié russo-chinoise, accord franco-russe")
    pairs = [h.senses.compound for h in find(norm.low, norm.raw, lexicon()) if h.senses.compound]
    assert pairs == [("CHN", "RUS"), ("RUS", "CHN"), ("FRA", "RUS")]
