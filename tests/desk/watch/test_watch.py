"""Watch lists: what is kept, found, and told once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from typer.testing import CliRunner, Result

from desk.cli.app import app
from desk.watch.saved import as_stored, from_stored
from desk.watch.telling import SENTENCES_AT_MOST, message, tell
from processing.errors import WatchError
from processing.settings import Settings
from processing.store import watches
from processing.store.connect import connect
from processing.store.findings import MentionFilter
from tests.desk.made import more_articles, press

Run = Callable[..., Result]

ANOTHER = """
    INSERT INTO press.mention (article_id, field, start_offset, end_offset, sentence, category, plover, cameo,
                               intensity, polarity, negated, certainty, stance, time, actors, trigger, score, tier,
                               features, rules_version)
    SELECT article_id, field, 9000, 9001, 'Une autre.', category, plover, cameo, intensity, polarity, negated,
           certainty, stance, time, actors, trigger, score, tier, features, rules_version
      FROM press.mention ORDER BY id LIMIT 1
"""


class Letters:
    """Takes messages, or fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.taken: list[tuple[str, str]] = []
        self.failures = failures

    def __call__(self, title: str, text: str) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no mail today")
        self.taken.append((title, text))


@pytest.fixture
def filled(connection: Connection[TupleRow]) -> Connection[TupleRow]:
    press(connection, articles=12, mentions_each=2)
    return connection


