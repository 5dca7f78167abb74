"""Feeds of watch lists, as a feed reader sees them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from desk.watch.feeds import Feed, atom, entries, json_feed

KEY = UUID("5f0c1a52-30d7-4f7e-9a3e-6a7f1c8e2b11")
ADDED = datetime(2026, 11, 1, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "url": "https://heure.example/gaz?a=1&b=2",
        "sentence": "« Le <gazoduc> & le prix », dit Moscou.",
        "title": "Gaz : Moscou & Pékin",
        "category": "ENERGY",
        "polarity": "denied",
        "source": "L'Heure",
        "published_at": datetime(2026, 11, 24, 12, 5, tzinfo=UTC),
        "stored_at": datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
    } | changes


def feed(*rows: dict[str, Any], address: str | None = None) -> Feed:
    return Feed(KEY, "gaz <& pétrole>", ADDED, entries(rows), address)


def test_an_atom_feed_reads_back_with_a_feed_reader() -> None:
    read = feedparser.parse(atom(feed(row(), address="https://desk.example/gaz.atom")))
    assert not read.bozo
    assert read.version == "atom10"
    assert (read.feed.id, read.feed.title) == (f"urn:uuid:{KEY}", "Vedette – gaz <& pétrole>")
    assert read.feed.updated == "2026-11-25T02:00:00Z"
    assert {link.rel: link.href for link in read.feed.links}["self"] == "https://desk.example/gaz.atom"
    (entry,) = read.entries
    assert entry.title == "Gaz : Moscou & Pékin [ENERGY, denied]"
    assert entry.content[0].value == row()["sentence"]
    assert (entry.link, entry.author) == (row()["url"], "L'Heure")
    assert (entry.published, entry.updated) == ("2026-11-24T12:05:00Z", "2026-11-25T02:00:00Z")
    assert [tag.term for tag in entry.tags] == ["ENERGY", "denied"]


def test_an_atom_feed_has_each_element_that_rfc_4287_requires_once() -> None:
    root = etree.fromstring(atom(feed(row(published_at=None, source=None), row(sentence="b"))))
    for element in [root, *root.iterfind(f"{ATOM}entry")]:
        for required in ("id", "title", "updated", "author"):
            assert len(element.findall(ATOM + required)) == 1
            assert "".join(element.find(ATOM + required).itertext()).strip()
    assert root.find(f"{ATOM}entry/{ATOM}author/{ATOM}name").text == "heure.example"


def test_an_empty_feed_is_valid_and_as_old_as_its_list() -> None:
    read = feedparser.parse(atom(feed()))
    assert (read.bozo, read.feed.updated, read.entries) == (False, "2026-11-01T00:00:00Z", [])
    assert json.loads(json_feed(feed()))["items"] == []


def test_a_json_feed_has_what_version_1_1_requires() -> None:
    read = json.loads(
        json_feed(feed(row(), row(sentence="b", published_at=None), address="https://desk.example/gaz.json"))
    )
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert (read["title"], read["feed_url"]) == ("Vedette – gaz <& pétrole>", "https://desk.example/gaz.json")
    first, second = read["items"]
    assert first["content_text"] == row()["sentence"]
    assert first["date_published"] == "2026-11-24T12:05:00Z"
    assert "date_published" not in second
    assert first["id"] != second["id"]


def test_ids_outlive_a_new_flagging_and_mentions_of_one_sentence_are_one_entry() -> None:
    (before,) = entries([row()])
    (after,) = entries(
        [row(mention_id=9, polarity="affirmed"), row(mention_id=10, category="VISIT", polarity="affirmed")]
    )
    assert before.id == after.id
    assert after.tags == ("ENERGY", "affirmed", "VISIT")


@given(st.text(), st.text())
def test_any_text_gives_a_feed_that_can_be_read(title: str, sentence: str) -> None:
    made = feed(row(title=title, sentence=sentence))
    assert len(etree.fromstring(atom(made)).findall(f"{ATOM}entry")) == 1
    assert json.loads(json_feed(made))["items"][0]["content_text"] == sentence
