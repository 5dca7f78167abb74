"""Print the installed distributions that a project does not need, one a line.

    python unneeded.py pyproject.toml EXTRA…

Needed is what the project's dependencies and those of the named extras reach through the metadata of the
installed distributions, with the extras asked for on the way and the markers of this interpreter.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def declared(project: Path, extras: Iterable[str]) -> list[Requirement]:
    """The requirements that a pyproject.toml states, those of ``extras`` included."""
    table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    lines = [
        *table["dependencies"],
        *(line for extra in extras for line in table["optional-dependencies"][extra]),
    ]
    return [Requirement(line) for line in lines]


def needed(requirements: Iterable[Requirement]) -> set[str]:
    """Canonical names of all distributions that the requirements reach.

    Raises importlib.metadata.PackageNotFoundError when one of them is not installed.
    """
    waiting = [one for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""})]
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
    if len(sys.argv) < 2:
        sys.stderr.write("usage: unneeded.py PYPROJECT [EXTRA…]\n")
        return 2
    project, extras = Path(sys.argv[1]), sys.argv[2:]
    installed = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
    sys.stdout.writelines(f"{name}\n" for name in sorted(installed - needed(declared(project, extras))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
