"""Keys of the advisory locks, kept in one place so that no two purposes share one."""

from __future__ import annotations

from typing import Final

MIGRATE: Final = 7_301_942
"""One migration at a time: two would race for the same CREATE statements."""
STORE_ARTICLES: Final = 7_301_943
"""One merge of articles at a time: two workers could both take the same article for new."""
SYNC_CATALOGUE: Final = 7_301_944
"""One sync of the catalogue at a time: two that start together would lock each other's rows."""
CRAWL_SOURCE: Final = 7_301_945
"""One crawl of a source at a time; the second key of the lock is the source."""
CRAWL_HOST: Final = 7_301_946
"""One crawl at a host at a time, over all sources there; the second key of the lock is the host."""
REGISTER_SEGMENT: Final = 7_301_948
"""One registration of a segment at a time, and none while it is asked whether it counts; the second key is the path."""
RUN: Final = 7_301_947
"""Held (shared) by the processes of a run while they live; the second key is the run."""
ALERTS: Final = 7_301_949
"""One look at what is wrong, or one message about it, at a time: two would tell the same twice."""
RESTORE_TEST: Final = 7_301_950
"""One restore test at a time: two would use the same scratch database."""
