"""The morning brief: what a night brought, in three minutes of reading.

``write_brief`` reads it from the database; ``as_markdown``, ``as_html`` and ``as_dict`` render it. The decisions
(period, choosing, quoting, length, wording) are pure; ``writing`` alone reads the database.
"""

from __future__ import annotations

from desk.brief.content import Brief
from desk.brief.rendering import as_dict, as_html, as_markdown
from desk.brief.writing import write_brief

__all__ = ["Brief", "as_dict", "as_html", "as_markdown", "write_brief"]
