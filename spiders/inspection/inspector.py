"""The spider that looks at sources: robots.txt, home page, channels, three articles. One request at a time per source.

The requests go through the crawl's own middlewares, which hold them back, refuse them and set the pace. What is worth
a request is decided in :mod:`spiders.inspection.candidates` and :mod:`spiders.inspection.choice`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from processing.address import canonical
from processing.errors import PageError
from processing.optouts import WELL_KNOWN, refused_by_page
from processing.store.channels import Discovered
from spiders.catalogue import Channel, Source
from spiders.discovery import DiscoveryError
from spiders.exchange import answer_of, header_lines
from spiders.failures import said
from spiders.inspection import candidates, choice
from spiders.inspection.articles import extracted
from spiders.inspection.asking import Asking, Found, LookConduct, Spent
from spiders.inspection.candidates import Candidate, plain
from spiders.inspection.channels import Look, failed, failed_with, feed_title, measured, with_conditional
from spiders.inspection.entry import Stated, proposed
from spiders.inspection.findings import (
    ArticleFound,
    Conditional,
    Inspection,
    OptOut,
    RobotsFound,
    Skipped,
    Target,
)
from spiders.inspection.homepage import HomePage, feeds_among, links_of, read_home_page
from spiders.inspection.overheard import Overhearing
from spiders.inspection.responses import content_type_of, origin_of, problem_of, validators_of
from spiders.inspection.rules_found import opt_out_file, robots_found
from spiders.looking import NotAnswered, parts_of
from spiders.middlewares import Refused
from spiders.polling import Answer, children_to_read, read_body

logger = logging.getLogger(__name__)

AT_ONCE: Final = 8
"""Sources looked at side by side; their hosts have a pace of their own."""
MAX_CHILDREN: Final = 3
"""Parts read of an index of sitemaps."""


class InspectingSpider(Spider):
    """Made by :func:`spiders.inspection.launch.inspect`."""

    name = "inspection"
    work: LookConduct
    targets: Sequence[Target]
    stated: Stated
    found: Found

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> InspectingSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        delays = {target.source.id: target.source.delay or 0.0 for target in spider.targets}
        spider.work = LookConduct(kwargs["settings"], delays)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Look at every target; nothing is left for the scheduler."""
        places = asyncio.Semaphore(AT_ONCE)

        async def look(target: Target) -> None:
            async with places:
                self.found(await _Inspecting(self, target, Asking(self, target.source.id)).run())

        await asyncio.gather(*(look(target) for target in self.targets))
        return
        yield  # an asynchronous generator without values, as Scrapy wants it


