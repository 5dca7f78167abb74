"""``vedette evaluate-extraction``: cleaning measured on recorded pages, beside trafilatura as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.status import Status
from rich.table import Table

from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, counted, err, out
from desk.cli.texts import read_text
from processing.archive.reading import ArchivedPage, iterate
from processing.clean.evaluation import ALL, Figures, Share, evaluate, load_gold
from processing.errors import GoldError, VedetteError

BATCH = 50
BESIDE = "trafilatura"
"""Whose speed is 1."""


def register(app: typer.Typer) -> None:
    app.command(
        "evaluate-extraction",
        epilog="Example: `vedette evaluate-extraction pages.warc.gz gold.jsonl`; with `--by-site` a table for each "
        "host; `--json | jq .token_f1`",
    )(evaluate_extraction)


def evaluate_extraction(
    warc: Annotated[Path, typer.Argument(help="Recorded pages.")],
    gold: Annotated[
        Path,
        typer.Argument(
            help='JSON Lines: "url", and what is known of the page: "title", "date", "authors", "lead" and "body", '
            '"with" and "without" (passages that must and must not be kept).'
        ),
    ],
    by_site: Annotated[bool, typer.Option("--by-site", help="A table for each host as well.")] = False,
    json: Json = False,
) -> None:
    """Measure cleaning on recorded pages: words, passages, titles, dates, authors, lines that recur, speed.

    trafilatura with its own settings, whole and fast, reads the same pages in the same run.
    """
    # Imported late: trafilatura takes long to load.
    from processing.clean.peers import EXTRACTORS

    try:
        known = load_gold(read_text(str(gold)).split("\n"))
    except GoldError as error:
        raise GoldError(f"{gold}: {error}") from None
    with err.status("") as status:
        found = evaluate(_pages(warc, status), known, EXTRACTORS)
    sites = sorted({site for by in found.values() for site in by} - {ALL}) if by_site else []
    if json:
        as_json_lines(
            {"extractor": name, "site": site, **by[site].as_dict()}
            for site in [ALL, *sites]
            for name, by in found.items()
        )
        return
    for site in [*sites, ALL]:
        out.print(_table(site, {name: by[site] for name, by in found.items()}))


def _pages(warc: Path, status: Status) -> Iterator[ArchivedPage]:
    """The recorded pages, one by one, with progress; caches are dropped as in a night."""
    from processing.clean.body import free_memory

    try:
        for number, (_, page) in enumerate(iterate(warc), start=1):
            status.update(f"page {number}: {page.url[:80]}")
            if page.purpose == "page":
                yield page
            if number % BATCH == 0:
                free_memory()
    except OSError as error:
        raise VedetteError(f"{warc} cannot be read: {error.strerror}") from None


def _table(site: str, found: Mapping[str, Figures]) -> Table:
    pages = max(figures.pages for figures in found.values())
    table = Table(title="" if site == ALL else site, title_justify="left", pad_edge=False)
    table.add_column(counted(pages, "page"))
    for name in found:
        table.add_column(name, justify="right")
    quickest = next((figures.seconds for name, figures in found.items() if name == BESIDE), 0.0)
    for measure, shown in _ROWS.items():
        cells = [shown(figures) for figures in found.values()]
        if any(cells):
            table.add_row(measure, *cells)
    if quickest:
        table.add_row(
            f"speed, {BESIDE} = 1",
            *(f"{quickest / figures.seconds:.2f}" if figures.seconds else "" for figures in found.values()),
        )
    return table


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.3f}" if values else ""


def _of(share: Share) -> str:
    return f"{share.right} of {share.of}" if share.of else ""


_ROWS: Mapping[str, Callable[[Figures], str]] = {
    "words: precision": lambda figures: _mean(figures.precision),
    "words: recall": lambda figures: _mean(figures.recall),
    "words: F1": lambda figures: _mean(figures.f1),
    "passages kept": lambda figures: _of(figures.present),
    "passages left out": lambda figures: _of(figures.absent),
    "passages: F1": lambda figures: f"{figures.segment_f1:.3f}" if figures.segment_f1 is not None else "",
    "title right": lambda figures: _of(figures.title),
    "date right": lambda figures: _of(figures.day),
    "authors right": lambda figures: _of(figures.authors),
    "no recurrent line": lambda figures: _of(figures.recurrent),
    "pages per CPU-second": lambda figures: (
        f"{figures.pages / figures.seconds:.1f}" if figures.seconds else ""
    ),
    "could not be read": lambda figures: str(figures.failed) if figures.failed else "",
}
