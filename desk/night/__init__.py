"""The night under a scheduler.

::

    figures.py    what a night brought, and how it is told in one line (pure)
    stages.py     what each task does, without Airflow
    taskflow.py   the same functions joined to Airflow's tasks: settings, labels, asset events
    errors.py     why a task is red
    note.py       a plugin of Airflow that writes the figures into the note of the run
"""
