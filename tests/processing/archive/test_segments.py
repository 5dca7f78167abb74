"""What is archived can be read again, and what is broken says so."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import os
import resource
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from processing.archive.http import decoded_body
from processing.archive.orphans import sweep_orphans
from processing.archive.reading import iterate, read_record
from processing.archive.writing import Exchange, SealedSegment, SegmentWriter
from processing.errors import ArchiveError

WHEN = datetime(2026, 11, 23, 2, 0, 5, 250_000, tzinfo=UTC)


def answer(number: int, body: bytes = b"") -> Exchange:
    return Exchange(
        url=f"https://exemple.fr/monde/article-{number}",
        status=200,
        headers=[("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("ETag", '"a"')],
        body=body or f"<p>Été n° {number}, défense.</p>".encode(),
        fetched_at=WHEN,
        request_headers=[("User-Agent", "Vedette/0.1.0 (+https://exemple.fr/)")],
        ip="192.0.2.7",
    )


def write(archive: Path, *answers: Exchange) -> tuple[SealedSegment, list[int]]:
    with SegmentWriter(archive, "exemple", "Vedette/0.1.0") as writer:
        offsets = [writer.write(one) for one in answers]
        sealed = writer.seal()
    assert sealed is not None
    return sealed, offsets


def test_a_page_comes_back_as_it_was_archived(tmp_path: Path) -> None:
    sealed, offsets = write(tmp_path, answer(1), answer(2), answer(3))

    page = read_record(tmp_path / sealed.path, offsets[1])

    assert (page.url, page.status, page.fetched_at) == ("https://exemple.fr/monde/article-2", 200, WHEN)
    assert page.body.decode() == "<p>Été n° 2, défense.</p>"
    assert page.content_type == "text/html; charset=utf-8"
    assert page.header("etag") == '"a"'
    assert [offset for offset, _ in iterate(tmp_path / sealed.path)] == offsets
    assert [page.url[-1] for _, page in iterate(tmp_path / sealed.path, from_offset=offsets[1])] == ["2", "3"]


def test_headers_about_the_bytes_on_the_wire_are_kept_aside(tmp_path: Path) -> None:
    sealed, offsets = write(tmp_path, answer(1))
    page = read_record(tmp_path / sealed.path, offsets[0])
    assert page.header("content-encoding") is None
    assert page.header("x-archive-orig-content-encoding") == "gzip"
    assert page.header("content-length") == str(len(page.body))


def test_a_segment_is_a_valid_warc_for_another_reader(tmp_path: Path) -> None:
    sealed, offsets = write(tmp_path, answer(1), answer(2))
    with (tmp_path / sealed.path).open("rb") as file:
        reader = ArchiveIterator(file, check_digests="raise")
        seen = []
        for record in reader:
            record.content_stream().read()
            seen.append((record.rec_type, record.rec_headers, reader.get_record_offset()))
    assert [kind for kind, _, _ in seen] == ["warcinfo", "response", "request", "response", "request"]
    assert [offset for kind, _, offset in seen if kind == "response"] == offsets
    response, request = seen[1][1], seen[2][1]
    assert request.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    assert response.get_header("WARC-Payload-Digest").startswith("sha1:")
    assert response.get_header("WARC-Block-Digest").startswith("sha1:")
    assert response.get_header("WARC-IP-Address") == "192.0.2.7"


def test_the_seal_tells_the_file(tmp_path: Path) -> None:
    sealed, _ = write(tmp_path, answer(1), answer(2))
    content = (tmp_path / sealed.path).read_bytes()
    assert (sealed.records, sealed.responses, sealed.bytes) == (5, 2, len(content))
    assert sealed.sha256 == hashlib.sha256(content).digest()
    assert not list(tmp_path.rglob("*.open"))


def test_a_writer_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path, "exemple", "Vedette/0.1.0") as writer:
        assert writer.seal() is None
    assert list(tmp_path.rglob("*.warc.gz*")) == []


def test_leaving_without_a_seal_removes_the_open_file(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path, "exemple", "Vedette/0.1.0") as writer:
        writer.write(answer(1))
    assert list(tmp_path.rglob("*.warc.gz*")) == []


def test_an_archive_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    with (
        pytest.raises(ArchiveError, match="cannot be written"),
        SegmentWriter(tmp_path / "archive", "x", "V") as writer,
    ):
        writer.write(answer(1))


def test_open_files_of_dead_writers_are_put_aside_and_those_of_living_ones_left(tmp_path: Path) -> None:
    living = SegmentWriter(tmp_path, "living", "Vedette/0.1.0")
    living.write(answer(1))
    dead = tmp_path / "2026" / "11" / "22" / "night-1.warc.gz.open"
    dead.parent.mkdir(parents=True)
    dead.write_bytes(b"half a record")

    assert sweep_orphans(tmp_path, nothing) == [tmp_path / "orphans" / "night-1.warc.gz.open"]
    assert sweep_orphans(tmp_path, nothing) == []

    sealed = living.seal()
    assert sealed is not None
    assert sweep_orphans(tmp_path, nothing) == []
    living.registered()
    assert (tmp_path / sealed.path).is_file()


def nothing(_path: str) -> bool:
    """A database that knows no segment."""
    return False


def test_a_sealed_segment_whose_writer_died_counts_only_when_it_was_registered(tmp_path: Path) -> None:
    paths = []
    for label in ("lost", "kept"):
        writer = SegmentWriter(tmp_path, label, "Vedette/0.1.0")
        writer.write(answer(1))
        sealed = writer.seal()
        assert sealed is not None
        writer.discard()  # as the system does for a process that is killed
        paths.append(sealed.path)
    lost, kept = paths

    assert sweep_orphans(tmp_path, {kept}.__contains__) == [tmp_path / "orphans" / Path(lost).name]
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("2*/*/*/*")] == [kept]


def test_a_registered_segment_bears_no_mark(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path, "exemple", "Vedette/0.1.0") as writer:
        writer.write(answer(1))
        assert writer.seal() is not None
        assert len(list(tmp_path.rglob("*.unregistered"))) == 1
        writer.registered()
    assert [path.suffixes for path in tmp_path.rglob("*.*")] == [[".warc", ".gz"]]


def test_a_full_disk_keeps_what_is_whole(tmp_path: Path) -> None:
    big = answer(2, os.urandom(200_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with SegmentWriter(tmp_path, "exemple", "Vedette/0.1.0") as writer:
        writer.write(answer(1))
        try:
            # What a full disk does, for one process: writing beyond this size fails.
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
            with pytest.raises(ArchiveError, match=r"cannot be written: File too large; make room there"):
                writer.write(big)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        writer.write(answer(3))
        sealed = writer.seal()
    assert sealed is not None
    content = (tmp_path / sealed.path).read_bytes()
    assert (sealed.bytes, sealed.sha256) == (len(content), hashlib.sha256(content).digest())
    assert [page.url for _, page in iterate(tmp_path / sealed.path)] == [answer(1).url, answer(3).url]


def test_an_open_segment_is_locked(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path, "exemple", "Vedette/0.1.0") as writer:
        writer.write(answer(1))
        (path,) = tmp_path.rglob("*.open")
        with path.open("rb") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@settings(max_examples=60, deadline=None)
@given(share=st.floats(min_value=0, max_value=1, exclude_max=True))
def test_a_truncated_file_yields_what_is_whole_and_then_says_where_it_breaks(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    sealed, offsets = write(folder, answer(1), answer(2), answer(3))
    content = (folder / sealed.path).read_bytes()
    size = int(len(content) * share)
    file = folder / "cut.warc.gz"
    file.write_bytes(content[:size])
    whole: list[int] = []

    def read() -> None:
        for offset, _ in iterate(file):
            whole.append(offset)

    if size and content[size : size + 3] == b"\x1f\x8b\x08":
        # Cut exactly between two records, where nothing is broken and no reader could know.
        read()
    else:
        with pytest.raises(ArchiveError, match=str(file)):
            read()
    assert all(offset < size for offset in whole)
    assert whole == offsets[: len(whole)]


@pytest.mark.parametrize("name", ["cut.warc.gz", "cut.warc"])
def test_a_record_cut_in_its_middle_is_told_with_its_offset(tmp_path: Path, name: str) -> None:
    sealed, offsets = write(tmp_path, answer(1), answer(2))
    content = (tmp_path / sealed.path).read_bytes()
    cut = content[: offsets[1] + 200] if name.endswith("gz") else gzip.decompress(content)[:-700]
    (tmp_path / name).write_bytes(cut)
    pages = iterate(tmp_path / name)
    assert next(pages)[1].url.endswith("article-1")
    with pytest.raises(ArchiveError, match=rf"{name}: truncated: .* byte \d+"):
        list(pages)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"<html>no archive</html>", "not a WARC file"),
        (gzip.compress(b"no archive either"), "not a WARC file"),
        (b"\x1f\x8b\x08\x00 broken", "not a WARC file|breaks off"),
    ],
)
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "x.warc.gz"
    file.write_bytes(content)
    with pytest.raises(ArchiveError, match=message):
        list(iterate(file))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"gone.warc.gz: cannot be opened: No such file"):
        list(iterate(tmp_path / "gone.warc.gz"))


def test_a_file_gzipped_in_one_piece_is_refused_with_the_way_out(tmp_path: Path) -> None:
    sealed, _ = write(tmp_path, answer(1), answer(2))
    file = tmp_path / "one.warc.gz"
    file.write_bytes(gzip.compress(gzip.decompress((tmp_path / sealed.path).read_bytes())))
    with pytest.raises(ArchiveError, match="warcio recompress"):
        list(iterate(file))


def test_an_offset_where_no_response_begins_is_told(tmp_path: Path) -> None:
    sealed, offsets = write(tmp_path, answer(1))
    for offset in (offsets[0] + 7, 10_000_000, 0):
        with pytest.raises(ArchiveError, match=f"{offset}"):
            read_record(tmp_path / sealed.path, offset)


FOREIGN = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-11-01T10:00:00Z\r\nWARC-Target-URI: <https://exemple.fr/a>\r\n"
    b"WARC-Record-ID: <urn:uuid:5a6b1a0e-0000-4000-8000-000000000001>\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
)


def foreign(tmp_path: Path, head: bytes, body: bytes) -> Path:
    block = head + b"\r\n\r\n" + body
    file = tmp_path / "foreign.warc"
    file.write_bytes(FOREIGN % (len(block), block))
    return file


def test_codings_of_other_peoples_archives_are_undone(tmp_path: Path) -> None:
    packed = gzip.compress("<p>Défense</p>".encode())
    chunked = (
        b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:9], packed[9:])) + b"0\r\n\r\n"
    )
    file = foreign(
        tmp_path,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nContent-Encoding: gzip\r\nX-Titre: \xe9t\xe9",
        chunked,
    )
    ((offset, page),) = iterate(file)
    assert (offset, page.body.decode()) == (0, "<p>Défense</p>")
    assert page.url == "https://exemple.fr/a"
    assert page.header("x-titre") == "été"
    assert page.content_type is None


def test_a_coding_that_the_body_does_not_bear_out_is_ignored(tmp_path: Path) -> None:
    file = foreign(
        tmp_path, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked", b"<p>plain</p>"
    )
    ((_, page),) = iterate(file)
    assert page.body == b"<p>plain</p>"


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "gzip, br", "chunked"]))
def test_no_body_makes_decoding_fail(body: bytes, coding: str) -> None:
    name = "Transfer-Encoding" if coding == "chunked" else "Content-Encoding"
    assert isinstance(decoded_body(((name, coding),), body), bytes)


def test_deflate_is_read_with_and_without_its_wrapper() -> None:
    raw = zlib.compressobj(wbits=-15)
    for packed in (zlib.compress(b"texte"), raw.compress(b"texte") + raw.flush()):
        assert decoded_body((("content-encoding", "deflate"),), packed) == b"texte"
