"""How the command line prints: data to stdout, everything else to stderr."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from desk.exports.cells import as_json, cell
from processing.zone import PARIS

POLARITY_STYLE = {"affirmed": "green", "denied": "red", "hypothetical": "yellow", "criticised": "magenta"}

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def complain(line: str) -> None:
    """One line on stderr, never wrapped: it may name a long path."""
    print(f"vedette: {line}", file=sys.stderr)  # noqa: T201


def as_json_lines(rows: Iterable[Mapping[str, Any]]) -> int:
    """Print one JSON object per line; returns how many."""
    printed = 0
    for row in rows:
        sys.stdout.write(as_json(row) + "\n")
        printed += 1
    return printed


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> int:
    """Print comma-separated values with a header (RFC 4180); nested values as JSON. Returns the rows."""
    names = list(columns)
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    printed = 0
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in names])
        printed += 1
    return printed


def mentions_table(rows: Iterable[Mapping[str, Any]], title: str | None = None) -> Table:
    """Mentions for reading: who printed what kind, when, and the sentence with its trigger set off."""
    table = Table(title=title, title_justify="left", show_lines=True, expand=True, pad_edge=False)
    table.add_column("where", width=22)
    table.add_column("evidence", ratio=1)
    for row in rows:
        where = Text(row["source"] or "unknown source", style="bold")
        where.append(f"\n{day(row['published_at'])} · #{row['article_id']}\n", style="not bold dim")
        where.append(row["category"] + "\n", style="not bold")
        where.append(row["polarity"], style="not bold " + POLARITY_STYLE.get(row["polarity"], ""))
        where.append(f" {row['score']:.2f}", style="not bold")
        evidence = marked(row["sentence"], [row["trigger"]], row["start"])
        if row["speaker"]:
            evidence.append(f"\n— {row['speaker']['text']} ({row['speaker']['side']})", style="dim")
        table.add_row(where, evidence)
    return table


def marked(text: str, spans: Iterable[Mapping[str, Any]], offset: int = 0, style: str = "bold") -> Text:
    """``text`` with ``spans`` (start, end; counted from ``offset`` code points before it) set off."""
    shown = Text(text)
    for span in spans:
        start, end = max(0, span["start"] - offset), span["end"] - offset
        if end > start:
            shown.stylize(style, start, end)
    return shown


def counted(number: int, noun: str) -> str:
    """« 1 mention », « 2 mentions »."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def day(moment: datetime | None) -> str:
    """The day in Paris; « undated » when the page gave none."""
    return moment.astimezone(PARIS).strftime("%Y-%m-%d") if moment else "undated"


def no_longer_kept(removed_at: datetime) -> str:
    """Of a page whose segment was removed when its time was over (VEDETTE_KEEP_ARCHIVE)."""
    return f"its recording is no longer kept (removed on {day(removed_at)})"
