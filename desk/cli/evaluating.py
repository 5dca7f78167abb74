"""``vedette evaluate``: the flagger measured against labelled sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, err, out
from desk.cli.texts import Tiers, read_text
from processing.errors import GoldError
from processing.mentions import Mention, flag_text
from processing.mentions.comparison import Before, Change, changes, load_output
from processing.mentions.evaluation import Evaluation, GoldSentence, Verdict, evaluate, load_gold

_MEASURES = (
    "precision",
    "recall",
    "F1",
    "F1 without borderline",
    "polarity, among found",
    "category, among found",
    "F1 of articles",
)


def register(app: typer.Typer) -> None:
    app.command(
        "evaluate",
        epilog="Example: `vedette evaluate tests/gold/sentences.jsonl`; `vedette evaluate train.jsonl dev.jsonl`"
        " (side by side: their distance is the overfitting); `vedette flag-batch gold.jsonl > old.jsonl` before a"
        " change and `vedette evaluate gold.jsonl --compare old.jsonl` after it",
    )(evaluate_command)


def evaluate_command(
    gold: Annotated[
        list[Path], typer.Argument(help="Labelled sentences as JSON Lines; several stand side by side.")
    ],
    tiers: Tiers = 2,
    errors: Annotated[bool, typer.Option("--errors", help="List every miss and false alarm.")] = False,
    compare: Annotated[
        Path | None,
        typer.Option(
            help="What an older version made of the same file (output of flag-batch).", metavar="OLD"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Measure the flagger against labelled sentences: precision, recall, F1, polarity, category."""
    if compare is not None and len(gold) > 1:
        raise typer.BadParameter("--compare takes one gold file at a time")
    older = None if compare is None else _older(compare)
    results = [_measured(path, tiers) for path in gold]
    if compare is not None and older is not None:
        _compare(results[0], compare, older, json)
    elif json:
        as_json_lines(
            {"gold": path.name, **result.as_dict()} for path, result in zip(gold, results, strict=True)
        )
    else:
        out.print(_table([path.name for path in gold], results))
        for result in results:
            _print_traps(result)
            _print_errors(result, errors)


def _measured(path: Path, tiers: int) -> Evaluation:
    try:
        sentences: list[GoldSentence] = load_gold(read_text(str(path)).split("\n"))
    except GoldError as error:
        raise GoldError(f"{path}: {error}") from None
    with err.status("") as status:

        def flag(text: str, **given: Any) -> Sequence[Mention]:
            status.update(f"{path.name}: sentence {next(numbers)} of {len(sentences)}")
            return flag_text(text, tiers=tiers, **given)

        numbers = iter(range(1, len(sentences) + 1))
        return evaluate(sentences, flag)


def _rows(result: Evaluation) -> list[tuple[float | None, int, str]]:
    """Return value, of how many, and the interval's key for each of the measures."""
    coop, plain, found = result.coop, result.coop_without_borderline, result.coop.tp
    return [
        (coop.precision, coop.tp + coop.fp, "precision"),
        (coop.recall, coop.tp + coop.fn, "recall"),
        (coop.f1, coop.of, "f1"),
        (plain.f1, plain.of, ""),
        (result.polarity_accuracy, found, "polarity_accuracy"),
        (result.category_accuracy, found, "category_accuracy"),
        (result.articles.f1, result.articles.of, "") if result.articles else (None, 0, ""),
    ]


def _table(names: Sequence[str], results: Sequence[Evaluation]) -> Table:
    table = Table(pad_edge=False, caption="with 95 % bootstrap intervals", caption_justify="left")
    table.add_column("measure")
    for name in names:
        table.add_column(name, justify="right", overflow="fold")
    for measure, *rows in zip(_MEASURES, *map(_rows, results), strict=True):
        cells: list[str] = []
        for result, (value, of, key) in zip(results, rows, strict=True):
            low, high = result.intervals.get(key, (None, None))
            interval = f"  {low:.3f}–{high:.3f}" if low is not None and high is not None else ""
            cells.append(f"{value:.3f}{interval} of {of}" if value is not None else "")
        if any(cells):
            table.add_row(measure, *cells)
    return table


def _print_traps(result: Evaluation) -> None:
    wrong = {trap: counts for trap, counts in result.traps.items() if counts[0]}
    if wrong:
        out.print("errors by trap: " + ", ".join(f"{trap} {bad}/{of}" for trap, (bad, of) in wrong.items()))


def _print_errors(result: Evaluation, listed: bool) -> None:
    kinds: list[tuple[str, list[Verdict]]] = [
        ("missed", result.misses),
        ("false alarm", result.false_alarms),
        ("wrong polarity", result.wrong_polarity),
        ("wrong category", result.wrong_category),
    ]
    if not listed:
        if result.misses or result.false_alarms:
            err.print(
                f"{len(result.misses)} misses, {len(result.false_alarms)} false alarms: --errors lists them"
            )
        return
    for name, verdicts in kinds:
        for verdict in verdicts:
            said = f" → {verdict.best.category} {verdict.best.polarity}" if verdict.best else ""
            out.print(Text(f"{name} {verdict.gold.id}{said}: {verdict.gold.text}"), soft_wrap=True)


def _older(path: Path) -> Before:
    try:
        return load_output(read_text(str(path)).split("\n"))
    except GoldError as error:
        raise GoldError(f"{path}: {error}") from None


def _compare(result: Evaluation, path: Path, older: Before, json: bool) -> None:
    try:
        found = changes(result.verdicts, older)
    except GoldError as error:
        raise GoldError(f"{path}: {error}") from None
    if json:
        as_json_lines(change.as_dict() for change in found)
        return
    for change in found:
        out.print(_line(change), soft_wrap=True)
    gains = sum(change.gain is True for change in found)
    losses = sum(change.gain is False for change in found)
    err.print(f"{gains} gained, {losses} lost, {len(found) - gains - losses} changed without either")


def _line(change: Change) -> Text:
    word, style = {True: ("gained", "green"), False: ("lost", "red"), None: ("changed", "yellow")}[
        change.gain
    ]
    line = Text(f"{word} ", style=style)
    line.append(f"{change.verdict.gold.id} {_said(change.before)} → {_said(change.now)}: ", style="bold")
    line.append(change.verdict.gold.text, style="not bold")
    return line


def _said(labels: tuple[str, str] | None) -> str:
    return " ".join(labels) if labels else "no mention"
