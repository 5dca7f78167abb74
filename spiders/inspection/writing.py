"""A new entry into a catalogue file: appended as text, whole or not at all, and only what the loader takes."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from processing.errors import CatalogueError
from spiders.catalogue import PACKAGED, Source, load_catalogue
from spiders.inspection.entry import as_yaml
from spiders.inspection.targets import refuse_known

ADDED = "added.yaml"
"""The file that new entries go to in a folder."""


def known_sources(catalogue: Path | None) -> list[Source]:
    """The sources of a catalogue that may still be empty or missing. Raises CatalogueError when it has faults."""
    root = catalogue or PACKAGED
    files = _files(root)
    if not any(_has_entries(file) for file in files):
        return []
    return load_catalogue(root)


def file_for(catalogue: Path | None, chosen: str | None = None) -> Path:
    """The file to append to: the catalogue itself, or in a folder the chosen one, else ``added.yaml``.

    Raises CatalogueError when there is no such place, or when the catalogue is the one installed with the package:
    the next installation would take the entry away.
    """
    root = catalogue or PACKAGED
    if catalogue is None and "site-packages" in PACKAGED.parts:
        raise CatalogueError(
            "VEDETTE_CATALOGUE is not set: set it to a file or folder of your own (it may be new), "
            f"for instance a copy of {PACKAGED}"
        )
    if root.is_dir():
        name = chosen or ADDED
        if Path(name).name != name or Path(name).suffix not in (".yaml", ".yml"):
            raise CatalogueError(f"--file {name!r} cannot be used: name a .yaml file in {root}")
        return root / name
    if chosen is not None:
        raise CatalogueError(f"--file chooses a file in a folder, and {root} is none")
    if root.suffix not in (".yaml", ".yml") or not root.absolute().parent.is_dir():
        raise CatalogueError(f"{root}: no such catalogue file or folder (VEDETTE_CATALOGUE)")
    return root


def append(source: Source, guessed: Iterable[tuple[str, str]], catalogue: Path | None, file: Path) -> str:
    """Append an entry to ``file`` and return the text that was added; what stands there stays byte for byte.

    The new file is tried with the catalogue's loader before it takes the old one's place. Raises CatalogueError when
    the catalogue would be refused, when the host or one of the channels stands there already, or when the file
    cannot be written; then nothing is changed.
    """
    root = catalogue or PACKAGED
    guesses = tuple(guessed)
    try:
        with _held(file.absolute().parent):
            before = known_sources(catalogue)
            refuse_known(source.homepage, before)
            old = file.read_bytes().decode("utf-8") if file.exists() else ""
            added = ("\n" if old.strip() else "") + as_yaml(source, guesses, _indent(old, file))
            text = old + ("" if not old or old.endswith("\n") else "\n") + added
            _try(root, file, text, before, source)
            _replace(file, text)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file} cannot be written: {' '.join(str(error).split())}") from None
    return added


def _files(root: Path) -> list[Path]:
    if root.is_dir():
        return sorted([*root.glob("*.yaml"), *root.glob("*.yml")])
    return [root] if root.is_file() else []


def _has_entries(file: Path) -> bool:
    """Whether anything but comments stands in a file; one that cannot be read is for the loader to complain of."""
    try:
        return any(line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return True


def _indent(text: str, file: Path) -> int:
    """Columns before the dashes of the list in a file. Raises CatalogueError for a list in brackets."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if node is None:
        return 0
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise CatalogueError(
            f"{file}: not a list with « - id: » in which an entry can be appended: name another file"
        )
    return int(node.start_mark.column)


def _try(root: Path, file: Path, text: str, before: list[Source], source: Source) -> None:
    """Load the catalogue as it would be, from a copy."""
    with tempfile.TemporaryDirectory(prefix="vedette-catalogue-") as folder:
        copy = Path(folder)
        for other in _files(root):
            shutil.copyfile(other, copy / other.name)
        (copy / file.name).write_bytes(text.encode("utf-8"))
        where = f"{root if root.is_dir() else root.parent}{os.sep}"
        try:
            after = load_catalogue(copy)
        except CatalogueError as error:
            raise CatalogueError(f"not written: {str(error).replace(f'{copy}{os.sep}', where)}") from None
    if sorted([*before, source], key=lambda one: one.id) != after:
        raise CatalogueError(f"not written: {file} would not say the same of its other sources any more")


def _replace(file: Path, text: str) -> None:
    target = file.resolve()
    partial = target.with_name(f".{target.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        if target.exists():
            shutil.copymode(target, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Two commands that add to one folder do so one after the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