@dataclass
class _Inspecting:
    """One source, while it is looked at."""

    spider: InspectingSpider
    target: Target
    asking: Asking
    looks: list[Look] = field(default_factory=list)
    articles: list[ArticleFound] = field(default_factory=list)
    opt_outs: list[OptOut] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    page: HomePage | None = None
    source: Source = field(init=False)
    """The entry; of a new source, with the home page that answers."""
    home_problem: str | None = None
    rules_unknown: bool = False
    """robots.txt of the home page's host cannot be read, or forbids us: guessing there is idle."""

    def __post_init__(self) -> None:
        self.source = self.target.source

    async def run(self) -> Inspection:
        try:
            await self._home()
            await self._channels()
            self.looks = choice.chosen(self.looks)
            await self._articles()
            await self._opt_out_file()
        except Spent as spent:
            self.skipped.append(Skipped("the rest", str(spent)))
            self.looks = choice.chosen(self.looks)
        except Exception as error:
            logger.debug("%s", self.source.id, exc_info=True)
            self.skipped.append(Skipped("the rest", f"a fault of Vedette: {type(error).__name__}: {error}"))
        return self._inspection()

    # ------------------------------------------------------------ the home page

    async def _home(self) -> None:
        self.home_problem = await self._read_home()
        if self.home_problem is not None:
            # Where the entry lists it as a section, it is not asked for again.
            listed = [Candidate("section", url, "catalogue") for url in self._home_among_sections()]
            fresh = candidates.new(listed, self.seen)
            self.looks += [failed(one, self.home_problem, lasting=False) for one in fresh]

    async def _read_home(self) -> str | None:
        """Why the home page cannot be read; None when it was."""
        try:
            answer = await self.asking("home page", self.source.homepage)
        except Spent:
            raise
        except Refused as refused:
            self.rules_unknown = True
            return refused.reason
        except Exception as error:  # noqa: BLE001 - whatever the network does is a finding
            return said(error)
        if problem := problem_of(answer):
            return problem
        self._note_opt_out(answer)
        try:
            self.page = read_home_page(answer.body, answer.url, content_type_of(answer))
        except PageError as error:
            return str(error)
        if not self.target.listed:
            self.source = self.source.model_copy(update={"homepage": answer.url})
        # A section that costs no request; the entry may have it.
        listed = self._home_among_sections()
        candidate = Candidate("section", answer.url, "home page")
        if listed:
            candidate = Candidate("section", listed[0], "catalogue")
        for one in candidates.new([candidate], self.seen):
            self.looks.append(await self._read(one, answer))
        return None

    def _home_among_sections(self) -> list[str]:
        home = {plain(self.source.homepage), plain(self.page.url if self.page else self.source.homepage)}
        return [url for url in self.source.sections if plain(url) in home]

    # ------------------------------------------------------------ channels

    async def _channels(self) -> None:
        entry = [Candidate(kind, url, "catalogue") for kind, url in self.source.channels]
        await self._look_at_all("channels of the entry", entry, len(entry))
        await self._given()
        page = self.page
        if page is not None:
            stated = candidates.ranked(one for one in page.feeds if one.origin == "autodiscovery")
            await self._look_at_all("feeds by autodiscovery", stated, candidates.MAX_AUTODISCOVERED)
            linked = candidates.ranked(one for one in page.feeds if one.origin == "page")
            await self._look_at_all("links that look like feeds", linked, candidates.MAX_LINKED)
        robots = self._home_robots()
        if robots is not None:
            sitemaps = candidates.sitemap_candidates(robots.sitemaps, robots.origin)
            await self._look_at_all("sitemaps of robots.txt", sitemaps, candidates.MAX_SITEMAPS)
        await self._guess("feed")
        await self._guess("sitemap")
        if page is not None:
            sections = candidates.section_candidates(page.links, page.url)
            if len(choice.kinds_that_work([look for look in self.looks if look.found.kind != "section"])) < 2:
                await self._look_at_all("section pages", sections, candidates.MAX_SECTIONS)
            elif sections:
                self.skipped.append(Skipped("section pages", "feeds and sitemaps work"))

    async def _given(self) -> None:
        """What a person gave: one address, which may be this or that."""
        if self.target.given is None:
            return
        before = len(self.looks)
        for candidate in candidates.new(candidates.given(self.target.given), self.seen):
            if await self._look_at(candidate):
                # What it is not does not matter any more.
                self.looks[before:] = [look for look in self.looks[before:] if look.works]
                return

    async def _look_at_all(self, what: str, found: Iterable[Candidate], most: int) -> None:
        fresh = list(candidates.new(found, self.seen))
        for candidate in fresh[:most]:
            await self._look_at(candidate)
        if len(fresh) > most:
            self.skipped.append(
                Skipped(f"{len(fresh) - most} of {len(fresh)} {what}", f"the first {most} are looked at")
            )

    async def _guess(self, kind: Channel) -> None:
        """Ask for the usual addresses, until one works, where none of this kind is known to work."""
        if not choice.missing(self.looks, kind):
            self.skipped.append(Skipped(f"guessed {kind}s", f"a {kind} works"))
            return
        if self.rules_unknown or self.page is None:
            self.skipped.append(Skipped(f"guessed {kind}s", "the home page cannot be read"))
            return
        robots = self._home_robots()
        delay = max(self.spider.work.delay(self.source.id), robots.delay if robots else 0.0)
        fresh = list(candidates.new(candidates.guesses(kind, self.page.url, self.page.system), self.seen))
        affordable, left = candidates.affordable(fresh, delay)
        for candidate in affordable:
            if await self._look_at(candidate):
                return
        if left:
            paths = ", ".join(urlsplit(one.url).path for one in left)
            self.skipped.append(
                Skipped(f"guessed {kind}s {paths}", f"the host wants {delay:g} s between two requests")
            )

    async def _look_at(self, candidate: Candidate) -> bool:
        """Look at one channel; whether it works."""
        try:
            answer = await self.asking(f"{candidate.kind} {candidate.url}", candidate.url)
        except Spent:
            raise
        except Refused as refused:
            self.looks.append(failed(candidate, refused.reason, lasting=refused.kind == "robots"))
            return False
        except Exception as error:  # noqa: BLE001 - whatever the network does is a finding
            self.looks.append(failed(candidate, said(error), lasting=False))
            return False
        if problem := problem_of(answer):
            self.looks.append(failed_with(candidate, answer.status, problem, answer.url))
            return False
        if any(
            look.works and plain(look.found.url) == plain(answer.url) and look.found.kind == candidate.kind
            for look in self.looks
        ):
            return True
        look = await self._read(candidate, answer)
        if look.works and candidate.kind != "section":
            look = with_conditional(look, await self._conditional(answer))
        self.looks.append(look)
        if not look.works and candidate.kind == "feed" and candidate.origin != "catalogue":
            await self._listed_feeds(answer)
        return look.works

    async def _read(self, candidate: Candidate, answer: Response) -> Look:
        """What a channel announces; of an index of sitemaps, what its newest parts do."""
        try:
            listing = read_body(candidate.kind, answer_of(answer))
        except DiscoveryError as error:
            return failed(candidate, str(error), answer.url)
        parts = [
            Candidate("sitemap", url, candidate.origin)
            for url in children_to_read(listing.children, self.now)
        ]
        fresh = [part.url for part in candidates.new(parts[:MAX_CHILDREN], self.seen)]
        notes: list[str] = []
        announced = [*listing.items, *await parts_of(fresh, self._ask, notes)]
        self.skipped += [Skipped("sitemap part", note) for note in notes]
        title = feed_title(answer.body) if candidate.kind == "feed" else None
        return measured(candidate, answer.url, announced, self.source, self.now, title)

    async def _ask(self, url: str) -> Answer:
        """A part of an index of sitemaps."""
        try:
            return answer_of(await self.asking(f"sitemap {url}", url))
        except Spent:
            raise
        except Exception as error:
            raise NotAnswered(said(error)) from error

    async def _conditional(self, answer: Response) -> Conditional | None:
        """Ask again with the validators, as a crawl would."""
        headers = validators_of(answer)
        if not headers:
            return "no validators"
        try:
            again = await self.asking(f"{answer.url} again, if changed", answer.url, headers=headers)
        except Spent:
            raise
        except Exception:  # noqa: BLE001 - it answered a moment ago; what it does with validators stays unknown
            return None
        return "yes" if again.status == 304 else "ignored"

    async def _listed_feeds(self, answer: Response) -> None:
        """Many publishers have a page that lists their feeds, under the address where one expects a feed."""
        try:
            links = links_of(answer.body, answer.url, content_type_of(answer))
        except PageError:
            return
        listed = feeds_among(links, self.source.homepage)
        fresh = list(candidates.new(candidates.ranked(listed), self.seen))
        room = candidates.MAX_LINKED - sum(look.found.origin == "page" for look in self.looks)
        for candidate in fresh[: max(0, room)]:
            await self._look_at(candidate)

    # ------------------------------------------------------------ articles

    async def _articles(self) -> None:
        for item in choice.to_try(self.looks):
            found = await self._article(item)
            if any(found.title and found.url == known.url for known in self.articles):
                self.skipped.append(Skipped(item.url, "it leads to an article that was read already"))
                continue
            self.articles.append(found)
            if sum(article.problem is None for article in self.articles) == choice.ARTICLES:
                return

    async def _article(self, item: Discovered) -> ArticleFound:
        try:
            answer = await self.asking(f"article {item.fetch_url}", item.fetch_url, page=True)
        except Spent:
            raise
        except Refused as refused:
            if refused.kind == "tdm":
                self.opt_outs.append(OptOut(item.url, refused.reason))
            return ArticleFound(item.url, refused.reason)
        except Exception as error:  # noqa: BLE001 - whatever the network does is a finding
            return ArticleFound(item.url, said(error))
        if problem := problem_of(answer):
            return ArticleFound(item.url, problem)
        if proof := self._note_opt_out(answer):
            return ArticleFound(item.url, proof)
        return extracted(replace(item, url=canonical(answer.url)), answer.body, content_type_of(answer))

    def _note_opt_out(self, answer: Response) -> str | None:
        proof = refused_by_page(header_lines(answer), answer.body)
        if proof:
            self.opt_outs.append(OptOut(answer.url, proof))
        return proof

    # ------------------------------------------------------------ the rules, and the report

    @property
    def _heard(self) -> Overhearing:
        heard = self.spider.crawler.get_downloader_middleware(Overhearing)
        if not isinstance(heard, Overhearing):
            raise RuntimeError("the inspection does not overhear its middlewares")  # noqa: TRY004 - a wrong setting
        return heard

    async def _opt_out_file(self) -> None:
        """Ask for tdmrep.json where no article made the rules ask for it."""
        origin = origin_of(self.page.url if self.page else self.source.homepage)
        if self.page is None or self._heard.of(origin, WELL_KNOWN) is not None:
            return
        try:
            await self.asking.for_rules(f"{origin}{WELL_KNOWN}")
        except Spent:
            raise
        except Exception as error:  # noqa: BLE001 - overheard as well; the report says so
            self.skipped.append(Skipped(f"{origin}{WELL_KNOWN}", said(error)))

    def _home_robots(self) -> RobotsFound | None:
        url = self.page.url if self.page else self.source.homepage
        return robots_found(origin_of(url), url, self._heard.of(origin_of(url), "/robots.txt"))

    def _inspection(self) -> Inspection:
        urls = {
            origin_of(url): url
            for url in (
                *(look.found.asked_url for look in self.looks if look.found.origin != "guess"),
                self.source.homepage,
                *((self.page.url,) if self.page else ()),
            )
        }
        heard = [
            robots_found(origin, url, self._heard.of(origin, "/robots.txt")) for origin, url in urls.items()
        ]
        files = [opt_out_file(origin, self._heard.of(origin, WELL_KNOWN)) for origin in urls]
        source = self.source
        guessed: tuple[tuple[str, str], ...] = ()
        if not self.target.listed:
            source, guessed = proposed(source, self.page, self.looks, self.spider.stated, self.now)
        return Inspection(
            source=source,
            listed=self.target.listed,
            home=self.home_problem,
            home_url=self.page.url if self.page else None,
            system=self.page.system if self.page else None,
            robots=tuple(one for one in heard if one),
            opt_out_files=tuple(one for one in files if one),
            opt_outs=tuple(dict.fromkeys(self.opt_outs)),
            channels=tuple(look.found for look in self.looks),
            articles=tuple(self.articles),
            skipped=tuple(self.skipped),
            changes=choice.changes(self.looks) if self.target.listed else (),
            guesses=guessed,
            requests=self.asking.requests,
            seconds=round(self.asking.seconds, 1),
        )
