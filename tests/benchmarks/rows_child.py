"""Runs in news-please's own environment: ``python rows_child.py WARC…``; prints what its ``from_warc`` made, as JSON.

Only warcio, which comes with it, and news-please are imported. Loading them is not in the seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from newsplease import NewsPlease  # type: ignore[import-not-found]
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-not-found]


def main() -> None:
    made = {"records": 0, "articles": 0, "failed": 0}
    begun, cpu = time.perf_counter(), time.process_time()
    for path in sys.argv[1:]:
        with Path(path).open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type != "response":
                    continue
                made["records"] += 1
                try:
                    # Without this it asks the network for every picture.
                    article = NewsPlease.from_warc(record, fetch_images=False)
                except Exception:  # noqa: BLE001 - whatever it raises is its result
                    made["failed"] += 1
                else:
                    made["articles"] += bool(getattr(article, "maintext", None))
    seconds = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    print(json.dumps(made | seconds))


if __name__ == "__main__":
    main()
