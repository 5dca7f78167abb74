"""How much markup is read: what lxml and trafilatura can do in seconds, far above what the press serves. Pure.

Of 1,030 recorded press pages the longest has 0.6 MB and the fullest 5,900 tags. Cost does not grow in a straight
line: a table of 30,000 rows takes trafilatura a minute, a tag of 100,000 attributes takes libxml2 as long.
"""

from __future__ import annotations

import re
from itertools import islice

MAX_BYTES = 4 * 1024 * 1024
"""Of an HTML page that is read as an article or as a section."""

MAX_TAGS = 20_000
"""Of an article; counted as the signs « < »."""

MAX_ATTRIBUTES = 500
"""Of one tag."""

_SMALL = 1024
"""A tag shorter than that cannot have too many attributes."""
_IN_TAG = re.compile(rb"\"[^\"]*\"|'[^']*'|(>)|([\s/][^\s\"'>=/])")


def excess(markup: bytes, tags: int = MAX_TAGS) -> str | None:
    """What there is too much of, in words; None when the markup can be read."""
    if len(markup) > MAX_BYTES:
        return f"it has {len(markup) / 1048576:.1f} MiB (at most {MAX_BYTES >> 20} are read)"
    pieces = markup.split(b"<", tags + 1)
    if len(pieces) > tags + 1:
        return f"it has {markup.count(b'<')} tags (at most {tags} are read)"
    if any(_attributes(piece) > MAX_ATTRIBUTES for piece in [each for each in pieces if len(each) > _SMALL]):
        return f"a tag of it has more than {MAX_ATTRIBUTES} attributes"
    return None


def beginning(markup: bytes, tags: int) -> bytes:
    """The markup as far as MAX_BYTES and ``tags`` signs « < » go."""
    part = markup[:MAX_BYTES]
    beyond = next(islice(re.finditer(rb"<", part), tags, None), None)
    return part if beyond is None else part[: beyond.start()]


def _attributes(piece: bytes) -> int:
    """How many attributes follow a « < », up to the end of the tag."""
    count = 0
    for found in _IN_TAG.finditer(piece):
        if found[1]:
            break
        count += found[2] is not None
    return count
