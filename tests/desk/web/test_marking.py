"""A text is cut for marking without losing a character; what is marked is what was found."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desk.web.marking import paragraphs, sentence, snippet
from processing.mentions import flag_article

TEXT = "Selon Sergueï Choïgou, la Russie et la Chine tiendront des exercices conjoints."


def mention(key: int, start: int, end: int, **spans: Any) -> dict[str, Any]:
    given = {
        "mention_id": key, "start": start, "end": end, "actors": [], "cues": [], "speaker": None,
        "trigger": {"text": "", "start": start, "end": start}, "sentence": "",
    }  # fmt: skip
    return {**given, **spans}


def text_of(found: Any) -> str:
    return "\n".join("".join(p.text for stretch in line for p in stretch.pieces) for line in found)


def marked(role: str, found: Any) -> str:
    pieces = [p for line in found for stretch in line for p in stretch.pieces]
    return "".join(piece.text for piece in pieces if role in piece.roles.split())


def test_actors_trigger_and_speaker_are_marked_where_they_stand() -> None:
    (found,) = flag_article(title="", lead="", body=TEXT, tiers=1)
    row = {**found.as_dict(), "mention_id": 1, "cues": []}
    shown = paragraphs(TEXT, [row])
    assert text_of(shown) == TEXT
    assert marked("trigger", shown) == found.trigger.text
    assert {"Russie", "Chine"} <= {actor.text for actor in found.actors}
    assert "Russie" in marked("actor", shown)
    assert "Choïgou" in marked("speaker", shown)
    assert "".join(p.text for s in sentence(row) for p in s.pieces) == found.sentence


def test_a_speaker_named_before_the_sentence_is_found_there() -> None:
    text = "Wang Yi s’est exprimé. « Nous coopérons avec Moscou. »"
    row = mention(1, 23, len(text), speaker={"text": "Wang Yi", "side": "CHN"})
    assert marked("speaker", paragraphs(text, [row])) == "Wang Yi"


def test_each_mention_begins_once_where_its_sentence_does() -> None:
    text = "Un. Deux.\nTrois."
    shown = paragraphs(text, [mention(1, 0, 3), mention(2, 0, 3), mention(3, 4, 9), mention(4, 10, 16)])
    assert [stretch.opens for line in shown for stretch in line if stretch.opens] == [(1, 2), (3,), (4,)]


LINES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=30)
SPAN = st.tuples(st.integers(0, 90), st.integers(1, 40)).map(lambda span: (span[0], span[0] + span[1]))


@given(
    lines=st.lists(LINES, max_size=4),
    spans=st.lists(st.tuples(SPAN, SPAN, SPAN), max_size=4),
)
def test_whatever_the_spans_the_text_is_whole(lines: list[str], spans: list[Any]) -> None:
    text = "\n".join(lines)
    mentions = [
        mention(
            key, *whole,
            trigger={"text": "", "start": trigger[0], "end": trigger[1]},
            actors=[{"side": "RUS", "text": "", "start": actor[0], "end": actor[1]}],
        )
        for key, (whole, trigger, actor) in enumerate(spans)
    ]  # fmt: skip
    assert text_of(paragraphs(text, mentions)) == "\n".join(line for line in lines if line.strip())


@given(st.text())
def test_a_snippet_keeps_its_text(text: str) -> None:
    parts = snippet(text)
    assert "".join(part for part, _ in parts) == text.replace("\ue000", "").replace("\ue001", "")
