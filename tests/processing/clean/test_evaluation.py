"""What the figures of cleaning say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from processing.archive.reading import ArchivedPage
from processing.clean.evaluation import ALL, Extractor, Figures, Reading, evaluate, load_gold
from processing.errors import GoldError


def page(number: int, host: str = "a.example") -> ArchivedPage:
    return ArchivedPage(
        f"https://{host}/{number}", 200, (), b"", datetime(2026, 1, 1, tzinfo=UTC), "text/html"
    )


def figures(extractor: Extractor, gold: str = "", pages: int = 1) -> Figures:
    return evaluate([page(n) for n in range(pages)], load_gold(gold.splitlines()), {"x": extractor})["x"][ALL]


GOLD = (
    '{"url": "https://a.example/0", "title": "L\'accord", "date": "2026-06-09", "authors": ["Jeanne Carval"], '
    '"lead": "Un deux.", "body": "Trois quatre.", "with": ["Trois « quatre »"], "without": ["Lire aussi"]}'
)


def test_a_right_reading_has_full_marks() -> None:
    found = figures(
        lambda _: Reading('Un deux.\nTrois "quatre".', "L’accord", date(2026, 6, 9), ("Jeanne CARVAL",)), GOLD
    ).as_dict()
    for name in ("token_f1", "segment_f1", "title", "date", "authors"):
        assert found[name] == 1.0


def test_words_too_few_and_too_many_count_apart() -> None:
    found = figures(lambda _: Reading("Un deux trois cinq six sept"), GOLD).as_dict()
    assert (found["token_precision"], found["token_recall"]) == (0.5, 0.75)


def test_a_passage_missed_and_one_kept_wrongly_both_count() -> None:
    found = figures(lambda _: Reading("Lire aussi : tout"), GOLD)
    assert (found.present.right, found.absent.right, found.segment_f1) == (0, 0, 0.0)


def test_a_line_that_recurs_on_a_host_is_found_without_gold() -> None:
    found = figures(lambda page: Reading(f"Texte {page.url}\nInscrivez-vous"), pages=4)
    assert (found.recurrent.right, found.recurrent.of) == (0, 4)
    assert figures(lambda page: Reading(f"Texte {page.url}"), pages=4).recurrent.right == 4


def test_an_extractor_that_raises_has_read_nothing_and_is_counted() -> None:
    def raising(_: ArchivedPage) -> Reading:
        raise RuntimeError("oops")

    found = figures(raising, GOLD)
    assert (found.failed, found.f1, found.title.right) == (1, [0.0], 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "line 1: not JSON"),
        ("[]", 'line 1: want an object with "url"'),
        ('{"url": "u", "title": 3}', 'line 1: "title" must be text'),
        ('{"url": "u", "with": "x"}', 'line 1: "with" must be a list of texts'),
        ('{"url": "u", "date": "hier"}', "line 1: 'hier' is not a day: write it as 2020-06-30"),
    ],
)
def test_a_wrong_line_of_gold_is_named(line: str, reason: str) -> None:
    with pytest.raises(GoldError, match=reason.replace("[", r"\[")):
        load_gold([line])
