"""Stories in the database: which articles belong together. Called where articles are stored, under its lock.

An article joins the stories of all articles that carry the same text; where they are several they become one. So the
stories are the connected components of « carries the same text », whatever the order in which articles come and
however many workers store them. An article whose text has changed leaves its story and joins anew; the others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.store.statements import statement
from processing.stories import AGREEING, AGREEING_SHARE, WINDOW, groups, same_story, shingles, sketch

Text = frozenset[int]


def place(conn: Connection[TupleRow], known: Mapping[int, Text] | None = None) -> None:
    """Give every article that has no story one, in the caller's transaction.

    ``known`` are the shingles of texts that the caller has worked out already, by page.
    """
    known = known or {}
    rows = conn.execute(statement("articles_without_story")).fetchall()
    if not rows:
        return
    texts = {
        id: known[page] if page in known else shingles(text_of(lead, body)) for id, page, lead, body, _ in rows
    }
    _keep_sketches(conn, texts, {id: at for id, _, _, _, at in rows})
    _join(conn, list(texts), _alike(conn, texts))


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


def _alike(conn: Connection[TupleRow], placed: Mapping[int, Text]) -> list[tuple[int, int]]:
    """Pairs that carry the same story; the first of each is one of those placed."""
    pairs = conn.execute(
        statement("worth_comparing"),
        {"articles": list(placed), "window": WINDOW, "agreeing": AGREEING, "share": AGREEING_SHARE},
    ).fetchall()
    texts = dict(placed)
    others = {other for _, other, _ in pairs} - placed.keys()
    for id, lead, body in conn.execute(
        "SELECT id, lead, body FROM press.article WHERE id = ANY(%s)", (list(others),)
    ):
        texts[id] = shingles(text_of(lead, body))
    return [
        (one, other) for one, other, identical in pairs if identical or same_story(texts[one], texts[other])
    ]


def _join(conn: Connection[TupleRow], placed: list[int], alike: list[tuple[int, int]]) -> None:
    """Put the placed articles, and the stories that they bring together, into one story a component."""
    carried: dict[int, int] = dict(
        conn.execute(
            "SELECT id, story_id FROM press.article WHERE id = ANY(%s) AND story_id IS NOT NULL",
            ([other for _, other in alike],),
        ).fetchall()
    )
    # A story is a node too, under the negative of its id.
    edges = [(id, id) for id in placed] + alike + [(id, -story) for id, story in carried.items()]
    found = groups(edges)
    known = [min((-node for node in group if node < 0), default=None) for group in found]
    fresh = iter(
        conn.execute(
            "INSERT INTO press.story SELECT FROM generate_series(1, %s) RETURNING id", (known.count(None),)
        ).fetchall()
    )
    stories = [next(fresh)[0] if story is None else story for story in known]
    members = [(id, story) for group, story in zip(found, stories, strict=True) for id in group & set(placed)]
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
