"""Start a crawl as a child process, watch it, and judge it by its statistics file.

A child because Twisted's reactor starts once per process, and in a session of its own because whoever runs
us (Airflow above all) kills our process group within seconds, while a crawl needs a moment to seal what it
has. Scrapy exits with 0 after SIGTERM too, so the exit code says little: a crawl is done when its statistics
say ``finished``.
"""

from __future__ import annotations

import difflib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg

from processing.errors import CrawlBusyError, CrawlError, VedetteError
from processing.settings import NO_CONTACT, Settings
from processing.store import frontier, runs
from processing.store.connect import connect, require_schema
from spiders.catalogue import load_catalogue
from spiders.outcome import CrawlOutcome, Progress, SourceCounts
from spiders.settings import software
from spiders.sync import sync_catalogue

log = logging.getLogger("vedette.crawl")

STOP_SECONDS = 25.0
"""How long a stopped crawl may take to seal and end before it is killed: a request's timeout and some."""

due_sources = frontier.due_sources


def crawl(
    settings: Settings,
    database_url: str,
    sources: Sequence[str] = (),
    *,
    limit: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    all_due: bool = False,
    only_relooks: bool = False,
    patience: float = 20.0,
) -> CrawlOutcome:
    """Poll what is due, fetch what is new, seal the archive; returns what was done.

    The catalogue is synced first. ``sources`` names sources whose channels are looked at whether due or not
    (with conditional requests); ``all_due`` does so for every source; ``limit`` bounds the pages asked for.
    With ``only_relooks`` neither channels are looked at nor new pages fetched: fresh articles of these sources (all
    unless named) are looked at again, as far as they are due.
    A source that another crawl holds is waited for ``patience`` seconds and then left out.
    Log lines of the crawl go to the logger ``vedette.crawl``; ``on_progress`` is called about twice a second.
    The run stands in ``press.run`` whatever happens.

    Raises CatalogueError for a bad catalogue, StoreError for a database that cannot be used, and CrawlError
    when a source is not known or disabled, or when the crawl did not finish (the message says why), CrawlBusyError
    when another crawl is at all of these sources. An exception that stops the caller (KeyboardInterrupt, a task's
    termination) stops the child first.
    """
    catalogue = load_catalogue(settings.catalogue)
    if settings.contact == NO_CONTACT and not settings.allow_private_hosts:
        log.warning("VEDETTE_CONTACT is not set: publishers see no address to write to")
    with connect(database_url) as conn:
        require_schema(conn)
        sync_catalogue(conn, catalogue)
        _check_names(sources, {source.id: source.disabled for source in catalogue})
        run_id = runs.start(
            conn, "crawl", " ".join(sources) or None, {"vedette": software().partition("/")[2]}
        )
        # The connection stays open and idle: it says that the run is alive.
        arguments = _arguments(sources, limit, all_due, only_relooks, patience, run_id)
        return _supervised(settings, database_url, arguments, on_progress, run_id)


def _supervised(
    settings: Settings,
    database_url: str,
    arguments: Sequence[str],
    on_progress: Callable[[Progress], None] | None,
    run_id: int,
) -> CrawlOutcome:
    begun = time.monotonic()
    counts: dict[str, int | float] = {}
    try:
        stats = _run_child(settings, database_url, arguments, on_progress)
        counts = stats["totals"]
        outcome = _judged(stats, run_id)
    except BaseException as error:
        reason = str(error) if isinstance(error, VedetteError) else f"stopped by {type(error).__name__}"
        seconds = round(time.monotonic() - begun, 3)
        try:
            _finish(database_url, run_id, "failed", {**counts, "seconds": seconds}, reason)
        except (VedetteError, psycopg.Error) as problem:
            log.warning("run %d cannot be closed, the next one will: %s", run_id, problem)
        raise
    _finish(database_url, run_id, "done", {**outcome.totals, "seconds": outcome.seconds}, None)
    return outcome


def _finish(url: str, run_id: int, outcome: str, counts: dict[str, int | float], error: str | None) -> None:
    """Close the run's row over a fresh connection: the one that holds the run may be lost after a long crawl."""
    with connect(url) as conn:
        runs.finish(conn, run_id, outcome, counts, error)


def _check_names(wanted: Sequence[str], known: dict[str, str | None]) -> None:
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(near)}?" if near else "; `vedette sources list` shows them all"
            raise CrawlError(f"no source {name!r} in the catalogue{hint}")
        if known[name]:
            raise CrawlError(f"source {name} is disabled in the catalogue: {known[name]}")


