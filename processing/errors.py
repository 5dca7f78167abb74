"""Every error Vedette raises on purpose, in one tree.

::

    VedetteError
    ├── SettingsError        a VEDETTE_* setting cannot be used
    ├── CatalogueError       an entry of the catalogue cannot be used (file, source, field)
    ├── StoreError           PostgreSQL cannot be reached or refuses
    │   └── SchemaError      the database is not migrated, or newer than this Vedette
    ├── ArchiveError         a WARC file cannot be read, written or fetched
    │   ├── ServerAwayError      its server does not answer, or not to the end: later it may
    │   └── PrivateAddressError  its address leads off the public internet
    ├── BackupError          a backup cannot be made or restored, or is not what it was taken of
    ├── CrawlError           a crawl ended in a way that is not a result
    │   └── CrawlBusyError       another crawl is at all the sources that were asked for
    ├── PageError            one page cannot be digested; the stage quarantines it and goes on
    ├── GoldError            a line of a gold file is not a labelled sentence (file, line, field)
    ├── LexiconError         a lexicon entry cannot be used (file, entry)
    ├── AlertError           a message about alerts cannot be sent (names the service, never its address)
    ├── ExportError          an export cannot be written (file, or the package that is missing)
    ├── WatchError           a watch list is not there, is there already, or holds what is no filter (name)
    └── StackError           the local stack (PostgreSQL, Airflow) cannot start

A message is one line: it names the thing, and the way out where there is one. The command line prints
it as it stands; a traceback appears only with ``--debug``.
"""

from __future__ import annotations


class VedetteError(Exception):
    """Base of every error that is meant for a person. Its text is one line."""


class SettingsError(VedetteError):
    """A ``VEDETTE_*`` setting cannot be used. Raised when settings are loaded."""


class CatalogueError(VedetteError):
    """An entry of the catalogue cannot be used. Names the file, the source and the field."""


class StoreError(VedetteError):
    """PostgreSQL cannot be reached, or refuses what a stage needs."""


class SchemaError(StoreError):
    """The schema ``press`` is missing or of another version. The way out is ``vedette db migrate``."""


class ArchiveError(VedetteError):
    """A WARC file cannot be read, written or fetched. Names the file and, where known, the byte offset."""


class ServerAwayError(ArchiveError):
    """No answer, one that breaks off again and again, 429 or 5xx. What came is kept, and the rest may come later."""


class PrivateAddressError(ArchiveError):
    """An address leads off the public internet. ``VEDETTE_ALLOW_PRIVATE_HOSTS=1`` would allow it."""


class BackupError(VedetteError):
    """A backup cannot be made or restored, or its restore is not what it was taken of. Names file and table."""


class CrawlError(VedetteError):
    """A crawl ended in a way that is not a result: it was killed, or left no statistics."""


class CrawlBusyError(CrawlError):
    """Another crawl is at all the sources that were asked for. It does the work, or the next one will."""


class PageError(VedetteError):
    """One page cannot be digested. Stages turn it into a row of ``quarantine`` and go on."""


class GoldError(VedetteError):
    """A line of a gold file is not a labelled sentence. Names the line and the field."""


class LexiconError(VedetteError):
    """A lexicon entry cannot be used. Names the file and the entry."""


class AlertError(VedetteError):
    """A message about alerts cannot be sent. Names the service, never its address, which is a secret."""


class ExportError(VedetteError):
    """An export cannot be written. Names the file, or the package that is missing."""


class WatchError(VedetteError):
    """A watch list is not there, is there already, or holds what is no filter. Names it."""


class StackError(VedetteError):
    """The local stack cannot start or stop. Names the service and its log."""
