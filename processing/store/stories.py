"""Stories in the database: which articles belong together. Called where articles are stored, under its lock.

An article joins the stories of all articles that carry the same text; where they are several they become one. So the
stories are the connected components of « carries the same text », whatever the order in which articles come and
however many workers store them. An article whose text has changed leaves its story and joins anew; the others stay.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Set
from datetime import datetime
from itertools import islice

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.store.statements import statement
from processing.stories import AGREEING, AGREEING_SHARE, WINDOW, Components, same_story, shingles, sketch

Text = frozenset[int]

COMPARED = 500
"""Pairs whose texts are in memory at once."""
REMEMBERED = 5_000
"""Texts whose shingles a process keeps, 4 kB each for 500 words."""

Version = tuple[int, datetime]
"""A text of an article: its id, and since when it has had it."""

_remembered: dict[Version, array[int]] = {}
"""The text looked at last comes last."""


def place(conn: Connection[TupleRow], known: Mapping[int, Text] | None = None) -> None:
    """Give every article that has no story one, in the caller's transaction.

    ``known`` are the shingles of texts that the caller has worked out already, by page.
    """
    known = known or {}
    rows = conn.execute(statement("articles_without_story")).fetchall()
    if not rows:
        return
    texts = {
        id: known[page] if page in known else shingles(text_of(lead, body))
        for id, page, lead, body, _ in rows
    }
    _keep_sketches(conn, texts, {id: at for id, _, _, _, at in rows})
    _join(conn, texts.keys(), _alike(conn, texts))


def text_of(lead: str, body: str) -> str:
    """The text by which an article's story is told: without the title, which each outlet makes its own."""
    return f"{lead}\n{body}"


def leave(conn: Connection[TupleRow]) -> list[int]:
    """Take the articles whose staged text is another out of their stories; returns these stories."""
    return [row[0] for row in conn.execute(statement("leave_stories"))]


def forget_empty(conn: Connection[TupleRow], stories: Iterable[int]) -> None:
    """Delete those of the stories that no article carries any more."""
    conn.execute(
        """
        DELETE FROM press.story s
        WHERE id = ANY(%s) AND NOT EXISTS (SELECT FROM press.article a WHERE a.story_id = s.id)
        """,
        (list(stories),),
    )


def _keep_sketches(
    conn: Connection[TupleRow], texts: Mapping[int, Text], times: Mapping[int, datetime]
) -> None:
    conn.execute("DELETE FROM press.sketch WHERE article_id = ANY(%s)", (list(texts),))
    with (
        conn.cursor() as cursor,
        cursor.copy("COPY press.sketch (value, article_id, at, size) FROM STDIN") as copy,
    ):
        for id, text in texts.items():
            values = sketch(text)
            for value in values:
                copy.write_row((value, id, times[id], len(values)))


def _alike(conn: Connection[TupleRow], placed: Mapping[int, Text]) -> Components[int]:
    """The placed articles with those that carry the same story, and these with their stories.

    A story is a node too, under the negative of its id. Pairs are compared in the order of how well their sketches
    agree, and those that are known to belong together by then are not: of a dispatch that forty outlets carry one
    comparison is needed.
    """
    found: Components[int] = Components()
    for id in placed:
        found.join(id, id)
    pairs: list[tuple[int, Version]] = []
    for one, other, since, story, identical in conn.execute(
        statement("worth_comparing"),
        {"articles": list(placed), "window": WINDOW, "agreeing": AGREEING, "share": AGREEING_SHARE},
    ):
        if story is not None:
            found.join(other, -story)
        if identical:
            found.join(one, other)
        else:
            pairs.append((one, (other, since)))
    for begin in range(0, len(pairs), COMPARED):
        open_pairs = [
            pair for pair in pairs[begin : begin + COMPARED] if not found.together(pair[0], pair[1][0])
        ]
        texts = _texts(conn, {version for _, version in open_pairs if version[0] not in placed})
        for one, version in open_pairs:
            other = version[0]
            text = placed.get(other) or texts.get(version, ())
            if not found.together(one, other) and same_story(placed[one], text):
                found.join(one, other)
    return found


def _texts(conn: Connection[TupleRow], versions: Set[Version]) -> Mapping[Version, Collection[int]]:
    """Their shingles. Those compared last are remembered: a background paragraph brings the same articles up again."""
    texts = {version: _remembered.pop(version) for version in versions & _remembered.keys()}
    if missing := versions - texts.keys():
        rows = conn.execute(
            "SELECT id, extracted_at, lead, body FROM press.article WHERE id = ANY(%s)",
            ([id for id, _ in missing],),
        )
        texts |= {(id, since): array("q", shingles(text_of(lead, body))) for id, since, lead, body in rows}
    _remembered.update(texts)
    for version in list(islice(_remembered, max(0, len(_remembered) - REMEMBERED))):
        del _remembered[version]
    return texts


def _join(conn: Connection[TupleRow], placed: Set[int], components: Components[int]) -> None:
    """Put the placed articles, and the stories that they bring together, into one story a component."""
    found = components.groups()
    known = [min((-node for node in group if node < 0), default=None) for group in found]
    fresh = iter(
        conn.execute(
            "INSERT INTO press.story SELECT FROM generate_series(1, %s) RETURNING id", (known.count(None),)
        ).fetchall()
    )
    stories = [next(fresh)[0] if story is None else story for story in known]
    members = [(id, story) for group, story in zip(found, stories, strict=True) for id in group & placed]
    conn.execute(
        """
        UPDATE press.article a SET story_id = t.story
        FROM unnest(%s::bigint[], %s::bigint[]) AS t (article, story) WHERE a.id = t.article
        """,
        ([id for id, _ in members], [story for _, story in members]),
    )
    merged = [
        (-node, story)
        for group, story in zip(found, stories, strict=True)
        for node in group
        if node < 0 and -node != story
    ]
    if merged:
        conn.execute(
            """
            UPDATE press.article a SET story_id = t.into_story
            FROM unnest(%s::bigint[], %s::bigint[]) AS t (story, into_story) WHERE a.story_id = t.story
            """,
            ([story for story, _ in merged], [into for _, into in merged]),
        )
        forget_empty(conn, [story for story, _ in merged])
