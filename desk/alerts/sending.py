"""Sending a message through apprise: mail, chat, phone; https://github.com/caronc/apprise/wiki lists the addresses."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

import apprise

from desk.alerts.addresses import kind, masked
from desk.alerts.message import Message
from processing.errors import AlertError, SettingsError

# apprise and urllib3 write whole addresses into their logs, which are secrets. What went wrong is in our own error.
_log = logging.getLogger(apprise.logger.name)
_log.addHandler(logging.NullHandler())
_log.setLevel(logging.WARNING)
_log.propagate = False
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


def send(message: Message, addresses: Sequence[str]) -> None:
    """Send the message to each address, whatever becomes of the others.

    Raises SettingsError, before anything is sent, when apprise can make nothing of an address; AlertError when a
    service did not take the message. Both say which address it is by number and kind, and nothing else of it.
    """
    services = [
        _service(number, address, len(addresses)) for number, address in enumerate(addresses, start=1)
    ]
    failures = []
    for number, (address, service) in enumerate(zip(addresses, services, strict=True), start=1):
        one = apprise.Apprise(services=[service])
        result = one.notify(
            title=message.title,
            body=message.body,
            notify_type=apprise.NotifyType(message.kind),
            body_format=apprise.NotifyFormat.HTML if message.html else apprise.NotifyFormat.TEXT,
        )
        if not result:
            said = "; ".join(masked(entry.message, address) for entry in result.logs())
            failures.append(
                f"{service.service_name} (address {number}): {said or 'it did not take the message'}"
            )
    if failures:
        raise AlertError(
            f"{message.title!r} could not be sent to {' | '.join(failures)}; it will be tried again"
        )


def _service(number: int, address: str, count: int) -> apprise.NotifyBase:
    with warnings.catch_warnings():
        # apprise loads its services at the first address, one of which takes a module that Python 3.13 dropped.
        warnings.filterwarnings("ignore", message="'imghdr' is deprecated")
        service = apprise.Apprise.instantiate(address, asset=apprise.AppriseAsset(async_mode=False))
    if not isinstance(service, apprise.NotifyBase):
        raise SettingsError(
            f"VEDETTE_ALERTS: address {number} of {count} ({kind(address)}) is not one that apprise can use; "
            "https://github.com/caronc/apprise/wiki shows how each kind is written"
        )
    return service
