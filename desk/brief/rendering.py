"""A brief as Markdown, as an HTML mail, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.brief.content import Brief, Correction, Story
from desk.brief.escaping import link, markdown, markdown_link, plain
from desk.brief.quoting import excerpt
from desk.brief.wording import WIDE, Words, words_of
from processing.zone import PARIS

SECTIONS = ("affirmed", "denied", "hypothetical", "criticised")
MOST_SOURCES = 5
MOST_CORRECTIONS = 3
MOST_FAILED_RUNS = 2
LONGEST_TITLE = 110
LONGEST_NAME = 60
LONGEST_REASON = 60
"""Code points."""

View = dict[str, Any]


def as_markdown(brief: Brief) -> str:
    """CommonMark. Text of the press is escaped: it cannot make links, markup or HTML."""
    return _environment("markdown").get_template("brief.md").render(view(brief)).strip() + "\n"


def as_html(brief: Brief) -> str:
    """One self-contained page: styles inline as mail clients want them, light and dark, A4 in print. No script, no
    picture, nothing that is loaded."""
    return _environment("html").get_template("brief.html").render(view(brief)).strip() + "\n"


def as_dict(brief: Brief) -> dict[str, Any]:
    """The brief as plain JSON values; times are ISO 8601 in UTC."""
    return {
        "day": brief.period.day.isoformat(),
        "since": brief.period.since.isoformat(),
        "until": brief.period.until.isoformat(),
        "written_at": brief.written_at.isoformat(),
        "open": brief.open,
        "lang": brief.lang,
        "figures": asdict(brief.figures),
        "stories": [_story_data(story) for story in brief.stories],
        "more_stories": brief.more_stories,
        "more_mentions": brief.more_mentions,
        "down": [asdict(one) for one in brief.down],
        "partly_down": brief.partly_down,
        "silent": None
        if brief.silent is None
        else [
            {"name": one.name, "last_article_at": one.last_article_at and one.last_article_at.isoformat()}
            for one in brief.silent
        ],
        "failed_runs": [asdict(one) for one in brief.failed_runs],
        "corrections": [asdict(one) for one in brief.corrections],
    }


def view(brief: Brief) -> View:
    """What the templates print: strings in the brief's language, not escaped yet."""
    w = words_of(brief.lang)
    period = brief.period
    day = w.date(period.day)
    until = w.time(period.until)
    return {
        "lang": brief.lang,
        "words": w,
        "subject": w("subject", date=day),
        "date": day,
        "period": w("period", since=w.moment(period.since, period.day), until=w.moment(period.until, period.day)),
        "open": w("open", time=w.time(brief.written_at), until=until) if brief.open else None,
        "ran": not brief.figures.nothing_ran,
        "figures": _figures(brief, w),
        "nothing": _nothing(brief, w),
        "waiting": w.count("waiting", brief.figures.waiting) if brief.figures.waiting else None,
        "sections": [
            {
                "polarity": polarity,
                "label": w.label("group", polarity),
                "stories": [_story(story, brief, w) for story in brief.stories if story.polarity == polarity],
            }
            for polarity in SECTIONS
            if any(story.polarity == polarity for story in brief.stories)
        ],
        "more": _more(brief, w),
        "sources": _sources(brief, w),
        "corrections": _corrections(brief, w),
        "legend": w("legend") if brief.stories else None,
    }  # fmt: skip


def _figures(brief: Brief, w: Words) -> list[tuple[str, str]]:
    shown = ("asked", "answered", "pages", "articles", "mentions", "outlets")
    numbers = asdict(brief.figures)
    return [(w.number(numbers[name]), w.count(name, numbers[name])) for name in shown]


def _nothing(brief: Brief, w: Words) -> str | None:
    if brief.figures.nothing_ran:
        return w("no_run")
    if not brief.figures.mentions:
        return w("no_mention" if brief.figures.articles else "nothing_read")
    return None


def _story(story: Story, brief: Brief, w: Words) -> View:
    seen = story.evidence
    agency = seen.agency if seen.agency and seen.agency.casefold() not in seen.outlet.casefold() else None
    outlet = _cut(seen.outlet)
    if seen.state_media_of:
        outlet += f", {w('state_media', state=w.label('state', seen.state_media_of))}"
    if agency:
        outlet += f" {w('agency', agency=_cut(agency))}"
    if story.outlets > 1:
        outlet += f" {w.count('and_outlets', story.outlets - 1)}"
    said = None
    if seen.speaker:
        said = w("by", who=_cut(seen.speaker), side=w.label("side", seen.speaker_side or ""))
    others = [
        f"{w.number(number)}{WIDE}{w.count(polarity, number, 'count')}"
        for polarity in SECTIONS
        if (number := story.counts.get(polarity, 0)) and polarity != story.polarity
    ]
    what = [
        w.label("category", seen.category),
        w.label("certainty", seen.certainty),
        said,
        w("score", score=w.decimal(seen.score)),
        w("confirmed") if seen.confirmed else None,
        w("withdrawn") if seen.withdrawn else None,
        w("others", list=", ".join(others)) if others else None,
    ]
    return {
        "polarity": story.polarity,
        "title": _cut(seen.title, LONGEST_TITLE),
        "url": link(seen.url),
        # A sentence that is the title stands there already, as the link.
        "quote": None if seen.field == "title" and _cut(seen.title, LONGEST_TITLE) == story.quote else story.quote,
        "outlet": outlet,
        "when": w.published(seen.published_at, brief.period.day),
        "what": [part for part in what if part],
    }  # fmt: skip


