"""The night under a scheduler.

::

    figures.py      what a night brought, and how it is told in one line (pure)
    checks.py       what a good night looks like: floors, and conditions that PostgreSQL is asked (pure)
    stages.py       what each task does, without Airflow
    errors.py       why a task is red
    rechecks.py     what the recheck of fresh articles does and tells, without Airflow
    ingests.py      the same for WARC files from elsewhere
    spans.py        which days a run reads (pure)
    redo.py         these two, and the reading anew of stored articles, joined to Airflow's tasks
    taskflow.py     the stages joined to Airflow's tasks: settings, labels, notes, asset events
    upkeep_tasks.py the tasks of the DAG maintenance
    chain.py        tasks that several DAGs share: those of a crawl, the checks of mentions
    checking.py     an operator of Airflow that asks the conditions of checks.py
    retries.py      which failures are tried again, and when
    assets.py       what the stages hand on
    connection.py   where the tasks find the database
    pool.py         how many crawls may go on at once
    dags_page.py    docs/dags.md, made from the DAG files
    defaults.py     what all DAGs have in common
    note.py         a plugin of Airflow that writes the figures into the note of the run
"""