@pytest.fixture
def run(settings: Settings) -> Run:
    """``vedette watch`` on the test's database, in this process."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, ["watch", *map(str, arguments)], env=settings.environment())

    return run


def add(conn: Connection[TupleRow], name: str = "gaz", wanted: MentionFilter | None = None) -> None:
    wanted = wanted or MentionFilter()
    watches.add(conn, name, as_stored(wanted), wanted, notify=True, created_by="anne")


def test_what_was_there_when_a_list_was_added_is_no_news(filled: Connection[TupleRow]) -> None:
    letters = Letters()
    add(filled)
    assert tell(filled, "gaz", letters) == 0
    more_articles(filled, articles=2, mentions_each=2)
    assert tell(filled, "gaz", letters) == 4
    assert tell(filled, "gaz", letters) == 0
    ((title, text),) = letters.taken
    assert title == "Vedette: 4 new on « gaz »"
    assert text.count("https://") == 4


def test_a_list_tells_only_what_it_asks_for(filled: Connection[TupleRow]) -> None:
    add(filled, wanted=MentionFilter(kinds=("state-media",), text="accord"))
    more_articles(filled, articles=3, mentions_each=2)
    assert tell(filled, "gaz", Letters()) == 2


def test_flagging_anew_tells_nothing_again(filled: Connection[TupleRow]) -> None:
    add(filled)
    more_articles(filled, articles=1, mentions_each=2)
    assert tell(filled, "gaz", Letters()) == 2
    filled.execute(
        """
        WITH gone AS (DELETE FROM press.mention RETURNING *)
        INSERT INTO press.mention (article_id, field, start_offset, end_offset, sentence, category, plover, cameo,
                                   intensity, polarity, negated, certainty, stance, time, actors, trigger, score, tier,
                                   features, rules_version)
        SELECT article_id, field, start_offset + 1, end_offset + 1, sentence, 'INFO', plover, cameo, intensity,
               polarity, negated, certainty, stance, time, actors, trigger, score, tier, features, 'next' FROM gone
        """
    )
    assert tell(filled, "gaz", Letters()) == 0


def test_a_mention_committed_late_under_an_old_number_is_told(
    filled: Connection[TupleRow], database_url: str
) -> None:
    add(filled)
    with connect(database_url) as slow, slow.transaction():
        more_articles(slow, articles=1, mentions_each=1)
        # Meanwhile an older article gets a mention with a higher number.
        filled.execute(ANOTHER)
        assert tell(filled, "gaz", Letters()) == 1
    assert tell(filled, "gaz", Letters()) == 1


def test_what_could_not_be_sent_is_told_the_next_time(filled: Connection[TupleRow]) -> None:
    add(filled)
    more_articles(filled, articles=1, mentions_each=2)
    letters = Letters(failures=2)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            tell(filled, "gaz", letters)
    assert watches.watch(filled, "gaz").told_at is None
    assert (tell(filled, "gaz", letters), tell(filled, "gaz", letters)) == (2, 0)
    assert watches.watch(filled, "gaz").told_at is not None


def test_two_tellers_at_once_tell_it_once(filled: Connection[TupleRow], database_url: str) -> None:
    add(filled)
    more_articles(filled, articles=3, mentions_each=2)
    letters, together = Letters(), threading.Barrier(4)

    def teller() -> None:
        with connect(database_url) as conn:
            together.wait()
            tell(conn, "gaz", letters)

    threads = [threading.Thread(target=teller) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [title for title, _ in letters.taken] == ["Vedette: 6 new on « gaz »"]


def test_a_long_message_is_cut_and_says_so(filled: Connection[TupleRow]) -> None:
    add(filled)
    more_articles(filled, articles=15, mentions_each=2)
    letters = Letters()
    assert tell(filled, "gaz", letters) == 30
    assert letters.taken[0][1].count("https://") == SENTENCES_AT_MOST
    assert letters.taken[0][1].endswith("and 10 more: vedette watch show 'gaz'")
    assert message("x", []) == ("Vedette: 0 new on « x »", "")


def test_a_filter_is_kept_whole_and_what_is_none_is_named() -> None:
    wanted = MentionFilter(
        categories=("ENERGY",), sides=("RUS", "CHN"), text="gaz or pétrole", least_score=0.5
    )
    assert from_stored(json.loads(json.dumps(as_stored(wanted))), "gaz") == wanted
    assert as_stored(MentionFilter()) == {}
    with pytest.raises(WatchError, match="« gaz » asks for colour"):
        from_stored({"colour": "red"}, "gaz")
    with pytest.raises(WatchError, match="no filter in least_score"):
        from_stored({"least_score": "high"}, "gaz")


def test_lists_are_added_listed_shown_and_removed(filled: Connection[TupleRow], run: Run) -> None:
    done = run("add", " gaz russe ", "--category", "energy", "--side", "rus", "--by", "anne", "--no-notify")
    assert done.exit_code == 0, done.output
    (listed,) = map(json.loads, run("list", "--json").stdout.splitlines())
    assert (listed["name"], listed["filter"]) == ("gaz russe", {"categories": ["ENERGY"], "sides": ["RUS"]})
    assert (listed["notify"], listed["created_by"], listed["told_at"]) == (False, "anne", None)
    rows = [json.loads(line) for line in run("show", "gaz russe", "--json").stdout.splitlines()]
    assert rows
    assert {(row["category"], row["speaker"]["side"]) for row in rows} == {("ENERGY", "RUS")}
    assert "gaz russe" in run("list").stdout
    assert "there is a watch list" in str(run("add", "gaz russe").exception)
    assert "no name" in str(run("add", "  ").exception)
    assert run("remove", "gaz russe").exit_code == 0
    for command in (("remove",), ("show",), ("feed",)):
        assert "no watch list « gaz russe »" in str(run(*command, "gaz russe").exception)


def test_feeds_are_written_and_read(filled: Connection[TupleRow], run: Run, tmp_path: Path) -> None:
    run("add", "tout")
    file = tmp_path / "tout.atom"
    assert run("feed", "tout", "-o", file).exit_code == 0
    read = feedparser.parse(file.read_bytes())
    assert (read.bozo, len(read.entries)) == (False, 24)
    again = json.loads(run("feed", "tout", "--format", "json").stdout)
    assert [item["id"] for item in again["items"]] == [entry.id for entry in read.entries]
    assert run("feed", "tout", "--format", "rss").exit_code == 2


def test_telling_here_counts_as_told(filled: Connection[TupleRow], run: Run) -> None:
    run("add", "tout")
    run("add", "muet", "--no-notify")
    more_articles(filled, articles=1, mentions_each=1)
    first, second = run("tell", "--print"), run("tell", "--print")
    assert "Vedette: 1 new on « tout »" in first.stdout
    assert "muet" not in first.output
    assert second.stdout == ""
    assert "VEDETTE_BRIEF_TO names no address" in str(run("tell").exception)
    done = run("tell", "rien", "tout", "--print")
    assert "« tout »: nothing new" in done.stderr
    assert "no watch list « rien »" in str(done.exception)
