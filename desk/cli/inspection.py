"""``vedette sources check SOURCE`` and ``add URL``: a live look, and its report.

The report shows what is good, doubtful and bad, and ends with the YAML that it comes to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.status import Status
from rich.text import Text

from desk.cli.printing import as_json_lines, counted, err, out
from processing.errors import CatalogueError, VedetteError
from processing.settings import Settings
from processing.zone import PARIS
from spiders.catalogue import Source
from spiders.inspection.candidates import plain
from spiders.inspection.entry import Stated, as_yaml
from spiders.inspection.findings import ArticleFound, ChannelFound, Inspection, RobotsFound, Step
from spiders.inspection.launch import inspect
from spiders.inspection.targets import new_target, refuse_known, targets_of
from spiders.inspection.writing import append, file_for, known_sources

_STYLE = {"good": "green", "doubtful": "yellow", "bad": "red"}
_MARK = {"good": "✓", "doubtful": "?", "bad": "✗"}
_HEADING = "bold"


class Waiting:
    """Tells on stderr what is being asked: one moving line on a terminal, a line for each request elsewhere."""

    def __init__(self) -> None:
        self._status: Status | None = err.status("…") if err.is_terminal else None

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the moving line away, before something is printed."""
        if self._status:
            self._status.stop()

    def __call__(self, step: Step) -> None:
        line = Text(f"{step.source_id}: {step.doing}", overflow="ellipsis", no_wrap=True)
        if self._status:
            self._status.update(line)
            self._status.start()
        else:
            err.print(line, soft_wrap=True)


def look(settings: Settings, words: Sequence[str], catalogue: Sequence[Source], *, json: bool) -> None:
    """Look at sources, by ids or addresses, and print what was found. Raises VedetteError when one is of no use."""
    targets = targets_of(words, catalogue)
    useless: list[str] = []
    with Waiting() as waiting:
        for found in inspect(settings, targets, on_step=waiting):
            waiting.clear()
            if json:
                as_json_lines([_row(found)])
            else:
                _show(found)
            if found.unusable:
                useless.append(f"{found.source.id}: {found.unusable}")
    if useless:
        raise VedetteError(_harmless("; ".join(useless)))


def listed(words: Sequence[str], catalogue: Sequence[Source]) -> list[Source]:
    """The entries that ids or addresses mean. Raises CatalogueError when the catalogue has none."""
    targets = targets_of(words, catalogue)
    if new := [target.source.homepage for target in targets if not target.listed]:
        raise CatalogueError(f"{new[0]} is not in the catalogue: without --offline it is looked at")
    return [target.source for target in targets]


def add(settings: Settings, url: str, stated: Stated, *, file: str | None, dry_run: bool, json: bool) -> None:
    """Look at a new source and write its entry. Raises VedetteError when nothing was written and should have been."""
    into = file_for(settings.catalogue, file)
    known = known_sources(settings.catalogue)
    target = new_target(url, known, stated)
    with Waiting() as waiting:
        (found,) = inspect(settings, [target], stated, waiting)
    refuse_known(found.source.homepage, known)
    if not json:
        _show(found)
    write = found.unusable is None and not dry_run
    if write:
        append(found.source, found.guesses, settings.catalogue, into)
    if json:
        as_json_lines([{**_row(found), "written": str(into) if write else None}])
    if found.unusable:
        raise VedetteError(_harmless(f"{found.source.id}: nothing was written: {found.unusable}"))
    if write:
        err.print(f"{found.source.id} is written to {into}", soft_wrap=True)
        page = "; `make pages` writes docs/sources.md anew" if settings.catalogue is None else ""
        err.print(f"next: `vedette night {found.source.id}`{page}", soft_wrap=True)


def _show(found: Inspection) -> None:
    for line in _report(found):
        line.plain = _harmless(line.plain)
        out.print(line, soft_wrap=True)


