"""Print the installed distributions that a requirement does not need, one a line.

    python unneeded.py 'vedette[airflow]'

Needed is what the requirement reaches through the metadata of the installed distributions, with the extras
asked for on the way and the markers of this interpreter.
"""

from __future__ import annotations

import sys
from importlib.metadata import distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(root: str) -> set[str]:
    """Canonical names of all distributions that ``root`` reaches, itself included.

    Raises importlib.metadata.PackageNotFoundError when one of them is not installed.
    """
    waiting = [Requirement(root)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        # The empty extra stands for the distribution without extras.
        for extra in ("", *requirement.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for line in distribution(name).requires or []:
                dependency = Requirement(line)
                if dependency.marker is None or dependency.marker.evaluate({"extra": extra}):
                    waiting.append(dependency)
    return {name for name, _ in seen}


def main() -> int:
    if len(sys.argv) != 2:
        sys.stderr.write("usage: unneeded.py REQUIREMENT\n")
        return 2
    installed = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
    sys.stdout.writelines(f"{name}\n" for name in sorted(installed - needed(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
