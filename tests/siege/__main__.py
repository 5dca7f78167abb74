"""Besiege Vedette: ``python -m tests.siege --nights 50 --seed 7``.

Each night some new articles of the sample press come out, a site may fail or be slow, and one strike hits a stage at
a random moment: the crawl, its launcher, an extraction or a flagging is killed, PostgreSQL is shut down
immediately and started again, the disk of the archive is filled or can only be read. Most nights go on afterwards as a
retry would. Every ``--campaign`` nights a quiet night ends the campaign, the proof is made (``tests/siege/proof.py``):
every page in its final state, in one record of one registered segment; every segment what was registered;
nothing left over in the archive; no lock, no run that says it runs; the same articles and mentions as a campaign
without strikes. Then the press begins anew under other addresses, the database stays.

One line a night says what was done. Exit status 1 when something does not hold; the same seed gives the same
plan (not the same race). The stages are the real commands (flagging by the rules alone), the database a real
PostgreSQL in a temporary folder. Filling and locking the disk needs the right to mount (root on Linux); without
it these strikes are left out, and it is said.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.newsstand import Newsstand
from tests.siege.place import Ended, Place, Stage
from tests.siege.proof import after_a_quiet_night, after_any_night, digest
from tests.siege.strikes import STRIKES, Strike, strike

ARGUMENTS = {"extract": ("extract", "--workers", "2"), "flag": ("flag",)}
STAGES = ("crawl", "extract", "flag")


@dataclass
class Siege:
    """Nights on one place. ``wrong`` collects what does not hold."""

    place: Place
    rng: random.Random
    stages: tuple[str, ...] = STAGES
    """What a night consists of, and what may be hit."""
    retries: float = 0.7
    """How often the stage that was hit is run once more in the same night."""
    wrong: list[str] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    lasts: dict[str, float] = field(default_factory=lambda: {"crawl": 4.0, "extract": 3.0, "flag": 4.0})
    """Seconds that each stage took the last time: what the random moments are chosen from."""

    def strikes(self) -> Iterator[Strike]:
        """Every kind in turn, in an order of chance; then all again."""
        kinds = [
            kind for kind in STRIKES if (self.place.disk or not kind.needs_disk) and kind.stage in self.stages
        ]
        while True:
            yield from self.rng.sample(kinds, len(kinds))

    def campaign(self, stand: Newsstand, strikes: list[Strike], first: int) -> None:
        """A night for every strike, then a quiet one and the proof."""
        self.place.settings = self.place.settings.model_copy(
            update={"catalogue": stand.write_catalogue(self.place.home / "catalogue.yaml")}
        )
        for number, chosen in enumerate(strikes):
            nights_left = len(strikes) - number
            stand.release(-(-(len(stand.articles) - stand.released) // (nights_left + 1)))
            self.night(stand, chosen, first + number)
        stand.release(len(stand.articles))
        self.quiet_night(stand)
        with self.place.connection() as conn:
            self.wrong += after_a_quiet_night(self.place, conn, stand, flagged="flag" in self.stages)

    def night(self, stand: Newsstand, chosen: Strike, number: int) -> None:
        broken = self.rng.choice([None, *stand.sites])
        how = self.rng.choice(("refused", "500"))
        if broken:
            stand.break_site(broken, how)
        stand.site_delay = self.rng.choice((0.0, 0.01, 0.03))
        self._time_passes()
        told: list[str] = []
        for stage in self.stages:
            if stage != chosen.stage:
                told.append(self._told(stage, self._run(stand, stage)))
                continue
            told.append(self._hit(stand, chosen))
            if self.rng.random() < self.retries:
                self._time_passes()
                told.append(self._told(stage, self._run(stand, stage)))
        if broken:
            stand.repair_site(broken)
        fault = f"{broken} {how}" if broken else "no fault"
        print(
            f"night {number:>3}  {chosen.name} ({chosen.stage}); {fault}, answers take {stand.site_delay} s; "
            f"{'; '.join(told)}; {self._state()}",
            flush=True,
        )
        self.wrong += [f"night {number}: {what}" for what in after_any_night(self.place)]

    def quiet_night(self, stand: Newsstand) -> None:
        """Nothing is broken and everything is asked for: what waits is done."""
        stand.site_delay = 0.0
        for stage in self.stages:
            self._time_passes()
            ended = self._run(stand, stage)
            if ended.status != 0:
                self.wrong.append(f"a quiet night's {stage} failed: {ended.last_line}")
        print(f"quiet night: {self._state()}", flush=True)

    def _hit(self, stand: Newsstand, chosen: Strike) -> str:
        moment = self.rng.uniform(0.2, max(0.5, self.lasts[chosen.stage]))
        stage = Stage(self.place.settings, *self._arguments(stand, chosen.stage))
        when = strike(self.place, stage, chosen, moment)
        try:
            ended = stage.wait()
        finally:
            if when is not None:
                chosen.undo(self.place)
        self._note(chosen.stage, ended)
        if when is None:
            return f"{chosen.stage} ended before it was hit"
        self.hits[f"{chosen.name} ({chosen.stage})"] += 1
        return f"{chosen.stage} hit after {when:.2f} s: {self._told(chosen.stage, ended)}"

    def _run(self, stand: Newsstand, stage: str) -> Ended:
        ended = Stage(self.place.settings, *self._arguments(stand, stage)).wait()
        self._note(stage, ended)
        if ended.status == 0:
            self.lasts[stage] = ended.seconds
        return ended

    def _arguments(self, stand: Newsstand, stage: str) -> tuple[str, ...]:
        # Sources that are named are looked at whether due or not.
        return ("crawl", *stand.sites) if stage == "crawl" else ARGUMENTS[stage]

    def _note(self, stage: str, ended: Ended) -> None:
        """Whatever happens is told in a line that a person can use."""
        for word in ("Traceback", "a fault of Vedette"):
            if word in ended.stderr:
                self.wrong.append(f"{stage} did not tell what happened in one line: {ended.stderr[-1500:]}")

    def _told(self, stage: str, ended: Ended) -> str:
        if ended.status == 0:
            return f"{stage} done in {ended.seconds:.1f} s"
        if ended.status < 0:
            return f"{stage} killed by signal {-ended.status}"
        return f"{stage} failed: {ended.last_line[:160]}"

    def _time_passes(self) -> None:
        """What waits for its next attempt has waited."""
        with self.place.connection() as conn:
            conn.execute("UPDATE press.page SET next_attempt_at = '-infinity' WHERE state = 'discovered'")

    def _state(self) -> str:
        with self.place.connection() as conn:
            pages = dict(conn.execute("SELECT state, count(*) FROM press.page GROUP BY state").fetchall())
            counted = [
                conn.execute(query).fetchone()
                for query in (
                    "SELECT count(*) FROM press.segment",
                    "SELECT count(*) FROM press.article",
                    "SELECT count(*) FROM press.mention",
                    "SELECT count(*) FROM press.run WHERE error LIKE 'ended without a word%'",
                )
            ]
        segments, articles, mentions, dead = (row[0] if row else 0 for row in counted)
        orphans = len(list((self.place.archive / "orphans").glob("*")))
        return (
            f"pages {pages.get('discovered', 0)} waiting {pages.get('fetched', 0)} fetched "
            f"{pages.get('extracted', 0)} extracted, {segments} segments, {orphans} orphans, "
            f"{articles} articles, {mentions} mentions, {dead} runs found dead"
        )


def besiege(place: Place, *, nights: int, campaign: int, seed: int) -> Siege:
    """A campaign without strikes to compare with, then the nights in campaigns."""
    siege = Siege(place, random.Random(seed))  # noqa: S311 - chance, not secrecy
    with Newsstand() as stand:
        siege.campaign(stand, [], 0)
        with place.connection() as conn:
            reference = digest(conn, stand)
    coming = siege.strikes()
    for first in range(1, nights + 1, campaign):
        chosen = [next(coming) for _ in range(min(campaign, nights + 1 - first))]
        with Newsstand(released=15) as stand:
            siege.campaign(stand, chosen, first)
            with place.connection() as conn:
                found = digest(conn, stand)
        if found != reference:
            siege.wrong.append(
                f"articles differ from a quiet campaign: missing {sorted(reference - found)[:5]}, "
                f"too many {sorted(found - reference)[:5]}"
            )
    return siege


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.siege",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--nights", type=int, default=50)
    parser.add_argument("--campaign", type=int, default=5, help="nights between two proofs (default 5)")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    # Stopped from outside it takes its disk and its database away as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Place() as place:
        if not place.disk:
            print("no right to mount here: the disk is neither filled nor locked", flush=True)
        siege = besiege(place, nights=chosen.nights, campaign=chosen.campaign, seed=chosen.seed)
    for name, count in sorted(siege.hits.items()):
        print(f"  {name}: {count} ×")
    for what in siege.wrong:
        print(f"WRONG: {what}")
    print(f"{chosen.nights} nights, {sum(siege.hits.values())} strikes, {len(siege.wrong)} things wrong")
    return 1 if siege.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
