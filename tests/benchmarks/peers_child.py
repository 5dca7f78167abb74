"""Runs in an environment of its own, with a peer installed: ``python peers_child.py PEER PAGES``.

PAGES is a folder of ``<n>.html`` with ``urls.txt`` beside them, a line each. Prints a JSON line for each page: what the
peer read, and the processor seconds it took. Only the standard library and the peer are imported.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def newspaper4k() -> Callable[[str, str], dict[str, Any]]:
    import newspaper  # type: ignore[import-not-found]

    def read(url: str, html: str) -> dict[str, Any]:
        # Without this it asks the network for every picture.
        article = newspaper.Article(url, language="fr", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return {
            "text": article.text,
            "title": article.title,
            "day": str(article.publish_date or "")[:10],
            "authors": list(article.authors),
        }

    return read


def news_please() -> Callable[[str, str], dict[str, Any]]:
    from newsplease import NewsPlease  # type: ignore[import-not-found]

    def read(url: str, html: str) -> dict[str, Any]:
        article = NewsPlease.from_html(html, url=url, fetch_images=False)
        return {
            "text": article.maintext or "",
            "title": article.title or "",
            "day": str(article.date_publish or "")[:10],
            "authors": list(article.authors or ()),
        }

    return read


PEERS = {"newspaper4k": newspaper4k, "news-please": news_please}


def main() -> None:
    read = PEERS[sys.argv[1]]()
    folder = Path(sys.argv[2])
    for number, url in enumerate((folder / "urls.txt").read_text(encoding="utf-8").splitlines()):
        html = (folder / f"{number}.html").read_text(encoding="utf-8")
        begun = time.process_time()
        try:
            found = read(url, html)
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is its result
            found = {"failed": f"{type(error).__name__}: {error}"}
        found |= {"url": url, "seconds": time.process_time() - begun}
        print(json.dumps(found, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