def _more(brief: Brief, w: Words) -> View | None:
    if not brief.more_mentions or brief.mentions_from is None:
        return None
    mentions = w.count("more_mentions", brief.more_mentions)
    text = (
        w("more_how", stories=w.count("more_stories", brief.more_stories), mentions=mentions)
        if brief.more_stories
        else w("more_only", mentions=mentions)
    )
    since = brief.mentions_from.astimezone(PARIS).date().isoformat()
    return {"text": text, "command": f"vedette mentions --since {since}"}


def _sources(brief: Brief, w: Words) -> list[View]:
    """Lines of the section on sources: {name, text, command}."""
    day = brief.period.day
    named = [(one.name, w("down", reason=_cut(one.reason, LONGEST_REASON))) for one in brief.down]
    for one in brief.silent or ():
        last = one.last_article_at
        told = w("silent", date=w.short_date(last.astimezone(PARIS).date(), day)) if last else w("never")
        named.append((one.name, told))
    lines: list[View] = [{"name": _cut(name), "text": told} for name, told in named[:MOST_SOURCES]]
    if (more := len(named) - MOST_SOURCES) > 0:
        lines.append({"text": w.count("more_sources", more), "command": "vedette health"})
    if brief.partly_down:
        lines.append({"text": w.count("partly", brief.partly_down)})
    if not lines and brief.figures.asked:
        lines.append({"text": w("all_well")})
    lines += [
        {"text": w("run_failed", name=run.name, reason=_cut(run.reason, LONGEST_REASON))}
        for run in brief.failed_runs[:MOST_FAILED_RUNS]
    ]
    if brief.figures.quarantined:
        told = w.count("quarantined", brief.figures.quarantined)
        lines.append({"text": told, "command": "vedette quarantine list"})
    return lines


def _corrections(brief: Brief, w: Words) -> list[View]:
    """Lines of the section on corrections: {title, url, outlet, text} or {text, command}."""
    lines: list[View] = [
        {
            "title": _cut(one.title, LONGEST_NAME),
            "url": link(one.url),
            "outlet": _cut(one.outlet),
            "text": ", ".join(_change(one, w)),
        }
        for one in brief.corrections[:MOST_CORRECTIONS]
    ]
    if (more := len(brief.corrections) - MOST_CORRECTIONS) > 0:
        since = brief.period.since.astimezone(PARIS).date().isoformat()
        lines.append(
            {"text": w.count("more_corrections", more), "command": f"vedette corrections --since {since}"}
        )
    return lines


def _change(one: Correction, w: Words) -> Iterable[str]:
    if one.withdrawn:
        yield w("retired")
        return
    yield w("changed", fields=", ".join(w.label("field", name) for name in one.changed))
    if one.gained:
        yield w.count("gained", one.gained)
    if one.lost:
        yield w.count("lost", one.lost)


def _story_data(story: Story) -> dict[str, Any]:
    seen = story.evidence
    names = (
        "mention_id article_id story_id field sentence category certainty time score title url outlet state_media_of "
        "agency withdrawn confirmed"
    ).split()
    return {
        "polarity": story.polarity,
        "quote": story.quote,
        "outlets": story.outlets,
        "mentions": dict(story.counts),
        "published_at": seen.published_at and seen.published_at.isoformat(),
        "speaker": {"text": seen.speaker, "side": seen.speaker_side} if seen.speaker else None,
        **{name: getattr(seen, name) for name in names},
    }


def _cut(text: str, most: int = LONGEST_NAME) -> str:
    return excerpt(text, (), most)


@cache
def _environment(form: Literal["markdown", "html"]) -> Environment:
    """What a template prints is escaped for its form unless it says that it is of that form."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=form == "html",  # noqa: S701 - finalize escapes for Markdown
        finalize=markdown if form == "markdown" else _shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.globals["link"] = markdown_link
    return made


def _shown(value: object) -> object:
    return plain(value) if type(value) is str else value
