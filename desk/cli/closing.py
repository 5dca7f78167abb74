"""How a night ends on the screen: what each source gave, the mentions found, what is left out."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import Connection
from psycopg.rows import TupleRow
from rich.table import Table

from desk.cli.printing import mentions_table, out
from processing.stage import StageOutcome
from processing.store import findings
from processing.store.findings import MentionFilter, Row
from spiders.outcome import CrawlOutcome, SourceCounts

SHOWN = 30
"""Stories listed at the end of a night, each by its strongest mention."""


def close(
    conn: Connection[TupleRow], crawled: CrawlOutcome, extracted: StageOutcome, flagged: StageOutcome
) -> None:
    """Print the closing tables of a night and its figures."""
    out.print(sources_table(conn, crawled))
    found = list(findings.mentions(conn, MentionFilter(run_id=flagged.run_id)))
    strongest = _strongest_of_each_story(found)
    if found:
        out.print(
            mentions_table(strongest[:SHOWN], title="Found tonight: the strongest mention of each story")
        )
    out.print(
        f"[bold]{crawled.totals['fetched']}[/] pages fetched, "
        f"[bold]{extracted.counts.get('articles', 0)}[/] new articles; "
        f"[bold]{len(found)}[/] mentions in {flagged.counts.get('with_mentions', 0)} articles, "
        f"{len(strongest)} stories"
    )
    kept_out = ", ".join(
        f"{extracted.counts[name]} {name.replace('_', ' ')}"
        for name in ("not_article", "not_french", "duplicate", "quarantined")
        if extracted.counts.get(name)
    )
    if kept_out:
        out.print(f"kept out of the articles: {kept_out}")
    out.print(
        f"crawl {crawled.seconds:.1f} s, extract {extracted.seconds:.1f} s, flag {flagged.seconds:.1f} s"
    )
    if len(found) > min(len(strongest), SHOWN):
        out.print(f"all {len(found)} mentions: vedette mentions --limit {len(found)}")


def sources_table(conn: Connection[TupleRow], crawled: CrawlOutcome) -> Table:
    """One row per source that was looked at; unreachable ones in red, with the reason."""
    errors = findings.feed_errors(conn)
    table = Table(title="Sources", title_justify="left", pad_edge=False)
    table.add_column("source", no_wrap=True)
    for name in ("seen", "new", "read", "refused", "gone", "failed"):
        table.add_column(name, justify="right")
    table.add_column("remark")
    for source, counts in sorted(crawled.per_source.items()):
        refused = counts.refused_robots + counts.refused_tdm
        numbers = (counts.discovered, counts.new, counts.fetched, refused, counts.gone, counts.failed)
        table.add_row(
            source,
            *(str(number or "·") for number in numbers),
            errors.get(source, "unchanged" if _unchanged(counts) else ""),
            style="red" if _unreachable(counts) else "",
        )
    return table


def relooks_table(crawled: CrawlOutcome) -> Table:
    """One row per source whose fresh articles were looked at again."""
    table = Table(title="Looked at again", title_justify="left", pad_edge=False)
    table.add_column("source", no_wrap=True)
    for name in ("articles", "changed", "withdrawn", "not answered"):
        table.add_column(name, justify="right")
    for source, counts in sorted(crawled.per_source.items()):
        numbers = (counts.looked_again, counts.changed, counts.withdrawn, counts.unanswered)
        table.add_row(source, *(str(number or "·") for number in numbers))
    return table


def all_unreachable(crawled: CrawlOutcome) -> bool:
    """Whether every source that was looked at failed on every channel: the fault is then likely ours."""
    looked = [counts for counts in crawled.per_source.values() if _looked(counts)]
    return bool(looked) and all(map(_unreachable, looked))


def _strongest_of_each_story(rows: Sequence[Row]) -> list[Row]:
    best: dict[int, Row] = {}
    for row in rows:
        if row["story_id"] not in best or row["score"] > best[row["story_id"]]["score"]:
            best[row["story_id"]] = row
    return list(best.values())


def _looked(counts: SourceCounts) -> int:
    return counts.polls_ok + counts.polls_unchanged + counts.polls_failed


def _unreachable(counts: SourceCounts) -> bool:
    return counts.polls_failed > 0 and counts.polls_failed == _looked(counts)


def _unchanged(counts: SourceCounts) -> bool:
    return counts.polls_unchanged > 0 and counts.polls_unchanged == _looked(counts)
