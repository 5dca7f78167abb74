"""Why there was no answer, in words."""

from __future__ import annotations

import re

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


_NESTED = re.compile(r"<twisted\.python\.failure\.Failure [\w.]+: (.*?)>", re.S)


def said(error: BaseException) -> str:
    """One line: our words for the failures that networks have, else the error's own."""
    if words := _WORDS.get(type(error)):
        return words
    text = " ".join(str(error).split())
    if "exceeded DOWNLOAD_MAXSIZE" in text:
        return "the answer is too large once unpacked"
    if "certificate verify failed" in text:
        return "its certificate cannot be verified"
    if nested := _NESTED.findall(text):
        text = "; ".join(dict.fromkeys(nested))
    if text == "Connection was closed cleanly.":
        return "the connection was closed before the answer was whole"
    return text or type(error).__name__
