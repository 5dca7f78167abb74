"""Serve the sample press by hand: `python -m tests.newsstand`."""

from __future__ import annotations

import argparse
import datetime as dt
import errno
import signal
import sys
import threading

from tests.newsstand.server import Newsstand

EXAMPLES = """examples:
  python -m tests.newsstand --catalogue newsstand.yaml
  VEDETTE_CATALOGUE=newsstand.yaml VEDETTE_ALLOW_PRIVATE_HOSTS=1 VEDETTE_DELAY=0 vedette night

  python -m tests.newsstand --port 8090 --released 60 --site-delay 0.2
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.newsstand",
        description="Serve the sample French press on loopback addresses until Ctrl-C.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port of all sites (default: a free one)")
    parser.add_argument("--catalogue", metavar="FILE", help="write the catalogue of the sites into FILE")
    parser.add_argument("--released", type=int, metavar="N", help="how many articles are out (default: all)")
    parser.add_argument("--site-delay", type=float, default=0, metavar="S", help="seconds every answer takes")
    parser.add_argument(
        "--start", type=dt.date.fromisoformat, metavar="DATE", help="day of the crawl (default: today)"
    )
    chosen = parser.parse_args()

    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    stand = Newsstand(
        start=chosen.start, port=chosen.port, released=chosen.released, site_delay=chosen.site_delay
    )
    try:
        with stand:
            if chosen.catalogue:
                stand.write_catalogue(chosen.catalogue)
            addresses = " ".join(f"{site}={stand.base(site)}/" for site in stand.sites)
            sys.stdout.write(f"{stand.released} articles of {len(stand.sites)} sites: {addresses}\n")
            sys.stdout.flush()
            done.wait()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        what = f"port {chosen.port}" if error.filename is None else error.filename
        way_out = " (choose another with --port)" if taken else ""
        sys.stderr.write(f"newsstand: {what}: {(error.strerror or str(error)).lower()}{way_out}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
