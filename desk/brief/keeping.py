"""The brief as files, and the row in ``press.run`` that says what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from desk.alerts.message import Message
from desk.brief.content import Brief, Language
from desk.brief.rendering import as_dict, as_html, as_markdown
from desk.brief.wording import words_of
from desk.exports.destination import destination
from processing.store import runs

STAGE = "brief"


@dataclass(frozen=True)
class Kept:
    """A brief that lies in its files."""

    run_id: int
    html: Path
    counts: dict[str, int]


def keep(conn: Connection[TupleRow], folder: Path, brief: Brief) -> Kept:
    """Write ``DAY.html``, ``DAY.md`` and ``DAY.json`` into the folder, each whole or not at all.

    A later brief of the same day replaces them.
    """
    n = brief.figures
    counts = {
        "articles": n.articles,
        "mentions": n.mentions,
        "with_mentions": n.mentioning,
        "stories": len(brief.stories),
        "sources_down": len(brief.down),
        "waiting": n.waiting,
    }
    with runs.recorded(conn, STAGE, subject=brief.period.day.isoformat()) as run:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, text in (
            ("md", as_markdown(brief)),
            ("json", json.dumps(as_dict(brief), ensure_ascii=False, indent=1)),
            ("html", as_html(brief)),
        ):
            path = folder / f"{brief.period.day}.{suffix}"
            with destination(str(path), binary=False) as file:
                file.write(text.encode())
        run.counts.update(counts)
        return Kept(run.id, path, counts)


def send_once(
    conn: Connection[TupleRow], day: date, html: Path, lang: Language, send: Callable[[Message], None]
) -> bool:
    """Send the day's brief unless it was sent before; returns whether it was sent now.

    The row that says so is written after the sending: a crash in between sends twice rather than never.
    """
    with runs.recorded(conn, STAGE, subject=day.isoformat()) as run:
        sent = conn.execute(
            "SELECT FROM press.run WHERE stage = %s AND subject = %s AND outcome = 'done' AND counts ? 'sent'",
            (STAGE, day.isoformat()),
        ).fetchone()
        if sent is not None:
            return False
        w = words_of(lang)
        send(Message(title=w("subject", date=w.date(day)), body=html.read_text(encoding="utf-8"), html=True))
        run.counts["sent"] = 1
        return True
