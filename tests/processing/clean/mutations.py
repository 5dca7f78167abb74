"""Ways in which a page comes damaged, or is made to hurt: each takes a page and a chance, and gives another page."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

Mutation = Callable[[bytes, random.Random], bytes]

TAGS = (
    b"div",
    b"p",
    b"b",
    b"a",
    b"span",
    b"table",
    b"tr",
    b"td",
    b"li",
    b"ul",
    b"svg",
    b"template",
    b"select",
    b"form",
)
CODECS = (
    "latin-1",
    "cp1252",
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp037",
    "koi8-r",
    "shift_jis",
    "utf-7",
)
ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    1e400,
    True,
    "",
    "2026-13-45T99:99",
    "\ud800",
    [],
    {},
    [[[[]]]],
    {"@type": ["x", 3]},
    "x" * 9_999,
)
_TAG = re.compile(rb"<[^<>]{1,200}>")
_CLOSING = re.compile(rb"</[a-zA-Z0-9]+>")
_JSON = re.compile(rb"(<script[^>]*ld\+json[^>]*>)(.*?)(</script>)", re.DOTALL)


def cut(page: bytes, chance: random.Random) -> bytes:
    return page[: chance.randrange(len(page) + 1)]


def hole(page: bytes, chance: random.Random) -> bytes:
    at, end = _slice(page, chance)
    return page[:at] + page[end:]


def doubled(page: bytes, chance: random.Random) -> bytes:
    at, end = _slice(page, chance)
    times = chance.choice((1, 2, 5, 40)) if end - at < 20_000 else 1
    return page[:end] + page[at:end] * times + page[end:]


def swapped(page: bytes, chance: random.Random) -> bytes:
    at, end = _slice(page, chance)
    middle = (at + end) // 2
    return page[:at] + page[middle:end] + page[at:middle] + page[end:]


def unclosed(page: bytes, chance: random.Random) -> bytes:
    share = chance.choice((0.1, 0.5, 1.0))
    return _CLOSING.sub(lambda tag: b"" if chance.random() < share else tag[0], page)


def wrongly_nested(page: bytes, chance: random.Random) -> bytes:
    tags = _TAG.findall(page)
    chance.shuffle(tags)
    return _TAG.sub(lambda tag: tags.pop() if chance.random() < 0.3 else tag[0], page)


def sprinkled(page: bytes, chance: random.Random) -> bytes:
    pieces = (
        b"<!--", b"-->", b"<![CDATA[", b"<script>", b"</p>", b"</html>", b"<body>", b"<title>", b"<br/" * 9,
        b"<plaintext>", b"&#0;", b"&#xd800;", b"&#99999999;", b"\0", b"\xff\xfe", b"<", b">", b'"', b"'",
        b"<base href='//['>",
    )  # fmt: skip
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(page) + 1)
        page = page[:at] + chance.choice(pieces) + page[at:]
    return page


def deep(page: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(page) + 1)
    tag, times = chance.choice(TAGS), chance.choice((50, 250, 300, 1_000, 6_000, 15_000))
    closing = b"</" + tag + b">" if chance.random() < 0.5 else b""
    return page[:at] + (b"<" + tag + b">") * times + page[at:] + closing * times


def huge_attributes(page: bytes, chance: random.Random) -> bytes:
    many = b" ".join(b"a%d=%d" % (n, n) for n in range(chance.choice((10, 499, 501, 20_000))))
    long = b'%s="%s"' % (
        chance.choice((b"class", b"id", b"content", b"href", b"style")),
        b"lire aussi " * chance.choice((9, 20_000)),
    )
    tags = list(_TAG.finditer(page))
    if not tags:
        return b"<p " + many + b">" + page
    at = chance.choice(tags).end() - 1
    return page[:at] + b" " + chance.choice((many, long)) + page[at:]


def long_words(page: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(page) + 1)
    pieces = (
        b"a", b"A. ", b"( ", b"12 ", b"\xc2\xa0", b"\n", b"- ", b"<br>", b"&nbsp;", b"\xc2\xab ", b"le 3 mars 2026 ",
        b"par Jean Dupont, ",
    )  # fmt: skip
    return page[:at] + chance.choice(pieces) * chance.choice((1_000, 60_000)) + page[at:]


def recoded(page: bytes, chance: random.Random) -> bytes:
    text = page.decode(chance.choice(("utf-8", "latin-1")), "replace")
    return text.encode(chance.choice(CODECS), "replace")


def odd_json(page: bytes, chance: random.Random) -> bytes:
    """Values of the JSON-LD exchanged for others of the wrong kind."""

    def changed(value: Any, depth: int = 0) -> Any:
        if chance.random() < 0.15:
            odd = chance.choice(ODD)
            return [value] * 3 if odd is True else odd
        if isinstance(value, dict):
            return {key: changed(one, depth + 1) for key, one in value.items()}
        return [changed(one, depth + 1) for one in value] if isinstance(value, list) else value

    def one(found: re.Match[bytes]) -> bytes:
        try:
            stated = json.dumps(changed(json.loads(found[2]))).encode()
        except ValueError:
            return found[0]
        nested = chance.choice((0, 0, 0, 50, 5_000))
        return found[1] + b"[" * nested + stated + b"]" * nested + found[3]

    return _JSON.sub(one, page)


def noise(page: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(page)
    for _ in range(chance.randrange(1, 200)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


MUTATIONS: tuple[Mutation, ...] = (
    cut, hole, doubled, swapped, unclosed, wrongly_nested, sprinkled, deep, huge_attributes, long_words, recoded,
    odd_json, noise,
)  # fmt: skip


def mutated(page: bytes, chance: random.Random) -> tuple[str, bytes]:
    """One to three of them, one after the other; their names and the page."""
    done = []
    for mutation in chance.choices(MUTATIONS, k=chance.choice((1, 1, 2, 3))):
        if page:
            page = mutation(page, chance)
            done.append(mutation.__name__)
    return " ".join(done), page


def _slice(page: bytes, chance: random.Random) -> tuple[int, int]:
    at = chance.randrange(len(page) + 1)
    return at, min(len(page), at + chance.choice((10, 200, 3_000, 40_000)))
