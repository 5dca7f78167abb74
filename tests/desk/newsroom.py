"""Sources, articles and mentions for the tests of the brief, written into a real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from processing.mentions import Mention
from processing.store import mentions, stories

DAY = date(2026, 11, 25)
NIGHT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
"""Within the period of DAY."""
MORNING = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
"""Half an hour after its end."""


@dataclass(frozen=True)
class Found:
    """A sentence of an article's body that counts as a mention. The trigger is ``trigger``, its first words else."""

    sentence: str
    polarity: str = "affirmed"
    category: str = "STRATEGIC"
    certainty: str = "fact"
    time: str = "present"
    intensity: float = 4.0
    score: float = 0.9
    speaker: tuple[str, str] | None = None
    field: str = "body"


@dataclass
class Newsroom:
    """Writes rows as the stages would."""

    conn: Connection[TupleRow]
    run_id: int = 0
    known: set[str] = field(default_factory=set)

    def night(self, *, outcome: str = "done", error: str | None = None, stage: str = "crawl") -> None:
        row = self.conn.execute(
            "INSERT INTO press.run (stage, started_at, finished_at, outcome, error) "
            "VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (stage, NIGHT, NIGHT, outcome, error),
        ).fetchone()
        assert row
        self.run_id = row[0]

    def source(self, name: str, *, state_media_of: str | None = None) -> str:
        id = "".join(sign for sign in name.casefold() if sign in "abcdefghijklmnopqrstuvwxyz0123456789-")
        if id not in self.known:
            self.conn.execute(
                "INSERT INTO press.source (id, name, country, kind, homepage, state_media_of) "
                "VALUES (%s, %s, 'FR', 'daily', 'https://x.fr/', %s)",
                (id, name, state_media_of),
            )
            self.conn.execute("INSERT INTO press.feed (source_id, url, kind) VALUES (%s, 'f', 'feed')", (id,))
            self.known.add(id)
        return id

    def look(self, name: str, outcome: str, error: str | None = None, at: datetime = NIGHT) -> None:
        self.conn.execute(
            "INSERT INTO press.poll (feed_id, at, outcome, error) "
            "SELECT id, %s, %s, %s FROM press.feed WHERE source_id = %s",
            (at, outcome, error, self.source(name)),
        )

    def article(
        self,
        title: str,
        *found: Found,
        outlet: str = "Le Journal",
        url: str | None = None,
        lead: str = "",
        body: str | None = None,
        stored_at: datetime = NIGHT,
        published_at: datetime | None = NIGHT,
        agency: str | None = None,
        story: int | None = None,
        flagged: bool = True,
    ) -> int:
        body = "\n".join(one.sentence for one in found if one.field == "body") if body is None else body
        source = self.source(outlet)
        row = self.conn.execute(
            "WITH held AS (INSERT INTO press.segment (path, records, bytes, sha256) VALUES ('s', 1, 1, 'x') "
            "ON CONFLICT (path, sha256) DO UPDATE SET records = 1 RETURNING id) "
            "INSERT INTO press.page (url, source_id, fetch_url, state, segment_id, record_offset, first_fetched_at) "
            "SELECT coalesce(%s, 'https://x.fr/' || gen_random_uuid()), %s, '', 'extracted', id, 0, %s FROM held "
            "RETURNING id, url",
            (url, source, stored_at),
        ).fetchone()
        assert row
        page, address = row
        row = self.conn.execute(
            "INSERT INTO press.article (page_id, source_id, url, title, lead, body, language, words, "
            "extractor_version, stored_at, published_at, agency, story_id, flagged_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, 'fr', 9, 'v', %s, %s, %s, %s, %s) RETURNING id",
            (page, source, address, title, lead, body, stored_at, published_at, agency,
             story or self.story(), stored_at if flagged else None),
        ).fetchone()  # fmt: skip
        assert row
        texts = {"title": title, "lead": lead, "body": body}
        for one in found:
            self._mention(row[0], one, texts[one.field].index(one.sentence))
        return int(row[0])

    def story(self) -> int:
        row = self.conn.execute("INSERT INTO press.story DEFAULT VALUES RETURNING id").fetchone()
        assert row
        return int(row[0])

    def flagged(self, article: int, found: Sequence[Mention]) -> None:
        """Store what the real flagger found in an article."""
        mentions.replace(self.conn, {article: found}, rules_version="v", run_id=self.run_id)

    def place_stories(self) -> None:
        with self.conn.transaction():
            stories.place(self.conn)

    def review(self, sentence: str, verdict: str, **corrected: str) -> None:
        self.conn.execute(
            "INSERT INTO press.review (article_id, field, start_offset, end_offset, sentence, verdict, category, "
            "polarity, reviewer) SELECT article_id, field, start_offset, end_offset, sentence, %s, %s, %s, 'ana' "
            "FROM press.mention WHERE sentence = %s",
            (verdict, corrected.get("category"), corrected.get("polarity"), sentence),
        )

    def revision(self, article: int, changed: list[str], gained: int = 0, lost: int = 0) -> None:
        some: list[dict[str, Any]] = [{"sentence": "s", "category": "VISIT", "polarity": "denied"}]
        self.conn.execute(
            "INSERT INTO press.revision (article_id, noted_at, changed, title, lead, body, held_from, mentions_gained, "
            "mentions_lost) VALUES (%s, %s, %s, 'avant', '', '', now(), %s, %s)",
            (article, NIGHT, changed, Jsonb(some * gained), Jsonb(some * lost)),
        )

    def _mention(self, article: int, one: Found, start: int) -> None:
        words = {"start": start, "end": start + len(one.sentence.split()[0])}
        actors = [
            {
                "side": side,
                "kind": "country",
                "text": text,
                "start": start + at,
                "end": start + at + len(text),
            }
            for side, text in (("RUS", "Russie"), ("CHN", "Chine"))
            if (at := one.sentence.find(text)) >= 0
        ]
        self.conn.execute(
            "INSERT INTO press.mention (article_id, field, start_offset, end_offset, sentence, category, plover, "
            "cameo, intensity, polarity, negated, certainty, stance, time, actors, trigger, speaker, score, tier, "
            "features, rules_version) VALUES (%s, %s, %s, %s, %s, %s, 'COOPERATE', '040', %s, %s, false, %s, "
            "'neutral', %s, %s, %s, %s, %s, 1, '{}', 'v')",
            (article, one.field, start, start + len(one.sentence), one.sentence, one.category, one.intensity,
             one.polarity, one.certainty, one.time, Jsonb(actors), Jsonb({"text": "x", **words}),
             Jsonb({"text": one.speaker[0], "side": one.speaker[1]}) if one.speaker else None, one.score),
        )  # fmt: skip
