"""Upkeep: backups that were restored once, what is kept how long, room in the tables.

::

    programs.py     pg_dump and pg_restore: which one, and how it is told where the server is
    contents.py     what the database holds, table by table, and how two such lists differ
    keeping.py      which backups are kept (pure)
    backups.py      a backup is made, found, removed
    restoring.py    a backup is restored: into a scratch database to see whether it is good, or for a person
    retention.py    old polls, recordings, orphans and logs go
    vacuum.py       tables are cleared of dead rows; what takes most room
    telling.py      all of this in words (pure)
"""
