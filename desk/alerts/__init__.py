"""What is wrong, and who is told.

::

    facts.py       what is read to find out: the database, the disk
    finding.py     what of it is wrong, and the way out (pure)
    changes.py     what is new, fixed or silenced since the last look, and what to tell of it (pure)
    message.py     how it is told: the message, the note of a run (pure)
    addresses.py   where messages go: VEDETTE_ALERTS
    sending.py     sending one, through apprise
    watch.py       a look, and a message about it
    taskflow.py    both as tasks of Airflow
    deadline.py    « the brief is not ready », for Airflow's triggerer
    banner.py      the banner of Airflow's home page
"""
