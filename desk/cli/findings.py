"""``vedette mentions``, ``search``, ``show``: what was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.context import database
from desk.cli.filters import (
    Category,
    Country,
    Kind,
    LeastScore,
    Polarity,
    Side,
    Since,
    Source,
    Until,
    Words,
    mention_filter,
)
from desk.cli.printing import (
    POLARITY_STYLE,
    as_csv,
    as_json_lines,
    counted,
    day,
    err,
    marked,
    mentions_table,
    no_longer_kept,
    out,
)
from processing.errors import VedetteError
from processing.store import findings
from processing.zone import PARIS

Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, nothing else.")]

CSV_COLUMNS = (
    "mention_id published_at source source_id country kind category polarity score sentence speaker trigger actors "
    "certainty stance time plover cameo intensity title url article_id story_id paywall rules_version"
).split()


def register(app: typer.Typer) -> None:
    app.command(epilog='Example: `vedette search "exercices navals"`')(search)
    app.command(epilog="Example: `vedette mentions --since 7d --category ARMS_TRANSFER --polarity denied`")(
        mentions
    )
    app.command(epilog="Example: `vedette show 42`")(show)
    app.command(epilog="Example: `vedette health --all`")(health)


def mentions(
    since: Since = None,
    until: Until = None,
    category: Category = None,
    polarity: Polarity = None,
    source: Source = None,
    country: Country = None,
    kind: Kind = None,
    side: Side = None,
    text: Words = None,
    least_score: LeastScore = 0.0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many (table: 50 unless given).")
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV with a header on stdout.")] = False,
) -> None:
    """List the mentions of Russia–China cooperation, newest first."""
    if json and csv:
        raise typer.BadParameter("choose one of --json and --csv")
    wanted = mention_filter(
        since=since,
        until=until,
        category=category,
        polarity=polarity,
        source=source,
        country=country,
        kind=kind,
        side=side,
        text=text,
        least_score=least_score,
        limit=limit or (None if json or csv else 50),
    )
    with database() as db:
        rows = findings.mentions(db.conn, wanted)
        if json:
            as_json_lines(rows)
        elif csv:
            as_csv(rows, CSV_COLUMNS)
        else:
            found = list(rows)
            if found:
                out.print(mentions_table(found))
            err.print(_sum_up(found, wanted.limit))


def search(
    words: Annotated[str, typer.Argument(help='Words; "a phrase", or, -without.')],
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    json: Json = False,
) -> None:
    """Search the articles: French word forms, accents optional, best first."""
    with database() as db:
        rows = findings.search(db.conn, words, limit=limit)
        if json:
            as_json_lines(rows)
            return
        table = Table(show_lines=True, expand=True, pad_edge=False)
        for name, options in (
            ("date", {"no_wrap": True}), ("source", {"max_width": 18}), ("article", {"ratio": 1}),
            ("mentions", {"justify": "right"}), ("id", {"justify": "right", "no_wrap": True}),
        ):  # fmt: skip
            table.add_column(name, **options)
        for row in rows:
            text = Text(row["title"], style="bold")
            text.append("\n").append_text(_snippet(row["snippet"]))
            table.add_row(
                day(row["published_at"]),
                row["source"] or "",
                text,
                str(row["mentions"] or ""),
                f"#{row['article_id']}",
            )
        if table.row_count:
            out.print(table)
        err.print(counted(table.row_count, "article") if table.row_count else f"no article has « {words} »")


def show(
    article: Annotated[str, typer.Argument(help="The number of an article, or its address.")],
    json: Json = False,
) -> None:
    """Show one article, its mentions marked."""
    with database() as db:
        number = article.removeprefix("#")
        key = int(number) if number.isdigit() else findings.article_id_of(db.conn, article)
        found = findings.article(db.conn, key) if key is not None else None
        if found is None:
            raise VedetteError(
                f"no article {article}: `vedette search WORDS` and `vedette mentions` give their numbers"
            )
        if json:
            as_json_lines([found])
            return
        _print_article(found)


def health(
    every: Annotated[bool, typer.Option("--all", help="List the healthy sources too.")] = False,
    json: Json = False,
) -> None:
    """List sources that fail, went silent, deliver less than usual or announce only a part of their articles.

    feeds: that answer. 1 d, 7 d: articles stored in a day and in a week; usual: in a usual week. told: the share of
    its articles that a source announces to us, estimated where it has two ways of announcing them.
    """
    with database() as db:
        rows = [row for row in findings.source_health(db.conn) if every or row["remark"]]
    if json:
        as_json_lines(rows)
        return
    table = Table(pad_edge=False)
    table.add_column("source", no_wrap=True)
    for name in ("feeds", "waiting", "refused", "1 d", "7 d", "usual", "told"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("remark")
    for row in rows:
        well = f"{row['feeds'] - row['failing_feeds']}/{row['feeds']}"
        numbers = (str(row[name] or "·") for name in ("waiting", "refused", "articles_day", "articles_week"))
        usual = "·" if row["articles_usual"] is None else f"{row['articles_usual']:.0f}"
        told = "·" if row["caught"] is None else f"{row['caught']:.0%}"
        table.add_row(row["source_id"], well, *numbers, usual, told, row["remark"])
    if rows:
        out.print(table)
    err.print(f"{counted(sum(bool(row['remark']) for row in rows), 'source')} to look at")


def _print_article(row: Mapping[str, Any]) -> None:
    when = (
        row["published_at"].astimezone(PARIS).strftime("%Y-%m-%d %H:%M") if row["published_at"] else "undated"
    )
    by = ", ".join(row["authors"]) or row["agency"] or ""
    out.print(
        Text(
            " · ".join(filter(None, [row["source"], when, by, "paywall" if row["paywall"] else ""])),
            style="dim",
        )
    )
    for field, style in (("title", "bold"), ("lead", "italic"), ("body", "")):
        text = Text(row[field], style=style)
        for mention in row["mentions"]:
            if mention["field"] == field:
                text.stylize(POLARITY_STYLE.get(mention["polarity"], ""), mention["start"], mention["end"])
                text.stylize("bold underline", mention["trigger"]["start"], mention["trigger"]["end"])
        if row[field]:
            out.print(text)
            out.print()
    for mention in row["mentions"]:
        actors = ", ".join(f"{actor['text']} ({actor['side']})" for actor in mention["actors"])
        line = Text(f"{mention['category']} ")
        line.append(mention["polarity"], style=POLARITY_STYLE.get(mention["polarity"], ""))
        line.append(f" {mention['score']:.2f} · {actors} · ")
        line.append_text(marked(mention["sentence"], [mention["trigger"]], mention["start"]))
        out.print(line)
    out.print(Text(row["url"], style="dim"), soft_wrap=True)
    if row["record_removed_at"]:
        out.print(Text(no_longer_kept(row["record_removed_at"]), style="dim"))


def _snippet(text: str) -> Text:
    shown = Text()
    for position, part in enumerate(re.split(r"[\[\]]", text)):
        shown.append(part, style="bold" if position % 2 else "")
    return shown


def _sum_up(rows: list[dict[str, Any]], limit: int | None) -> str:
    if not rows:
        return "no mentions"
    articles = len({row["article_id"] for row in rows})
    more = f", the newest {limit} (--limit gives more)" if limit == len(rows) else ""
    return f"{counted(len(rows), 'mention')} in {counted(articles, 'article')}{more}"
