"""Cleaning beside its peers: ``python -m tests.benchmarks.peers WARC GOLD [--write]``.

newspaper4k and news-please are installed from the package index into an environment of their own under ``var/peers``
(they are never a dependency) and read the same pages; trafilatura as it comes reads them in this process, in turn with
ours. ``--write`` puts the table into docs/measurements.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from processing.archive.reading import ArchivedPage, iterate
from processing.clean.body import free_memory
from processing.clean.decode import decode
from processing.clean.evaluation import ALL, Figures, Reading, evaluate, load_gold
from processing.clean.peers import EXTRACTORS

PEERS = {"newspaper4k": "newspaper4k[fr]", "news-please": "news-please"}
CHILD = Path(__file__).with_name("peers_child.py")
ENVIRONMENT = Path("var/peers")
MEASUREMENTS = Path("docs/measurements.md")
HEAD = (
    "extractor", "words P / R / F1", "passages F1", "titles", "dates", "authors", "no line that recurs", "pages a CPU s"
)  # fmt: skip
BEGIN, END = "<!-- written by tests.benchmarks.peers -->", "<!-- end -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("warc", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true", help="put the table into docs/measurements.md")
    given = parser.parse_args()
    table = compared([given.warc], given.gold)
    sys.stdout.write(table + "\n")
    if given.write:
        written = MEASUREMENTS.read_text(encoding="utf-8")
        head, _, rest = written.partition(BEGIN)
        MEASUREMENTS.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def compared(warcs: Sequence[Path], gold: Path) -> str:
    """The table of ours, trafilatura and the peers on these pages."""
    pages = [page for warc in warcs for _, page in iterate(warc)]
    known = load_gold(gold.read_text(encoding="utf-8").splitlines())
    with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
        hand_over(pages, Path(folder))
        readers = {name: partial(told, run(name, Path(folder))) for name in PEERS}
    free_memory()
    return as_table({name: by[ALL] for name, by in evaluate(pages, known, {**EXTRACTORS, **readers}).items()})


def hand_over(pages: Sequence[ArchivedPage], folder: Path) -> None:
    """Write the pages, decoded, for the peers."""
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_text(decode(page.body, page.content_type or ""), encoding="utf-8")
    (folder / "urls.txt").write_text("\n".join(page.url for page in pages), encoding="utf-8")


def run(peer: str, folder: Path) -> Mapping[str, Reading]:
    """What a peer reads of the pages, by address. Raises CalledProcessError when it cannot be installed or run."""
    python = environment_of(peer)
    done = subprocess.run([python, CHILD, peer, folder], check=True, capture_output=True, text=True)
    return {row["url"]: reading(row) for row in map(json.loads, done.stdout.splitlines())}


def environment_of(peer: str) -> Path:
    """The Python of the environment that has the peer, made when there is none."""
    environment = ENVIRONMENT / peer
    python = environment / "bin" / "python"
    if not python.exists():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", str(environment)], check=True)
        install = [*uv, "pip", "install", "-q", "--python", str(python), PEERS[peer], "lxml_html_clean"]
        subprocess.run(install, check=True)
    return python


def reading(row: Mapping[str, object]) -> Reading:
    """A line of the child."""
    try:
        day = date.fromisoformat(str(row.get("day") or ""))
    except ValueError:
        day = None
    authors = row.get("authors")
    return Reading(
        str(row.get("text") or ""),
        str(row.get("title") or ""),
        day,
        tuple(map(str, authors)) if isinstance(authors, list) else (),
        float(str(row["seconds"])),
    )


def told(readings: Mapping[str, Reading], page: ArchivedPage) -> Reading:
    """An extractor that has done its work before."""
    return readings[page.url]


def as_table(found: Mapping[str, Figures]) -> str:
    """The figures in Markdown, a row each extractor."""
    beside = found["trafilatura"].seconds
    rows = [HEAD, ("---",) * len(HEAD)]
    for name, one in found.items():
        words = (
            f"{sum(part) / len(part):.3f}" if part else "–" for part in (one.precision, one.recall, one.f1)
        )
        shares = (one.title, one.day, one.authors, one.recurrent)
        rows.append(
            (
                name,
                " / ".join(words),
                f"{one.segment_f1:.3f}" if one.segment_f1 is not None else "–",
                *(f"{share.right} of {share.of}" if share.of else "–" for share in shares),
                f"{one.pages / one.seconds:.1f} ({beside / one.seconds:.2f} ×)",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
