"""``python -m spiders crawl``: the crawling process. People use ``vedette crawl``, which starts it."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import psycopg

from processing.errors import SettingsError, VedetteError
from processing.settings import load_settings
from spiders.crawl import Order, run
from spiders.pipeline import refused_by_database


def main(arguments: list[str] | None = None) -> int:
    """0: a statistics file was written, whatever it says. 1: the crawl could not begin, one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m spiders", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    crawl = commands.add_parser("crawl", help="poll what is due, fetch what is new, seal the archive")
    crawl.add_argument("sources", nargs="*", metavar="SOURCE")
    crawl.add_argument("--stats", type=Path, required=True, help="file for the statistics")
    crawl.add_argument("--limit", type=int, help="pages to ask for at most")
    crawl.add_argument("--all-due", action="store_true", help="look at every channel, due or not")
    crawl.add_argument("--only-relooks", action="store_true", help="only look at fresh articles again")
    crawl.add_argument("--patience", type=float, default=20.0, help="seconds to wait for a source in use")
    crawl.add_argument("--run-id", type=int, help="row of press.run this crawl belongs to")
    crawl.add_argument("--lifeline", type=int, help="file descriptor that closes when the parent ends")
    chosen = parser.parse_args(arguments)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_worth_telling)
    logging.basicConfig(handlers=[handler], level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    try:
        settings = load_settings()
        if settings.database_url is None:
            raise SettingsError(
                "VEDETTE_DATABASE_URL is not set: the crawling process needs a running PostgreSQL"
            )
        order = Order(
            stats=chosen.stats,
            run_id=chosen.run_id,
            sources=tuple(chosen.sources),
            limit=chosen.limit,
            all_due=chosen.all_due,
            only_relooks=chosen.only_relooks,
            patience=chosen.patience,
        )
        run(settings, settings.database_url, order, chosen.lifeline)
    except VedetteError as error:
        logging.getLogger("spiders").error("%s", error)  # noqa: TRY400 - one line for a person
        return 1
    except psycopg.Error as error:
        logging.getLogger("spiders").error("%s", refused_by_database(error))  # noqa: TRY400 - as above
        return 1
    return 0


def _worth_telling(record: logging.LogRecord) -> bool:
    """Scrapy sets its own loggers to DEBUG; a filter of ours outlasts that."""
    return record.levelno >= logging.ERROR or not record.name.startswith(("scrapy", "twisted", "asyncio"))


if __name__ == "__main__":
    sys.exit(main())
