"""``vedette brief``: the morning brief."""

from __future__ import annotations

import json as jsonlib
import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from desk.cli.context import database
from desk.cli.findings import Json
from desk.cli.printing import err
from processing.errors import VedetteError


class Lang(StrEnum):
    FR = "fr"
    EN = "en"


class Form(StrEnum):
    MARKDOWN = "markdown"
    HTML = "html"


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Example: `vedette brief`; `vedette brief --date 2026-11-25 --lang en --format html --output brief.html`"
    )(brief)


def brief(
    day: Annotated[
        str | None,
        typer.Option("--date", help="The day, as 2026-11-25; today unless given.", metavar="DAY"),
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the brief; quotations stay as printed.")] = Lang.FR,
    form: Annotated[
        Form, typer.Option("--format", help="markdown, or html: one mail or page, for screen and paper.")
    ] = Form.MARKDOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file, not to stdout.", metavar="FILE")
    ] = None,
    json: Json = False,
) -> None:
    """Write the morning brief of a day.

    The night's figures, the stories by weight with a quoted sentence of evidence each, what is denied, supposed or
    criticised apart, sources without an answer, corrections: three minutes of reading. It tells of what was collected
    from 06:30 of the day before to 06:30 of the day, Paris time.
    """
    if json and form is Form.HTML:
        raise typer.BadParameter("choose one of --json and --format html")
    # Imported late: templates take time to load that no other command needs to pay.
    from desk.brief import as_dict, as_html, as_markdown, write_brief
    from desk.brief.period import day_of
    from processing.zone import PARIS

    now = datetime.now(UTC)
    wanted = _day(day) if day else now.astimezone(PARIS).date()
    with database() as db:
        written = write_brief(db.url, wanted, lang.value, now=now)
        late = day_of(now)
        if written.figures.nothing_ran and wanted < late:
            coming = write_brief(db.url, late, lang.value, now=now).figures
            if not coming.nothing_ran:
                err.print(
                    f"what was collected since 06:30 stands in the next brief: vedette brief --date {late}",
                    soft_wrap=True,
                )
    if json:
        text = jsonlib.dumps(as_dict(written), ensure_ascii=False) + "\n"
    else:
        text = as_html(written) if form is Form.HTML else as_markdown(written)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise VedetteError(f"{output} cannot be written: {error.strerror}") from None
    err.print(f"written to {output}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: write it as 2026-11-25") from None
