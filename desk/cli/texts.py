"""``vedette flag-text``, ``flag-batch``, ``extract-page``: work on files, without the database."""

from __future__ import annotations

import datetime as dt
import json as jsonlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from desk.cli.findings import Json
from desk.cli.printing import POLARITY_STYLE, as_json_lines, counted, err, marked, out
from processing.errors import VedetteError
from processing.mentions import explain, flag_text

Tiers = Annotated[
    int,
    typer.Option(
        help="1: the rules alone. 2: the encoder has the last word, where it is installed.", min=1, max=2
    ),
]


def register(app: typer.Typer) -> None:
    app.command(
        "flag-text",
        epilog="Example: `echo 'Pékin et Moscou signent un accord gazier.' | vedette flag-text --explain`",
    )(flag_text_command)
    app.command("flag-batch", epilog="Example: `vedette flag-batch sentences.jsonl > mentions.jsonl`")(
        flag_batch
    )
    app.command(
        "extract-page", epilog="Example: `vedette extract-page page.html --url https://www.rfi.fr/fr/a`"
    )(extract_page_command)


def flag_text_command(
    file: Annotated[str, typer.Argument(help="A text file in UTF-8; - for stdin.")] = "-",
    date: Annotated[
        str | None, typer.Option(help="The day the text is from: offices are dated.", metavar="DAY")
    ] = None,
    tiers: Tiers = 2,
    explained: Annotated[
        bool, typer.Option("--explain", help="Draw each sentence with what was seen in it, and the sum.")
    ] = False,
    json: Json = False,
) -> None:
    """Flag a text and print its mentions."""
    text = read_text(file)
    mentions = flag_text(text, date=_day(date), tiers=tiers)
    if json:
        as_json_lines(mention.as_dict() for mention in mentions)
        return
    for mention in mentions:
        if explained:
            out.print(Text(explain(mention) + "\n"), soft_wrap=True)
        else:
            _print_mention(mention.as_dict())
    err.print(counted(len(mentions), "mention"))


def flag_batch(
    file: Annotated[
        str, typer.Argument(help='JSON Lines {"id","title"?,"context"?,"text","date"?}; - for stdin.')
    ],
    tiers: Tiers = 2,
) -> None:
    """Flag many texts: a line {"id", "mentions"} for each line read."""
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if line.strip():
            item = _batch_item(line, file, number)
            mentions = flag_text(
                item["text"],
                title=item.get("title") or "",
                context=item.get("context") or "",
                date=_day(item.get("date"), f"{file}:{number}"),
                tiers=tiers,
            )
            as_json_lines([{"id": item["id"], "mentions": [mention.as_dict() for mention in mentions]}])


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


def read_text(file: str) -> str:
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
