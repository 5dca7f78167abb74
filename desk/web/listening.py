"""Where the desk may listen, and under which name a browser finds it. Pure, and quick to import."""

from __future__ import annotations

import ipaddress

from processing.errors import SettingsError
from processing.settings import Settings


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_secret(settings: Settings, host: str) -> None:
    """Raise SettingsError when ``host`` can be reached by others and nothing is asked of them."""
    if not is_loopback(host) and not settings.desk_password and not settings.desk_token:
        raise SettingsError(
            f"{host} can be reached from other machines: set VEDETTE_DESK_PASSWORD or VEDETTE_DESK_TOKEN "
            "(or VEDETTE_DESK_PASSWORD_FILE …) first"
        )


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds a desk that listens on ``host``."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
