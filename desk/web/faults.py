"""What goes wrong at the desk, each with the status that the browser is told."""

from __future__ import annotations


class DeskError(Exception):
    """A request that gets no answer but a page that says why; ``key`` is its text in the catalogue."""

    status = 400

    def __init__(self, key: str = "", **values: str) -> None:
        super().__init__(key)
        self.key = key or f"error.{self.status}"
        self.values = values


class BadValueError(DeskError):
    """A part of the address that cannot mean anything. Raised by whoever reads it."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__("error.value", name=name, value=value[:200])


class NotAllowedError(DeskError):
    """The person may not do that."""

    status = 403


class MissingError(DeskError):
    """There is nothing at this address."""

    status = 404


class TooLargeError(DeskError):
    """More was sent than any form holds."""

    status = 413


class WrongHostError(DeskError):
    """The Host header names somebody else: a name server may have been turned against us (DNS rebinding)."""

    status = 421


class BusyError(DeskError):
    """As many exports run as may. Raised by `desk.web.reading`."""

    status = 503

    def __init__(self) -> None:
        super().__init__("error.busy")


class TooOftenError(DeskError):
    """Too many failed tries."""

    status = 429
