"""``docs/dags.md``: the DAGs as a page. ``python -m desk.night.dags_page [--check]`` writes or checks it.

The DAG files are read as Airflow reads them, in a home of their own.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "dags.md"

_TITLE = re.compile(r"^### (.*)$", re.M)


def load(folder: Path) -> list[Any]:
    """The DAGs of a folder, in order of id; raises ImportError naming a file that cannot be read."""
    with tempfile.TemporaryDirectory(prefix="vedette-dags-") as home:
        os.environ |= {
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        }
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(str(folder), safe_mode=False)
        for path, error in bag.import_errors.items():
            raise ImportError(f"{path}: {error.strip().splitlines()[-1]}")
        return sorted(bag.dags.values(), key=lambda dag: str(dag.dag_id))


def page(dags: Sequence[Any]) -> str:
    """The page: how assets join the DAGs, then each with its document and its tasks."""
    lines = [
        "# DAGs",
        "",
        "<!-- Generated from dags/ by `python -m desk.night.dags_page`. Do not edit. -->",
        "",
        "A DAG starts by the clock, or when the asset that it reads has something new:",
        "",
        "```mermaid",
        "graph LR",
    ]
    for dag in dags:
        lines += [f"    {asset}([{asset}]) --> {dag.dag_id}" for asset in _reads(dag)]
        lines += [f"    {dag.dag_id} --> {asset}([{asset}])" for asset in _writes(dag)]
    lines += ["```", "", "| DAG | starts | does |", "| --- | --- | --- |"]
    lines += [f"| [`{dag.dag_id}`](#{dag.dag_id}) | {_starts(dag)} | {dag.description} |" for dag in dags]
    for dag in dags:
        lines += ["", f"## {dag.dag_id}", "", _TITLE.sub(r"*\1*", dag.doc_md.strip())]
        lines += ["", "| task | does | after | at most | tries |", "| --- | --- | --- | --- | ---: |"]
        lines += [_task(task) for task in dag.topological_sort()]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _task(task: Any) -> str:
    does = " ".join((task.doc_md or "").split())
    after = ", ".join(f"`{name}`" for name in sorted(task.upstream_task_ids))
    return f"| `{task.task_id}` | {does} | {after} | {_told(task.execution_timeout)} | {task.retries + 1} |"


def _starts(dag: Any) -> str:
    if reads := _reads(dag):
        return "on " + ", ".join(reads)
    expression = getattr(dag.timetable, "expression", "")
    return f"`{expression}`" if expression else "by hand"


def _reads(dag: Any) -> list[str]:
    condition = getattr(dag.timetable, "asset_condition", None)
    return sorted(asset.name for asset in getattr(condition, "objects", ()))


def _writes(dag: Any) -> list[str]:
    return sorted({asset.name for task in dag.tasks for asset in task.outlets})


def _told(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with ``--check`` say whether it is fresh (status 1 when it is not)."""
    parser = argparse.ArgumentParser(prog="python -m desk.night.dags_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the page is fresh")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (default: %(default)s)")
    options = parser.parse_args(arguments)
    fresh = page(load(ROOT / "dags"))
    if not options.check:
        options.page.write_text(fresh, encoding="utf-8")
    elif not options.page.exists() or options.page.read_text(encoding="utf-8") != fresh:
        sys.stderr.write(f"{options.page} is stale: run `python -m desk.night.dags_page`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
