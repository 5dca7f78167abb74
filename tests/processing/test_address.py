"""One page, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.address import canonical, host_of, is_private_address, is_private_host, site_of
from processing.errors import PageError


@pytest.mark.parametrize(
    ("announced", "known"),
    [
        ("HTTPS://WWW.Exemple.FR", "https://www.exemple.fr/"),
        ("http://exemple.fr:80/a", "http://exemple.fr/a"),
        ("https://exemple.fr:8443/a", "https://exemple.fr:8443/a"),
        ("https://exemple.fr./a", "https://exemple.fr/a"),
        ("https://lecteur:secret@exemple.fr/a", "https://exemple.fr/a"),
        ("https://exemple.fr/a#xtor=RSS-12", "https://exemple.fr/a"),
        ("https://exemple.fr/#!/article/12", "https://exemple.fr/"),
        ("https://exemple.fr/a/./b/../c", "https://exemple.fr/a/c"),
        ("https://exemple.fr/%7eredac/%c3%a9t%C3%A9", "https://exemple.fr/~redac/%C3%A9t%C3%A9"),
        ("https://exemple.fr/défense russe", "https://exemple.fr/d%C3%A9fense%20russe"),
        ("https://académie.fr/", "https://xn--acadmie-eya.fr/"),
        ("  https://exemple.fr/a\n", "https://exemple.fr/a"),
    ],
)
def test_spellings_of_one_address_meet(announced: str, known: str) -> None:
    assert canonical(announced) == known


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=rss&utm_medium=fil",
        "xtor=RSS-1",
        "at_medium=custom7",
        "fbclid=Iw",
        "gclid=1",
        "ref=une",
        "mc_cid=9",
        "UTM_Source=x",
        "amp;utm_campaign=lettre",
        "amp=1",
        "outputType=amp",
        "amp",
        "",
    ],
)
def test_marks_of_where_a_reader_came_from_are_dropped(query: str) -> None:
    assert canonical(f"https://exemple.fr/article?id=7&{query}") == "https://exemple.fr/article?id=7"


def test_parameters_that_choose_the_article_stay_sorted_by_name_and_otherwise_untouched() -> None:
    assert (
        canonical("https://exemple.fr/?z=2&id=7&id=3&vide=&nu")
        == "https://exemple.fr/?id=7&id=3&nu&vide=&z=2"
    )


@pytest.mark.parametrize(
    ("variant", "article"),
    [
        ("https://exemple.fr/monde/pekin-et-moscou/amp/", "https://exemple.fr/monde/pekin-et-moscou/"),
        ("https://exemple.fr/amp/mer/detroit-4021", "https://exemple.fr/mer/detroit-4021"),
        ("https://exemple.fr/sciences/amp", "https://exemple.fr/sciences/amp"),
    ],
)
def test_the_amp_variant_of_an_article_is_the_article(variant: str, article: str) -> None:
    assert canonical(variant) == article


def test_a_relative_link_is_read_against_its_page() -> None:
    assert canonical("../b?id=1", "https://exemple.fr/x/y/") == "https://exemple.fr/x/b?id=1"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://exemple.fr/a",
        "file:///etc/passwd",
        "mailto:redaction@exemple.fr",
        "javascript:void(0)",
        "https://",
        "https://exemple.fr:99999/",
        "http://[::1",
        "https://ex emple.fr/",
        "https://a..fr/",
        "une phrase",
    ],
)
def test_what_is_no_web_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(PageError, match="not an"):
        canonical(address)


@given(
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.from_regex(r"[a-zA-Zé0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.fr|\.co\.uk)\.?", fullmatch=True),
        st.sampled_from(["", ":80", ":443", ":8080"]),
        st.text(max_size=40),
        st.text(max_size=40),
        st.text(max_size=8),
    )
)
def test_a_canonical_address_is_its_own_canonical_address(address: str) -> None:
    try:
        once = canonical(address)
    except PageError:
        return
    assert canonical(once) == once
    assert once.isascii()
    assert " " not in once


@given(st.text(max_size=60))
def test_any_text_is_either_an_address_or_refused(text: str) -> None:
    try:
        address = canonical(text)
    except PageError:
        return
    assert address.startswith(("http://", "https://"))


def test_the_site_is_the_registrable_domain() -> None:
    assert site_of("https://lignes.blogs.exemple.fr/a") == "exemple.fr"
    assert site_of("https://www.exemple.co.uk/") == "exemple.co.uk"
    assert site_of("http://127.2.0.1:8080/a") == "127.2.0.1"
    assert host_of("https://Exemple.FR:8443/") == "exemple.fr"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "a.localhost",
        "imprimante.local",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "172.20.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "::1",
        "[fe80::1]",
        "fd00::8",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
    ],
)
def test_private_hosts_are_known_in_every_spelling(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize(
    "host", ["exemple.fr", "93.184.215.14", "2606:2800:21f:cb07::1", "dead.beef.fr", "face.fr"]
)
def test_public_hosts_are_not_private(host: str) -> None:
    assert not is_private_host(host)


def test_an_address_is_private_or_public() -> None:
    assert is_private_address("192.0.2.1")
    assert not is_private_address("1.1.1.1")
