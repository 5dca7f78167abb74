"""The tasks that read anew or from elsewhere, on a real database and real servers, without Airflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.night import ingests, rechecks, spans, stages
from desk.night.errors import ArchiveAway, ArchiveDamaged, NightFailed, RunParamsError, SourceDown
from desk.night.figures import NOTE_AT_MOST
from desk.night.ingests import IngestFigures, ReadingFigures
from desk.night.rechecks import HourFigures, RecheckFigures
from processing.archive import fetching
from processing.errors import CatalogueError
from processing.settings import Settings
from processing.store import frontier
from processing.store.connect import connect
from spiders.catalogue import load_catalogue
from spiders.hosts import hosts_of
from tests.newsstand import Newsstand
from tests.processing.pressroom import html, warc
from tests.spiders.website import Reply, Website

Conn = Connection[TupleRow]


class TestRecheck:
    @pytest.fixture
    def newsstand(self) -> Iterator[Newsstand]:
        with Newsstand() as newsstand:
            yield newsstand

    @pytest.fixture
    def ours(self, settings: Settings, newsstand: Newsstand, database_url: str, connection: Conn) -> Settings:
        """A night over two sources has been, and an hour has passed."""
        catalogue = newsstand.write_catalogue(settings.home / "newsstand.yaml")
        ours = settings.model_copy(update={"catalogue": catalogue})
        stages.open_night(ours, database_url, ["heure", "lagune"])
        stages.crawl_sources(ours, database_url, ["heure", "lagune"])
        stages.extract(ours, database_url)
        connection.execute("UPDATE press.page SET look_again_at = now() WHERE look_again_at IS NOT NULL")
        connection.execute("UPDATE press.article SET published_at = now()")
        return ours

    def test_each_source_with_articles_to_look_at_is_a_task_until_they_have_been_looked_at(
        self, ours: Settings, database_url: str, newsstand: Newsstand
    ) -> None:
        assert rechecks.share_out_relooks(ours, database_url) == [["heure"], ["lagune"]]
        figures = rechecks.look_again(ours, database_url, ["lagune"])
        assert figures.looked_again > 0
        assert figures.label == f"lagune · {figures.looked_again} looked at again, 0 changed, 0 withdrawn"
        rechecks.require_answers(figures)
        assert rechecks.share_out_relooks(ours, database_url) == [["heure"]]

        newsstand.break_site("heure", "500")
        silent = rechecks.look_again(ours, database_url, ["heure"])
        assert silent.label.endswith(f", {silent.looked_again} not answered")
        with pytest.raises(SourceDown, match="was answered; asked again when due"):
            rechecks.require_answers(silent)

    def test_a_source_that_another_crawl_has_is_left_to_it(self, ours: Settings, database_url: str) -> None:
        heure = next(source for source in load_catalogue(ours.catalogue) if source.id == "heure")
        with connect(database_url) as other:
            assert frontier.hold_source(other, "heure", hosts_of(heure))
            figures = rechecks.look_again(ours, database_url, ["heure"], patience=0)
        assert figures.label == "heure · another crawl is at it"


def test_an_hour_is_told_in_its_note_and_fails_when_most_of_it_did() -> None:
    good = RecheckFigures(("rfi",), looked_again=12, changed=1)
    bad = RecheckFigures(("tass", "opex360"), error="the crawl was killed by signal 9")
    assert RecheckFigures.from_json(good.as_json()) == good
    hour = HourFigures(("rfi", "tass", "opex360", "cgtn"), (good, bad))
    assert hour.note().split("\n\n") == [
        "**12 articles looked at again** at 4 sources; 1 changed, 0 withdrawn.",
        "**cgtn** was stopped: its crawl was killed",
        "**opex360** was stopped: the crawl was killed by signal 9",
        "**tass** was stopped: the crawl was killed by signal 9",
    ]
    with pytest.raises(NightFailed, match="3 of 4 sources gave no result"):
        hour.require_most()
    HourFigures(("rfi",), (good,)).require_most()
    HourFigures(()).require_most()
    with pytest.raises(NightFailed, match="could not be listed"):
        HourFigures(None).require_most()


class TestIngest:
    @pytest.fixture
    def site(self) -> Iterator[Website]:
        with Website() as site:
            yield site

    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fetching, "WAITS", (0.0,))

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return warc(tmp_path, {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(3)})

    def test_a_task_is_named_after_its_file_and_what_it_held(
        self, settings: Settings, database_url: str, site: Website, file: Path
    ) -> None:
        def broken(asked: Mapping[str, str]) -> Reply:
            start = int(asked.get("Range", "bytes=0-")[6:-1])
            rest = file.read_bytes()[start:]
            headers = {
                "ETag": '"1"',
                "Content-Range": f"bytes {start}-{start + len(rest) - 1}/{start + len(rest)}",
            }
            return Reply(206 if start else 200, rest[:1500], headers, promise=len(rest))

        site.answers["/CC-NEWS-1.warc.gz"] = broken
        figures = ingests.ingest_files(settings, database_url, [f"{site.base}/CC-NEWS-1.warc.gz"])
        assert figures.label == "CC-NEWS-1.warc.gz · 3 pages"
        assert len(site.log) > 1
        ingests.require_whole(figures)
        assert stages.pages_wait(database_url)
        again = ingests.ingest_files(settings, database_url, [f"{site.base}/CC-NEWS-1.warc.gz"])
        assert again.label == "CC-NEWS-1.warc.gz · read before"

    def test_a_range_of_dates_narrows_it_down(
        self, settings: Settings, database_url: str, file: Path
    ) -> None:
        figures = ingests.ingest_files(
            settings, database_url, [str(file)], until=datetime(2026, 11, 1, tzinfo=UTC), source_id=None
        )
        assert (figures.pages, figures.outside) == (0, 3)

    def test_a_server_that_is_away_is_asked_later_and_a_file_that_is_none_is_not(
        self, settings: Settings, database_url: str, site: Website
    ) -> None:
        site.answers["/away.warc"] = Reply(503)
        site.answers["/page.warc"] = Reply(200, b"<html>")
        away = ingests.ingest_files(settings, database_url, [f"{site.base}/away.warc"])
        with pytest.raises(ArchiveAway, match="HTTP 503"):
            ingests.require_whole(away)
        damaged = ingests.ingest_files(settings, database_url, [f"{site.base}/page.warc"])
        assert damaged.label == "page.warc · 0 pages, 1 file not read whole"
        with pytest.raises(ArchiveDamaged, match="is no WARC file") as caught:
            ingests.require_whole(damaged)
        assert not isinstance(caught.value, ArchiveAway)

    def test_an_address_inside_is_refused(self, settings: Settings, database_url: str, site: Website) -> None:
        public = settings.model_copy(update={"allow_private_hosts": False})
        figures = ingests.ingest_files(public, database_url, [f"{site.base}/a.warc"])
        with pytest.raises(ArchiveDamaged, match=r"127\.0\.0\.1 is a private address"):
            ingests.require_whole(figures)
        assert site.log == []

    def test_parameters_are_checked_before_anything_is_fetched(
        self, settings: Settings, database_url: str
    ) -> None:
        def share_out(*addresses: str, source_id: str | None = None) -> list[list[str]]:
            return ingests.share_out_files(settings, database_url, addresses, source_id)

        assert share_out("/a.warc", " https://x.example/b.warc ", "/a.warc", "") == [
            ["/a.warc"],
            ["https://x.example/b.warc"],
        ]
        for wrong in ((), ("",), ("a.warc",), ("file:///a.warc",), ("ftp://x.example/a.warc",)):
            with pytest.raises(RunParamsError):
                share_out(*wrong)
        with pytest.raises(CatalogueError, match="no source nowhere"):
            share_out("/a.warc", source_id="nowhere")

    def test_more_files_than_airflow_maps_are_shared_out(self, settings: Settings, database_url: str) -> None:
        tasks = ingests.share_out_files(settings, database_url, [f"/{n}.warc" for n in range(2500)], None)
        assert len(tasks) == stages.TASKS_AT_MOST
        assert {len(task) for task in tasks} == {2, 3}
        assert IngestFigures(tuple(tasks[0]), pages=1204).label == "0.warc, 1.warc, 2.warc · 1,204 pages"


def test_a_reading_is_told_in_its_note_and_fails_when_no_file_gave_anything() -> None:
    good = IngestFigures(("/a.warc",), pages=1204, new=1100)
    known = IngestFigures(("/b.warc",), known=1)
    bad = IngestFigures(("/c.warc",), faults=("/c.warc: not a WARC file",))
    stopped = IngestFigures(("/d.warc",), error="PostgreSQL refused")
    assert IngestFigures.from_json(bad.as_json()) == bad
    reading = ReadingFigures(4, (good, known, bad, stopped))
    assert reading.note().split("\n\n") == [
        "**1,100 new pages** of 1,204 in 4 files; 1 read before.",
        "**not read**: /c.warc: not a WARC file",
        "**not read**: d.warc · stopped: PostgreSQL refused",
    ]
    reading.require_any()
    ReadingFigures(1, (known,)).require_any()
    for nothing in (ReadingFigures(None), ReadingFigures(2, (bad, stopped))):
        with pytest.raises(NightFailed):
            nothing.require_any()
    many_faults = ReadingFigures(
        900, tuple(IngestFigures((f"/{n}",), faults=("x" * 300,)) for n in range(900))
    )
    assert len(many_faults.note()) <= NOTE_AT_MOST


class TestSpan:
    """Which days a run of `reflag` reads."""

    @staticmethod
    def of(run_type: str, **params: str | None) -> list[str | None]:
        found = spans.of_run({
            "dag_run": SimpleNamespace(run_type=run_type),
            "params": params,
            "data_interval_start": datetime(2026, 1, 1, tzinfo=UTC),
            "data_interval_end": datetime(2026, 2, 1, tzinfo=UTC),
        })  # fmt: skip
        return [moment and moment.isoformat() for moment in found]

    def test_a_run_of_a_backfill_reads_its_month_in_paris(self) -> None:
        january = ["2026-01-01T00:00:00+01:00", "2026-02-01T00:00:00+01:00"]
        assert self.of("backfill") == january
        assert self.of("scheduled", since="2020-01-01") == january

    def test_a_run_by_hand_reads_the_days_of_its_parameters_or_everything(self) -> None:
        assert self.of("manual", since=None, until=None) == [None, None]
        assert self.of("manual", since="2026-07-01", until=None) == ["2026-07-01T00:00:00+02:00", None]

    def test_parameters_that_are_no_range_are_refused(self) -> None:
        for since, until in (("2026-02-01", "2026-02-01"), ("2026-02-30", None)):
            with pytest.raises(RunParamsError):
                self.of("manual", since=since, until=until)
