"""The local stack: PostgreSQL and Airflow on one machine, started and stopped by one command.

::

    running.py       the order of starting, watching and stopping
    layout.py        where things lie under VEDETTE_HOME
    credentials.py   secrets and the password, made once, readable by the owner alone
    environment.py   the variables that configure Airflow
    databases.py     PostgreSQL, schema press, and Airflow's own database
    services.py      child processes: start, watch, end with everything they started
    record.py        what is running, written down, so that a later `up` can clear it away
    health.py        asking Airflow whether it is well
"""

from desk.stack.running import up

__all__ = ["up"]
