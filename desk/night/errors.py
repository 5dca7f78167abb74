"""Why a task of the night is red. The names are read in the UI."""

from __future__ import annotations

from processing.errors import CrawlError, VedetteError


class SourceDown(CrawlError):  # noqa: N818
    """No feed of a source answered. Asking again at once would not help."""


class NightFailed(VedetteError):  # noqa: N818
    """A stage of the night failed, or no source answered."""


class TaskStopped(VedetteError):  # noqa: N818
    """The task was told to end before it was done: cleared, marked, timed out, or the stack went down."""