def _harmless(text: str) -> str:
    """What a site says of itself, without the characters that would steer a terminal."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text)


def _row(found: Inspection) -> dict[str, Any]:
    """The report as one JSON object, with the YAML of a new entry."""
    return {**found.as_dict(), "yaml": None if found.listed else as_yaml(found.source, found.guesses)}


def _report(found: Inspection) -> Iterator[Text]:
    source = found.source
    head = Text(source.name, style=_HEADING)
    head.append(
        f"  {source.id} · {source.homepage} · {'in the catalogue' if found.listed else 'new'}",
        style="not bold dim",
    )
    if found.system:
        head.append(f" · {found.system}", style="not bold dim")
    yield head
    if source.disabled and found.listed:
        yield _line("doubtful", f"disabled in the catalogue: {source.disabled}")
    if found.home:
        yield _line("bad", f"the home page cannot be read: {found.home}")
    if found.home_url and plain(found.home_url) != plain(source.homepage):
        yield _line("doubtful", f"the home page is now {found.home_url}")
    yield from _rules(found)
    yield Text("Channels", style=_HEADING)
    guessed = [one for one in found.channels if one.origin == "guess" and one.verdict == "bad"]
    for channel in sorted(found.channels, key=_place):
        if channel not in guessed:
            yield from _channel(channel)
    if guessed:
        tried = ", ".join(one.asked_url.removeprefix(source.homepage.rstrip("/")) for one in guessed)
        yield Text(f"  guessed in vain: {tried}", style="dim")
    yield Text("Articles", style=_HEADING)
    if not found.articles:
        yield _line("bad", "none was asked for: no channel names one")
    for article in found.articles:
        yield from _article(article)
    if found.skipped:
        yield Text("Not looked at", style=_HEADING)
        for one in found.skipped:
            yield Text(f"  {one.what}: {one.why}", style="dim")
    yield from _outcome(found)
    yield Text(f"{counted(found.requests, 'request')}, {found.seconds:.1f} s\n", style="dim")


def _rules(found: Inspection) -> Iterator[Text]:
    yield Text("Rules", style=_HEADING)
    for robots in found.robots:
        yield _robots(robots)
    if not found.robots:
        yield _line("doubtful", "robots.txt: not asked for")
    for origin, said in found.opt_out_files:
        yield _line("doubtful" if "reserved" in said else "good", f"{origin}/.well-known/tdmrep.json: {said}")
    for one in found.opt_outs:
        yield _line("bad", f"opt-out at {one.url}: {one.proof}")
    read = sum(article.problem is None for article in found.articles) + (found.home is None)
    if not found.opt_outs and read:
        yield _line("good", f"no opt-out in headers and meta elements of {counted(read, 'page')}")


def _robots(robots: RobotsFound) -> Text:
    if robots.answer != "allowed":
        said = robots.note or "does not allow Vedette"
        return _line("bad", f"{robots.origin}/robots.txt: {said}")
    parts = [
        robots.note or "allowed",
        f"crawl-delay {robots.delay:g} s" if robots.delay else "no crawl-delay",
    ]
    if robots.agents_refused:
        parts.append(f"shuts out {', '.join(robots.agents_refused)} (not us)")
    return _line("good", f"{robots.origin}/robots.txt: {', '.join(parts)}")


def _place(channel: ChannelFound) -> tuple[bool, int]:
    """What is in the entry or should be stands first; feeds, sitemaps, sections."""
    return not channel.kept and channel.origin != "catalogue", ("feed", "sitemap", "section").index(
        channel.kind
    )


def _channel(channel: ChannelFound) -> Iterator[Text]:
    line = _line(channel.verdict, f"{channel.kind:<8}{channel.url}")
    line.append(f"  {channel.origin}", style="dim")
    if channel.kept and channel.origin != "catalogue":
        line.append("  ← to add", style="bold green")
    yield line
    if channel.asked_url != channel.url and channel.origin != "home page":
        yield Text(f"            asked for as {channel.asked_url}", style="dim")
    facts = _facts(channel)
    if facts:
        yield Text(f"            {facts}")
    if channel.remark:
        yield Text(
            f"            {channel.remark}",
            style=_STYLE[channel.verdict] if channel.verdict != "good" else "dim",
        )


def _facts(channel: ChannelFound) -> str:
    if not channel.items:
        return ""
    parts = [counted(channel.items, "item")]
    if channel.wanted != channel.items:
        parts.append(f"{channel.wanted} wanted")
    if channel.newest and channel.oldest:
        dated = "all" if channel.dated == channel.items else str(channel.dated)
        parts.append(f"{dated} dated, {_moment(channel.oldest)} … {_moment(channel.newest)}")
    elif channel.kind != "section":
        parts.append("none dated")
    parts.append(f"{channel.own_share:.0%} on its own site")
    parts.append(channel.language or "language unclear")
    if channel.conditional:
        said = {"yes": "answers 304 when unchanged", "ignored": "no 304", "no validators": "no validators"}
        parts.append(said[channel.conditional])
    return ", ".join(parts)


def _article(article: ArticleFound) -> Iterator[Text]:
    if article.problem is not None:
        yield _line("bad", f"{article.url}")
        yield Text(f"    {article.problem}", style="red")
        return
    doubtful = article.published_at is None or article.paywall
    yield _line("doubtful" if doubtful else "good", article.title or article.url)
    parts = [
        f"{_moment(article.published_at)} ({article.published_from})" if article.published_at else "undated",
        f"{article.words} words, body of {article.body_length} characters",
        article.language or "",
        "behind a paywall: what is shown is read" if article.paywall else "free",
    ]
    yield Text(f"    {', '.join(part for part in parts if part)}")
    yield Text(f"    {article.url}", style="dim")


def _outcome(found: Inspection) -> Iterator[Text]:
    if found.unusable:
        yield Text(f"Nothing usable: {found.unusable}", style="bold red")
    elif not found.listed:
        yield Text("To add to the catalogue", style=_HEADING)
        yield Text(as_yaml(found.source, found.guesses).rstrip("\n"))
    elif not found.changes:
        yield Text("Nothing to change in the entry", style="bold green")
    else:
        yield Text(f"To change in the entry {found.source.id}", style=_HEADING)
        for field in ("feeds", "sitemaps", "sections"):
            mine = [change for change in found.changes if change.field == field]
            if mine:
                yield Text(f"  {field}:")
            for change in mine:
                sign, style = ("+", "green") if change.action == "add" else ("-", "red")
                yield Text(f"{sign}   - {change.url}  # {change.why}", style=style)


def _line(verdict: str, text: str) -> Text:
    line = Text("  ")
    line.append(_MARK[verdict], style=f"bold {_STYLE[verdict]}")
    line.append(f" {text}")
    return line


def _moment(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")
