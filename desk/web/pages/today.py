"""Today: what is new since the last visit or the last night, by story, strongest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from desk.web.faults import BadValueError
from desk.web.filtering import moment
from desk.web.pages.common import desk_of
from desk.web.rendering import remember, render
from processing.store import browsing

router = APIRouter()

STORIES: Final = 40
"""Stories on the page."""
SHOWN: Final = 3
"""Mentions shown of each."""
LOOKED_AT: Final = 8
"""Surest mentions of a story among which different sentences are looked for: its articles copy one another."""
PAUSE: Final = timedelta(minutes=30)
"""Two looks within this time are one visit."""
SPANS: Final = {"24h": timedelta(hours=24), "7d": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Visits:
    """When the desk was visited last, and the time before: what the cookie remembers, in whole seconds."""

    before: datetime | None
    latest: datetime | None

    @classmethod
    def read(cls, cookie: str) -> Visits:
        found = re.fullmatch(r"([0-9]{0,10})\.([0-9]{1,10})", cookie)
        if not found:
            return cls(None, None)
        before, latest = (datetime.fromtimestamp(int(part), UTC) if part else None for part in found.groups())
        return cls(before, latest)

    def look(self, now: datetime) -> Visits:
        """The visits after a look at ``now``: a new one when the last is PAUSE ago."""
        if self.latest is None or now - self.latest > PAUSE:
            return Visits(self.latest, now)
        return Visits(self.before, now)

    def write(self) -> str:
        before = int(self.before.timestamp()) if self.before else ""
        return f"{before}.{int(self.latest.timestamp()) if self.latest else 0}"


@router.get("/")
def today(request: Request) -> Response:
    """What became known since ``?since=`` visit, night, 24h, 7d or a moment; the last visit unless it says."""
    now = datetime.now(UTC)
    visits = Visits.read(request.cookies.get("vedette_seen", "")).look(now)
    asked = request.query_params.get("since") or ""
    with desk_of(request).reading.transaction() as conn:
        night = browsing.last_night(conn) or now - SPANS["24h"]
        choice, since = _since(asked, visits, night, now)
        found = browsing.stories(
            conn, since=since, until=now, least_score=0.0, limit=STORIES, shown=LOOKED_AT
        )
        mentions = browsing.mentions_by_id(conn, [key for story in found for key in story["shown"]])
        articles = browsing.story_articles(conn, [story["story"] for story in found])
    response = render(
        request,
        "today.html",
        active="today",
        now=now,
        since=since,
        choice=choice,
        has_visit=visits.before is not None,
        stories=[_story(story, mentions, articles) for story in found],
        total=found[0]["stories"] if found else 0,
        mentions_total=found[0]["all_mentions"] if found else 0,
    )
    remember(request, response, "seen", visits.write())
    return response


def _since(asked: str, visits: Visits, night: datetime, now: datetime) -> tuple[str, datetime]:
    if asked in SPANS:
        return asked, now - SPANS[asked]
    if asked == "night" or (asked in ("", "visit") and visits.before is None):
        return "night", night
    if asked in ("", "visit"):
        return "visit", visits.before or night
    since = moment("since", asked)
    if since > now:
        raise BadValueError("since", asked)
    return "", since


def _distinct(mentions: Sequence[Any]) -> list[Any]:
    """One mention of each sentence, typography aside."""
    return list({re.sub(r"\W+", " ", m["sentence"].casefold()): m for m in reversed(mentions)}.values())[::-1]


def _story(
    story: Mapping[str, Any], mentions: Mapping[int, Any], articles: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    own = [row for row in articles if row["story"] == story["story"]]
    shown = _distinct([mentions[key] for key in story["shown"] if key in mentions])[:SHOWN]
    # The title is that of the first article with a mention: a copy may have lost the passage.
    first = next((row for row in own if row["mentions"]), own[0] if own else None)
    return {
        **story,
        "title": first["title"] if first else "",
        "article_id": first["article_id"] if first else (shown[0]["article_id"] if shown else 0),
        "published_at": first["published_at"] if first else None,
        "carriers": list({row["source"]: row for row in own}.values()),
        "shown": shown,
        "rest": story["mentions"] - len(shown),
    }
