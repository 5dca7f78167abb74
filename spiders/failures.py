"""Why there was no answer, in words."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

_WORDS: dict[type[BaseException], str] = {
    DownloadTimeoutError: "no answer in time",
    CannotResolveHostError: "the host name cannot be resolved",
    DownloadConnectionRefusedError: "the connection was refused",
    ResponseDataLossError: "the answer was cut short",
    DownloadCancelledError: "the answer is too large",
}


def said(error: BaseException) -> str:
    """One line: our words for the failures that networks have, else the error's own."""
    return _WORDS.get(type(error)) or " ".join(str(error).split()) or type(error).__name__
