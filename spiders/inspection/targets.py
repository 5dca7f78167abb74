"""From what a person writes, ids and addresses, to what is looked at. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from processing.errors import CatalogueError, PageError
from spiders.catalogue import Source
from spiders.inspection.candidates import beside_home, home_of, plain, same_host
from spiders.inspection.entry import Stated, provisional
from spiders.inspection.findings import Target


def targets_of(words: Iterable[str], known: Sequence[Source]) -> list[Target]:
    """A target for each word, each source once. An address of a host that the catalogue has means its source.

    Raises CatalogueError for an id that the catalogue does not have, or what is neither an id nor a web address.
    """
    found: dict[str, Target] = {}
    for word in words:
        target = _of_address(word, known) if _is_address(word) else Target(_of_id(word, known), listed=True)
        found.setdefault(target.source.id, target)
    return list(found.values())


def new_target(address: str, known: Sequence[Source], stated: Stated) -> Target:
    """A source that is to be added.

    Raises CatalogueError when the address or what is stated cannot be used, or when the catalogue has its host.
    """
    home, given = _home_and_given(address)
    refuse_known(home, known)
    return Target(provisional(home, (source.id for source in known), stated), listed=False, given=given)


def refuse_known(home: str, known: Iterable[Source]) -> None:
    """Raises CatalogueError when a source on the same host stands in the catalogue already."""
    for source in known:
        if same_host(source, home):
            raise CatalogueError(
                f"{plain(home).partition('/')[0]} stands in the catalogue already, as {source.id}: "
                f"`vedette sources check {source.id}` says what its entry lacks"
            )


def _of_address(word: str, known: Sequence[Source]) -> Target:
    home, given = _home_and_given(word)
    for source in known:
        if same_host(source, home):
            channels = {plain(url) for _, url in source.channels}
            return Target(
                source, listed=True, given=given if given and plain(given) not in channels else None
            )
    return new_target(word, known, Stated())


def _home_and_given(address: str) -> tuple[str, str | None]:
    try:
        return home_of(address), beside_home(address)
    except PageError as error:
        raise CatalogueError(
            f"{error}: want the address of a site, such as https://www.exemple.fr/"
        ) from None


def _of_id(word: str, known: Sequence[Source]) -> Source:
    for source in known:
        if source.id == word:
            return source
    near = difflib.get_close_matches(word, [source.id for source in known], n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else ": `vedette sources list`"
    raise CatalogueError(f"no source {word} in the catalogue{hint}")


def _is_address(word: str) -> bool:
    """An id has neither dot, colon nor slash; a web address has one of them."""
    return any(sign in word for sign in ".:/")
