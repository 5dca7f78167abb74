"""
### Mentions from articles

| | |
| --- | --- |
| **Frequency** | whenever `extract_articles` has stored articles |
| **Source** | stored articles |
| **Does** | finds the sentences that speak of Russia–China cooperation, with their evidence |
| **Reads** | `press.article` |
| **Writes** | `press.mention`, `press.run`; then the asset `mentions` |
| **Checks** | every article could be read; each quoted sentence is what its article says at that place; |
| | not every other article has a mention |

**When it fails**

* *`flag` is red*: its log says why. Clear it; what was done is kept.
* *`check_run` or `check_evidence` is red*: it names what does not hold. A change of rules is the likely cause:
  `vedette quarantine list`, then `vedette mentions --since 1d`. After the mending, the DAG `reflag` reads the articles
  anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from desk.night import defaults, taskflow
from desk.night.assets import ARTICLES, MENTIONS
from desk.night.chain import mention_checks


@dag(
    dag_id="flag_mentions",
    description="Finds the mentions of Russia–China cooperation in new articles.",
    doc_md=__doc__,
    schedule=[ARTICLES],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    tags=["flag"],
    default_args=defaults.TASKS,
)
def flag_mentions() -> None:
    """All articles that wait."""

    @task(execution_timeout=timedelta(hours=2))
    def flag() -> dict[str, Any]:
        """Finds the mentions in new articles."""
        return taskflow.flag()

    @task(execution_timeout=timedelta(minutes=5), outlets=[MENTIONS])
    def hand_on() -> dict[str, Any]:
        """Tells those who wait for mentions."""
        return taskflow.hand_on("flag", MENTIONS)

    flag() >> mention_checks("flag", evidence_within=timedelta(minutes=15)) >> hand_on()


flag_mentions()
