"""What a look at a source found. Frozen values: they leave the inspecting process as they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from spiders.catalogue import Channel, Source

Origin = Literal["catalogue", "given", "autodiscovery", "robots.txt", "page", "guess", "home page"]
"""Who named a channel: the entry, the person who asked, ``<link rel="alternate">``, a ``Sitemap:`` line, a link in the
page, nobody; or it is the home page itself."""

Verdict = Literal["good", "doubtful", "bad"]

Conditional = Literal["yes", "ignored", "no validators"]
"""What came of asking again with the validators: 304; the whole body; there were none to send."""


@dataclass(frozen=True)
class Target:
    """What to look at."""

    source: Source
    """The entry, or a provisional one made from an address."""
    listed: bool
    """Whether it stands in the catalogue."""
    given: str | None = None
    """An address a person gave that is not the home page: a channel, perhaps."""


@dataclass(frozen=True)
class Step:
    """What is being done, for whoever waits."""

    source_id: str
    doing: str
    asked: int
    """Requests so far, without those that the middlewares make."""


@dataclass(frozen=True)
class RobotsFound:
    """What the robots.txt of one origin says to us."""

    origin: str
    answer: Literal["allowed", "forbidden", "unreachable"]
    """``forbidden``: it does not let us read the home page, or the channel it was read for."""
    note: str
    """``no robots.txt (HTTP 404)``, why it is unreachable, or empty."""
    delay: float = 0.0
    """Seconds between two requests that it asks for."""
    sitemaps: tuple[str, ...] = ()
    agents_refused: tuple[str, ...] = ()
    """Well-known collectors of training data that it shuts out while it lets us in."""


@dataclass(frozen=True)
class OptOut:
    """A machine-readable reservation against text and data mining, with the line that says it."""

    url: str
    """The page or file where it stands."""
    proof: str


@dataclass(frozen=True)
class ChannelFound:
    """A feed, sitemap or section page that was looked at."""

    kind: Channel
    url: str
    """The address that answered, after redirects; the one that was asked when none did."""
    origin: Origin
    asked_url: str
    verdict: Verdict
    remark: str
    """Why it is not good; empty when it is."""
    lasting: bool = True
    """Whether it will be so tomorrow; a server that does not answer today is no reason to change an entry."""
    kept: bool = False
    """Whether it belongs into the entry."""
    items: int = 0
    wanted: int = 0
    """Of the items, those that the entry's ``include`` and ``exclude`` let through."""
    dated: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    own_share: float = 0.0
    """Share of the items on the source's own registrable domain, 0 to 1."""
    language: str | None = None
    """Of the titles taken together (ISO 639-1)."""
    conditional: Conditional | None = None
    """None: not asked."""
    title: str | None = None
    """What the feed calls itself."""


@dataclass(frozen=True)
class ArticleFound:
    """A page that was fetched and cleaned, or why it was not."""

    url: str
    problem: str | None = None
    title: str | None = None
    published_at: datetime | None = None
    published_from: str | None = None
    words: int = 0
    body_length: int = 0
    """Code points of the body."""
    language: str | None = None
    paywall: bool = False


@dataclass(frozen=True)
class Skipped:
    """What was not looked at, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class Change:
    """A line of the entry that should come or go."""

    action: Literal["add", "drop"]
    field: Literal["feeds", "sitemaps", "sections"]
    url: str
    why: str


@dataclass(frozen=True)
class Inspection:
    """Everything that was found."""

    source: Source
    """The entry as it stands, or the one that is proposed."""
    listed: bool
    home: str | None
    """Why the home page could not be read; None when it was."""
    home_url: str | None
    """The address that answered, after redirects."""
    system: str | None
    """The publishing system, where it shows."""
    robots: tuple[RobotsFound, ...]
    opt_out_files: tuple[tuple[str, str], ...]
    """(origin, what came of asking for its tdmrep.json)."""
    opt_outs: tuple[OptOut, ...]
    channels: tuple[ChannelFound, ...]
    articles: tuple[ArticleFound, ...]
    skipped: tuple[Skipped, ...]
    changes: tuple[Change, ...]
    """What the entry would have to change; for a new source its channels are in ``source``."""
    guesses: tuple[tuple[str, str], ...] = ()
    """(field, remark): fields of a proposed entry that nobody stated."""
    requests: int = 0
    seconds: float = 0.0

    @property
    def unusable(self) -> str | None:
        """Why nothing of the source can be used, in one line with the way out; None when something can."""
        if not any(channel.items and channel.verdict != "bad" for channel in self.channels):
            return self._no_channel()
        if not any(article.problem is None for article in self.articles):
            return self._no_article()
        return None

    def _no_channel(self) -> str:
        for robots in self.robots if self.home is not None else ():
            if robots.answer == "unreachable":
                return f"{robots.origin}: {robots.note}: is the address right? If it is, try again later"
            if robots.answer == "forbidden":
                return f"{robots.origin}/robots.txt does not allow Vedette: write to the publisher, or leave the source"
        if self.home is not None:
            return f"the home page cannot be read ({self.home}) and no channel works: is the address right?"
        return "no feed, sitemap or section page works: look for one on the site and give its address"

    def _no_article(self) -> str:
        if self.opt_outs:
            proof = self.opt_outs[0].proof
            return f"the publisher reserves text and data mining ({proof}): write to him, or leave the source"
        tried = [article for article in self.articles if article.problem]
        if not tried:
            return "its channels name no article that may be read: look at include, exclude and the channels"
        return (
            f"none of {len(tried)} pages gave an article ({tried[0].problem}): "
            f"open {tried[0].url} in a browser and see what comes"
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON; times stay datetimes."""
        fields = asdict(self)
        fields["source"] = self.source.model_dump(mode="json", exclude_none=True)
        fields["opt_out_files"] = [{"origin": origin, "answer": said} for origin, said in self.opt_out_files]
        fields["guesses"] = dict(self.guesses)
        fields["usable"] = self.unusable is None
        fields["unusable"] = self.unusable
        return fields
