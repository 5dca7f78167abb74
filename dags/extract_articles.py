"""
### Articles from pages

| | |
| --- | --- |
| **Frequency** | whenever `overnight_crawl`, `daytime_poll`, `recheck_articles` or `ingest_warc` have archived pages |
| **Source** | the archive |
| **Does** | cleans every page that waits: title, lead, body, authors, dates, language; joins copies to stories |
| **Reads** | archive segments, `press.page` |
| **Writes** | `press.article`, `press.story`, `press.quarantine`, `press.run` |
| **Starts** | `flag_mentions`, by the asset `articles` |
| **Checks** | of the run's pages: the shares of articles, of French, of dates, of the undigested (`press.v_run`) |

**When it fails**

* *`extract` is red*: its log says why (a worker killed for memory, a segment that is gone). Clear it; what was
  done is kept.
* *`check_rates` is red*: it names the rate that is off. Look at `vedette quarantine list`: a site has changed, or
  answers with something else. The articles are stored; when they are good, trigger `flag_mentions`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from desk.night import defaults, taskflow
from desk.night.assets import ARTICLES, PAGES
from desk.night.checking import PressCheck
from desk.night.checks import EXTRACTION


@dag(
    dag_id="extract_articles",
    description="Cleans archived pages into articles.",
    doc_md=__doc__,
    schedule=[PAGES],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    tags=["extract"],
    default_args=defaults.TASKS,
)
def extract_articles() -> None:
    """All pages that wait."""

    @task(execution_timeout=timedelta(hours=2))
    def extract() -> dict[str, Any]:
        """Turns archived pages into articles."""
        return taskflow.extract()

    check_rates = PressCheck(
        task_id="check_rates",
        doc_md="Stops here when the pages of this run did not become articles as usual.",
        table="press.v_run",
        of_run="run_id",
        after="extract",
        checks=EXTRACTION,
        execution_timeout=timedelta(minutes=5),
    )

    @task(execution_timeout=timedelta(minutes=5), outlets=[ARTICLES])
    def hand_on() -> dict[str, Any]:
        """Tells the flagger that articles wait."""
        return taskflow.hand_on("extract", ARTICLES)

    extract() >> check_rates >> hand_on()


extract_articles()
