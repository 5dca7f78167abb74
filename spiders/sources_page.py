"""``docs/sources.md``: the catalogue as a page. ``python -m spiders.sources_page [--check]`` writes or checks it."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from processing.errors import CatalogueError
from spiders.catalogue import Source, load_catalogue

PAGE = Path(__file__).parent.parent / "docs" / "sources.md"

_VERIFICATION = {
    "recorded_here": "a copy of one of its feeds was at hand when the catalogue was made",
    "inspected": "`vedette sources add` looked at it and read articles of it",
    "third_party_says_works": "a published list says that the feed was tested and works",
    "third_party_http200_2020": "a published list says that the feed answered in 2020",
    "third_party_output_recorded": "somebody else's reading of it was at hand",
    "listed_unverified": "the address stands in published lists; nobody says that it was tested",
    "no_feed_seen": "no feed address was found; the section page is read instead",
    "third_party_says_dead": "a published list says that the feed is dead",
}


def page(sources: Sequence[Source]) -> str:
    """The page: counts, what the verification words mean, and one table a country."""
    active = [source for source in sources if source.disabled is None]
    kinds = Counter(source.kind for source in sources)
    lines = [
        "# Sources",
        "",
        "<!-- Generated from spiders/sources/ by `python -m spiders.sources_page`. Do not edit. -->",
        "",
        f"{len(sources)} French-language publications, {len(active)} of them crawled, with "
        f"{sum(len(source.channels) for source in active)} feeds, sitemaps and section pages: "
        + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) + ".",
        "",
        "How far an address has been checked stands in the column *checked*:",
        "",
        "| checked | meaning | sources |",
        "| --- | --- | ---: |",
    ]  # fmt: skip
    checked = Counter(source.verification for source in sources)
    lines += [
        f"| {word} | {meaning} | {checked[word]} |"
        for word, meaning in _VERIFICATION.items()
        if checked[word]
    ]
    for country in sorted({source.country for source in sources}):
        lines += [
            "",
            f"## {country}",
            "",
            "| id | name | kind | feeds | sitemaps | sections | checked | remarks |",
        ]
        lines += ["| --- | --- | --- | ---: | ---: | ---: | --- | --- |"]
        lines += [_row(source) for source in sources if source.country == country]
    return "\n".join(lines) + "\n"


def _row(source: Source) -> str:
    remarks = [
        f"state media of {source.state_media_of}" if source.state_media_of else "",
        f"not crawled: {source.disabled}" if source.disabled else "",
        source.note or "",
    ]
    cells = (
        f"`{source.id}`",
        f"[{source.name}]({source.homepage})",
        source.kind,
        str(len(source.feeds)),
        str(len(source.sitemaps)),
        str(len(source.sections)),
        source.verification or "",
        "; ".join(remark for remark in remarks if remark),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with ``--check`` say whether it is the one the catalogue makes (exit status 1: no)."""
    parser = argparse.ArgumentParser(prog="python -m spiders.sources_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is stale")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (default: docs/sources.md)")
    chosen = parser.parse_args(arguments)
    try:
        wanted = page(load_catalogue())
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not chosen.check:
        chosen.page.write_text(wanted, encoding="utf-8")
        return 0
    if chosen.page.is_file() and chosen.page.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(f"{chosen.page} does not show the catalogue: run `python -m spiders.sources_page`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
