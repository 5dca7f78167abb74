"""``vedette flag-text``, ``flag-batch``, ``evaluate``, ``extract-page``: work on files, without the database."""

from __future__ import annotations

import datetime as dt
import json as jsonlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.findings import Json
from desk.cli.printing import POLARITY_STYLE, as_json_lines, counted, err, marked, out
from processing.errors import GoldError, VedetteError
from processing.mentions import flag_text
from processing.mentions.evaluation import Evaluation, load_gold
from processing.mentions.evaluation import evaluate as evaluate_gold


def register(app: typer.Typer) -> None:
    app.command(
        "flag-text", epilog="Example: `echo 'Pékin et Moscou signent un accord gazier.' | vedette flag-text`"
    )(flag_text_command)
    app.command("flag-batch", epilog="Example: `vedette flag-batch sentences.jsonl > mentions.jsonl`")(
        flag_batch
    )
    app.command(epilog="Example: `vedette evaluate tests/gold/sentences.jsonl`")(evaluate)
    app.command(
        "extract-page", epilog="Example: `vedette extract-page page.html --url https://www.rfi.fr/fr/a`"
    )(extract_page_command)


def flag_text_command(
    file: Annotated[str, typer.Argument(help="A text file in UTF-8; - for stdin.")] = "-",
    date: Annotated[
        str | None, typer.Option(help="The day the text is from: offices are dated.", metavar="DAY")
    ] = None,
    json: Json = False,
) -> None:
    """Flag a text and print its mentions."""
    text = _read(file)
    mentions = flag_text(text, date=_day(date))
    if json:
        as_json_lines(mention.as_dict() for mention in mentions)
        return
    for mention in mentions:
        _print_mention(mention.as_dict())
    err.print(counted(len(mentions), "mention"))


def flag_batch(
    file: Annotated[
        str, typer.Argument(help='JSON Lines {"id","title"?,"context"?,"text","date"?}; - for stdin.')
    ],
) -> None:
    """Flag many texts: a line {"id", "mentions"} for each line read."""
    for number, line in enumerate(_read(file).split("\n"), start=1):
        if line.strip():
            item = _batch_item(line, file, number)
            mentions = flag_text(
                item["text"],
                title=item.get("title") or "",
                context=item.get("context") or "",
                date=_day(item.get("date"), f"{file}:{number}"),
            )
            as_json_lines([{"id": item["id"], "mentions": [mention.as_dict() for mention in mentions]}])


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Labelled sentences as JSON Lines.")],
    errors: Annotated[bool, typer.Option("--errors", help="List every miss and false alarm.")] = False,
    json: Json = False,
) -> None:
    """Measure the flagger against labelled sentences: precision, recall, F1, polarity, category."""
    try:
        sentences = load_gold(_read(str(gold)).split("\n"))
    except GoldError as error:
        raise GoldError(f"{gold}: {error}") from None
    result = evaluate_gold(sentences)
    if json:
        as_json_lines([result.as_dict()])
        return
    _print_evaluation(result, errors)


def extract_page_command(
    file: Annotated[Path, typer.Argument(help="An HTML file.")],
    url: Annotated[str, typer.Option(help="The address it was fetched from.")],
) -> None:
    """Clean one HTML page and print the article as JSON (or why it is none)."""
    from processing.clean import extract_page

    try:
        body = file.read_bytes()
    except OSError as error:
        raise VedetteError(f"{file} cannot be read: {error.strerror}") from None
    as_json_lines([extract_page(body, url=url, fetched_at=dt.datetime.now(dt.UTC)).as_dict()])


def _print_mention(mention: Mapping[str, Any]) -> None:
    head = Text(f"{mention['category']} ")
    head.append(mention["polarity"], style=POLARITY_STYLE.get(mention["polarity"], ""))
    head.append(f"  {mention['plover']} {mention['cameo']}  {mention['time']}, {mention['certainty']}")
    head.append(f"  score {mention['score']:.2f}")
    out.print(head)
    out.print(marked(mention["sentence"], [mention["trigger"]], mention["start"]))
    actors = ", ".join(f"{actor['text']} ({actor['side']})" for actor in mention["actors"])
    said = (
        f" · said by {mention['speaker']['text']} ({mention['speaker']['side']})"
        if mention["speaker"]
        else ""
    )
    out.print(Text(f"{mention['start']}–{mention['end']} · {actors}{said}\n", style="dim"))


def _print_evaluation(result: Evaluation, errors: bool) -> None:
    table = Table(pad_edge=False)
    table.add_column("measure")
    for name in ("value", "95 % interval", "of"):
        table.add_column(name, justify="right")

    def add(name: str, value: float | None, of: int, key: str = "") -> None:
        low, high = result.intervals.get(key, (None, None))
        interval = f"{low:.3f} – {high:.3f}" if low is not None and high is not None else ""
        table.add_row(name, "–" if value is None else f"{value:.3f}", interval, str(of))

    found = result.coop.tp
    for name, counts in (("", result.coop), (" without borderline", result.coop_without_borderline)):
        add(f"precision{name}", counts.precision, counts.tp + counts.fp)
        add(f"recall{name}", counts.recall, counts.tp + counts.fn)
        add(f"F1{name}", counts.f1, counts.of, "" if name else "f1")
    add("polarity right, among found", result.polarity_accuracy, found, "polarity")
    add("category right, among found", result.category_accuracy, found, "category")
    if result.articles:
        add("F1 of articles", result.articles.f1, result.articles.of)
    out.print(table)
    wrong = {trap: counts for trap, counts in result.traps.items() if counts[0]}
    if wrong:
        out.print("errors by trap: " + ", ".join(f"{trap} {bad}/{of}" for trap, (bad, of) in wrong.items()))
    if errors:
        _print_errors(result)
    elif result.misses or result.false_alarms:
        err.print(
            f"{len(result.misses)} misses, {len(result.false_alarms)} false alarms: --errors lists them"
        )


def _print_errors(result: Evaluation) -> None:
    for name, verdicts in (
        ("missed", result.misses),
        ("false alarm", result.false_alarms),
        ("wrong polarity", result.wrong_polarity),
        ("wrong category", result.wrong_category),
    ):
        for verdict in verdicts:
            said = f" → {verdict.best.category} {verdict.best.polarity}" if verdict.best else ""
            out.print(Text(f"{name} {verdict.gold.id}{said}: {verdict.gold.text}"), soft_wrap=True)


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise VedetteError(f"{file} cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        name = "stdin" if file == "-" else file
        raise VedetteError(
            f"{name} is not UTF-8 (byte {error.start}): convert it first, for instance with iconv"
        ) from None


def _batch_item(line: str, file: str, number: int) -> dict[str, Any]:
    try:
        item = jsonlib.loads(line)
    except ValueError as error:
        raise VedetteError(f"{file}:{number}: not JSON: {error}") from None
    if not isinstance(item, dict) or "id" not in item or not isinstance(item.get("text"), str):
        raise VedetteError(f'{file}:{number}: want an object with "id" and "text"')
    for name in ("title", "context", "date"):
        if not isinstance(item.get(name), str | None):
            raise VedetteError(f'{file}:{number}: "{name}" must be text')
    return item


def _day(text: str | None, where: str | None = None) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        problem = f"{text!r} is not a day: write it as 2026-11-23"
        if where:
            raise VedetteError(f"{where}: {problem}") from None
        raise typer.BadParameter(problem) from None
