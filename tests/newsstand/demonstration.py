"""``make demo``: one whole night against the bundled newsstand, on an embedded PostgreSQL of its own.

It runs the real command ``vedette night`` in a child process; only the press is ours.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.newsstand import Newsstand

VEDETTE = Path(sys.executable).with_name("vedette")
WIDTH = 110
"""Columns of the picture's terminal."""


def main() -> int:
    """Serve the newsstand, run a night on it, say what to do next; returns the night's exit status."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--home", type=Path, default=Path("var/demo"), help="where the demonstration keeps its data"
    )
    parser.add_argument(
        "--picture", type=Path, help="draw what the night printed into this SVG file, for the README"
    )
    options = parser.parse_args()
    home: Path = options.home
    # Every demonstration is a first night: the addresses of the newsstand change with its port.
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with Newsstand() as newsstand:
        catalogue = home / "catalogue.yaml"
        newsstand.write_catalogue(catalogue)
        environment = {
            **os.environ,
            "VEDETTE_HOME": str(home),
            "VEDETTE_CATALOGUE": str(catalogue),
            "VEDETTE_ALLOW_PRIVATE_HOSTS": "1",
            "VEDETTE_DELAY": "0",
        }
        environment.pop("VEDETTE_DATABASE_URL", None)
        print(
            f"A sample press of {len(newsstand.sites)} sites is served on this machine; here is Vedette's night.\n",
            flush=True,
        )
        status = subprocess.run([VEDETTE, "night"], env=environment, check=False).returncode
    if status == 0:
        vedette = VEDETTE.relative_to(Path.cwd()) if VEDETTE.is_relative_to(Path.cwd()) else VEDETTE
        print(_NEXT.format(home=home, vedette=vedette))
        if options.picture:
            draw(environment, options.picture)
    return status


def draw(environment: dict[str, str], picture: Path) -> None:
    """What ``vedette mentions`` prints of the night, as an SVG picture of a terminal."""
    command = [
        "mentions",
        "--polarity",
        "denied",
        "--polarity",
        "criticised",
        "--least-score",
        "0.9",
        "--limit",
        "7",
    ]
    shown = subprocess.run(
        [VEDETTE, *command],
        env={**environment, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)},
        capture_output=True,
        text=True,
        check=True,
    )
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(f"$ vedette {' '.join(command)}", highlight=False)
    console.print(Text.from_ansi(shown.stdout))
    picture.parent.mkdir(parents=True, exist_ok=True)
    # rich refers to fonts on a public server; the reader's own monospaced font does as well.
    drawn = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="vedette"), flags=re.DOTALL)
    picture.write_text(drawn, encoding="utf-8")


_NEXT = """
What you can do next, with VEDETTE_HOME={home} before each command:
  {vedette} mentions --polarity denied      what is denied, with its evidence
  {vedette} search "exercices navals"       full text, French word forms, accents optional
  {vedette} show 1                          one article, its mentions marked
  {vedette} db psql                         SQL: SELECT * FROM v_mention;
Then, on the real catalogue:
  make up                                   PostgreSQL and Airflow, the night at 02:00 Paris time
"""

if __name__ == "__main__":
    sys.exit(main())
