"""Stories at length: ``python -m tests.benchmarks.stories [--articles N]``.

Invented dispatches, of which each is carried by one to six outlets within three days: as it is, cut, updated, with
sentences put in other words, with a word in thirty changed. They come in the order of chance and are placed in batches,
as extraction does it, in a real PostgreSQL. What belongs together is known, so that precision and recall of pairs can
be told.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import load_settings
from processing.store import embedded, stories
from processing.store.articles import fingerprint
from processing.store.connect import connect
from processing.store.migrate import migrate
from tests.processing.dispatches import dispatch

BATCH = 500
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 300
WAYS = ("copy", "cut", "update", "rewrite", "touched")

Line = Callable[[str, str], None]
_connection: Connection[TupleRow]


def clustering(line: Line, *, articles: int = 5_000) -> None:
    """Print how long placing takes, what it needs, and how right it is."""
    with database() as (url, conn), placing_process(url) as place:
        truth: dict[int, int] = {}
        spent: list[float] = []
        cpu: list[float] = []
        memory: list[float] = []
        made = invented(articles)
        while batch := [one for _, one in zip(range(BATCH), made, strict=False)]:
            truth.update(insert(conn, batch))
            seconds, used, resident = place()
            spent.append(seconds)
            cpu.append(used)
            memory.append(resident)
        found = dict(conn.execute("SELECT id, story_id FROM press.article").fetchall())
        (size,) = conn.execute("SELECT pg_total_relation_size('press.sketch') / 1048576.0").fetchone() or (0,)
    precision, recall = pairs_right(truth, found)
    line(
        f"{len(truth):,} articles put into stories",
        f"{sum(spent):.1f} s, {len(truth) / sum(spent):.0f} a second; CPU {sum(cpu):.1f} s with the server's, "
        f"{len(truth) / sum(cpu):.0f} a CPU second",
    )
    tenth = max(1, len(spent) // 10)
    rates = (f"{BATCH * tenth / sum(part):.0f}" for part in (cpu[:tenth], cpu[-tenth:]))
    line("a CPU second in the first and in the last tenth", ", ".join(rates))
    line("pairs", f"precision {precision:.4f}, recall {recall:.4f}")
    line(
        "memory of the placing process after a batch",
        f"{memory[tenth - 1]:.0f} MiB at a tenth, {memory[-1]:.0f} MiB at the end",
    )
    line("sketches with their indexes", f"{float(size):.0f} MiB")


@contextmanager
def placing_process(url: str) -> Iterator[Callable[[], tuple[float, float, float]]]:
    """A process that only places, so that its memory is the stage's; each call places what waits.

    A call gives the seconds that took, those of the processor (its own and those of its server process), and the
    resident memory of the process after it in MiB.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_connect, initargs=(url,)) as pool:
        yield lambda: pool.submit(_place).result()


def _connect(url: str) -> None:
    global _connection
    _connection = connect(url)


def _place() -> tuple[float, float, float]:
    begun, before = time.perf_counter(), _cpu()
    with _connection.transaction():
        stories.place(_connection)
    # Not the largest that the system tells of: a new process inherits that of the one that starts it.
    resident = psutil.Process().memory_info().rss / 2**20
    return time.perf_counter() - begun, _cpu() - before, resident


def _cpu() -> float:
    at_server = psutil.Process(_connection.info.backend_pid).cpu_times()
    return time.process_time() + at_server.user + at_server.system


def invented(articles: int) -> Iterator[tuple[int, datetime, str]]:
    """(story, time, text) of so many articles, in the order of chance."""
    chance = random.Random(11)  # noqa: S311
    made: list[tuple[int, datetime, str]] = []
    story = 0
    while len(made) < articles:
        story += 1
        at = FIRST + timedelta(days=chance.randrange(DAYS))
        sentences = dispatch(story, chance.randrange(8, 30)).split("\n")
        for number in range(chance.choice((1, 1, 1, 2, 3, 6))):
            way = "copy" if number == 0 else chance.choice(WAYS)
            told = "\n".join(altered(sentences, way, chance))
            made.append((story, at + timedelta(hours=chance.randrange(72)), told))
    chance.shuffle(made)
    yield from made[:articles]


def altered(sentences: list[str], way: str, chance: random.Random) -> list[str]:
    """The dispatch as another outlet carries it."""
    other = dispatch(chance.randrange(10**6, 10**7), len(sentences)).split("\n")
    if way == "cut":
        return sentences[: max(4, len(sentences) // 2)]
    if way == "update":
        return other[: len(sentences) // 3] + sentences
    if way == "rewrite":
        return [new if chance.random() < 0.25 else old for old, new in zip(sentences, other, strict=True)]
    if way == "touched":
        return [
            " ".join("toutefois" if chance.random() < 1 / 30 else word for word in sentence.split())
            for sentence in sentences
        ]
    return sentences


def insert(conn: Connection[TupleRow], batch: list[tuple[int, datetime, str]]) -> list[tuple[int, int]]:
    """Store articles that have no story yet; returns (article, true story)."""
    rows = conn.execute(
        """
        WITH made AS (
            INSERT INTO press.page (url, fetch_url, state)
            SELECT 'https://a.example/' || gen_random_uuid(), '', 'gone' FROM generate_series(1, %s) RETURNING id)
        SELECT id FROM made ORDER BY id
        """,
        (len(batch),),
    ).fetchall()
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO press.article (page_id, url, title, body, language, words, extractor_version, published_at,
                                       fingerprint)
            VALUES (%s, '', '', %s, 'fr', 1, 'x', %s, %s) RETURNING id
            """,
            [
                (page, text, at, fingerprint("", text))
                for (page,), (_, at, text) in zip(rows, batch, strict=True)
            ],
            returning=True,
        )
        ids = [cursor.fetchone() for _ in cursor.results()]
    return [(row[0], story) for row, (story, _, _) in zip(ids, batch, strict=True) if row]


def pairs_right(truth: dict[int, int], found: dict[int, int]) -> tuple[float, float]:
    """Precision and recall of « these two belong together »."""

    def pairs(sizes: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in sizes.values())

    both = pairs(Counter((truth[id], found[id]) for id in truth))
    said, true = pairs(Counter(found.values())), pairs(Counter(truth.values()))
    return both / max(1, said), both / max(1, true)


@contextmanager
def database() -> Iterator[tuple[str, Connection[TupleRow]]]:
    """An empty, migrated database of its own: its address, and a connection."""
    with TemporaryDirectory(prefix="vedette-") as folder:
        settings = load_settings().model_copy(update={"home": Path(folder), "database_url": None})
        with embedded.database(settings) as url:
            migrate(url)
            with connect(url) as conn:
                yield url, conn


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stories", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    clustering(
        lambda what, figure: print(f"{what}: {figure}", flush=True), articles=parser.parse_args().articles
    )
