"""Health check of a container: exit status 0 when the address answers and the named components are well.

    python healthy.py http://localhost:8974/health
    python healthy.py http://airflow-apiserver:8080/api/v2/monitor/health triggerer

Without components, any answer below 400 will do (the scheduler's own server says 503 when it is ill). With
components, the answer is like Airflow's ``/api/v2/monitor/health``: an object with a ``status`` for each.
Uses the standard library only, because it runs twice a minute in every container and ``airflow jobs check``
needs seconds of processor time for its imports alone.
"""

from __future__ import annotations

import json
import sys
import urllib.request

TIMEOUT = 5.0
"""Seconds for the answer."""


def main() -> int:
    if len(sys.argv) < 2:
        sys.stderr.write("usage: healthy.py ADDRESS [COMPONENT…]\n")
        return 2
    address, components = sys.argv[1], sys.argv[2:]
    # Addresses come from the compose file, and a proxy of the outer world knows none of them.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=TIMEOUT) as answer:
            states = json.load(answer) if components else {}
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{address}: {error}\n")
        return 1
    ill = [name for name in components if (states.get(name) or {}).get("status") != "healthy"]
    for name in ill:
        sys.stderr.write(f"{name}: {states.get(name)}\n")
    return 1 if ill else 0


if __name__ == "__main__":
    sys.exit(main())
