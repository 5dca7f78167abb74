"""Keys of the advisory locks, kept in one place so that no two purposes share one."""

from __future__ import annotations

from typing import Final

MIGRATE: Final = 7_301_942
"""One migration at a time: two would race for the same CREATE statements."""
STORE_ARTICLES: Final = 7_301_943
"""One merge of articles at a time: two workers could both take the same article for new."""
SYNC_CATALOGUE: Final = 7_301_944
"""One sync of the catalogue at a time: two would wait for each other's rows."""