def _arguments(
    sources: Sequence[str],
    limit: int | None,
    all_due: bool,
    only_relooks: bool,
    patience: float,
    run_id: int,
) -> list[str]:
    arguments = ["--run-id", str(run_id), "--patience", str(patience)]
    arguments += ["--limit", str(limit)] if limit is not None else []
    arguments += ["--all-due"] if all_due else []
    arguments += ["--only-relooks"] if only_relooks else []
    return [*arguments, *sources]


def _run_child(
    settings: Settings,
    database_url: str,
    arguments: Sequence[str],
    on_progress: Callable[[Progress], None] | None,
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="vedette-crawl-") as folder:
        stats = Path(folder) / "stats.json"
        ours, theirs = os.pipe()
        try:
            # -P: a folder named « spiders » where the user stands is not ours.
            command = [sys.executable, "-P", "-m", "spiders", "crawl", "--stats", str(stats)]
            command += ["--lifeline", str(ours), *arguments]
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={**settings.environment(), "VEDETTE_DATABASE_URL": database_url},
                start_new_session=True,
                pass_fds=(ours,),
            )
        except OSError as error:
            os.close(theirs)
            raise CrawlError(f"the crawling process cannot be started: {error}") from error
        finally:
            os.close(ours)
        try:
            last_words = _watch(child, on_progress)
        except BaseException:
            _stop(child)
            raise
        finally:
            os.close(theirs)
        return _read_stats(stats, child.returncode, last_words)


def _watch(child: subprocess.Popen[str], on_progress: Callable[[Progress], None] | None) -> str | None:
    """Forward the child's lines until it ends; returns its last error line, or else its last line."""
    assert child.stdout is not None and child.stderr is not None  # noqa: S101, PT018 - both are pipes
    words = _LastWords()
    listener = threading.Thread(target=_forward_log, args=(child.stderr, words), daemon=True)
    listener.start()
    with child.stdout:
        for line in child.stdout:
            progress = _progress(line)
            if progress is None:
                log.info("%s", line.rstrip())
            elif on_progress is not None:
                on_progress(progress)
    child.wait()
    listener.join()
    return words.error or words.line


@dataclass
class _LastWords:
    line: str | None = None
    error: str | None = None


def _forward_log(stream: IO[str], words: _LastWords) -> None:
    with stream:
        for line in stream:
            level_name, _, text = line.rstrip("\n").partition(" ")
            level = logging.getLevelNamesMapping().get(level_name)
            if level is None:
                # A further line of a traceback, or a word of a library.
                log.info("%s", line.rstrip())
                words.line = line.strip() or words.line
                continue
            message = text.partition(" ")[2]
            log.log(level, "%s", message)
            if level >= logging.ERROR:
                words.error = message


def _progress(line: str) -> Progress | None:
    try:
        event = json.loads(line)
        return Progress(
            event["source"], event["polled"], event["channels"], event["fetched"], event["queued"]
        )
    except (ValueError, KeyError, TypeError):
        return None


def _stop(child: subprocess.Popen[str]) -> None:
    """Ask the child's whole group to stop, wait while it seals what it has, then kill what is left."""
    for signal_, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
        if child.poll() is not None:
            return
        try:
            os.killpg(child.pid, signal_)
        except ProcessLookupError:
            return
        try:
            child.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            continue


def _read_stats(path: Path, code: int, last_words: str | None) -> dict[str, Any]:
    try:
        stats: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit status {code}"
        silence = f"the crawl {how} and left no statistics; run it again, nothing is lost"
        raise CrawlError(last_words or silence) from None
    return stats


def _judged(stats: dict[str, Any], run_id: int) -> CrawlOutcome:
    reason = stats["finish_reason"]
    if reason != "finished":
        fetched = stats["totals"]["fetched"]
        why = stats.get("fault") or f"it was stopped ({reason})"
        raise CrawlError(
            f"the crawl did not finish: {why}; {fetched} pages are kept, run it again for the rest"
        )
    busy = tuple(stats["busy"])
    if busy and not stats["per_source"]:
        raise CrawlBusyError(f"another crawl is at {', '.join(busy)}: wait for it, or run again later")
    return CrawlOutcome(
        run_id=run_id,
        finish_reason=reason,
        totals=stats["totals"],
        per_source={name: SourceCounts(**counts) for name, counts in stats["per_source"].items()},
        seconds=stats["seconds"],
        busy=busy,
        scrapy=stats["scrapy"],
    )
