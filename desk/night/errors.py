"""Why a task of the night is red. The names are read in the UI, and by the retry policy (retries.py)."""

from __future__ import annotations

from processing.errors import ArchiveError, CrawlError, VedetteError


class SourceDown(CrawlError):  # noqa: N818
    """No feed of a source answered, and asking again would not help: refused, not found, not readable."""


class SourceAway(SourceDown):
    """No feed of a source answered, for a cause that passes: a timeout, a 5xx, 429, a lost connection."""


class SourceQuiet(CrawlError):  # noqa: N818
    """A source answered, but brought less in a day than on any day of the last four weeks."""


class NightFailed(VedetteError):  # noqa: N818
    """Most sources could not be crawled, or nothing new came at all: the next stage shall not take this for a night."""


class ArchiveDamaged(ArchiveError):  # noqa: N818
    """A file cannot be read to its end, or cannot be had; what was whole of it is stored."""


class ArchiveAway(ArchiveDamaged):
    """The server of a file does not answer, or not to the end: what came of it is kept."""


class RunParamsError(VedetteError):
    """A run was started with parameters that cannot be used."""


class TaskStopped(VedetteError):  # noqa: N818
    """The task was told to end before it was done: cleared, marked, timed out, or the stack went down."""
