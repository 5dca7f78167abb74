"""Web addresses: one canonical form for each page, and which hosts are private.

An address has two lives. We *ask* for a page under the address that was announced; we *know* it under the
canonical one, so that a newsletter link, a feed link and a search link to one article meet in one row.
"""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import idna

from processing.errors import PageError

if TYPE_CHECKING:
    from tldextract import TLDExtract

_DEFAULT_PORT: Final = {"http": 80, "https": 443}

_TRACKING_PREFIXES: Final = (
    "utm_",
    "at_",
    "pk_",
    "mtm_",
    "matomo_",
    "piwik_",
    "ns_",
    "wt_",
    "hsa_",
    "oly_",
    "vero_",
)
_TRACKING_NAMES: Final = frozenset(
    """
    _ga _gl _hsenc _hsmi _openstat xtor xts xtref xt_at ref ref_src ref_url fbclid gclid gclsrc dclid gbraid wbraid
    msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid mkt_tok cmpid cmp cid_source campaignid sc_lid
    sc_cid sc_eh s_kwcid smid smtyp smcid ocid ftag spm echobox s_cid wpisrc icid ito sr_share __twitter_impression
    """.split()
)
"""Names of parameters that say where a reader came from and never what is read.

Collected from the links of French press feeds (``xtor`` and ``at_*`` are Piano Analytics, formerly
AT Internet) and the common advertising networks.
"""

_AMP_PARAMETERS: Final = frozenset(
    {("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp"), ("output", "amp")}
)
_SESSION_NAMES: Final = frozenset(
    "phpsessid jsessionid sessionid session_id sessid aspsessionid cfid cftoken zenid oscsid osclsid".split()
)
_MAYBE_SESSION: Final = frozenset({"sid", "s", "session"})
"""A session only when the value looks like one: « sid=412 » is an article's number on some sites."""
_SESSION_VALUE: Final = re.compile(r"(?=[^&]*\d)[0-9a-zA-Z_-]{20,}$")
_SESSION_IN_PATH: Final = re.compile(r";(?:jsessionid|phpsessid|sid|cfid|cftoken)=[^/;]*", re.I)
_SESSION_SEGMENT: Final = re.compile(r"/\([A-Z]\([0-9a-zA-Z]{20,}\)\)(?=/)")
"""ASP.NET without cookies: ``/(S(lit3py55t21z5v55vlm25s55))/``."""
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE: Final = _UNRESERVED | frozenset("/!$&'()*+,;=:@")
_QUERY_SAFE: Final = _PATH_SAFE | frozenset("?")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_NAT64: Final = ip_network("64:ff9b::/96")


def canonical(url: str, base: str | None = None) -> str:
    """The address under which a page is known.

    The rule: scheme and host in lower case, host in IDNA (ASCII) form without a closing dot, user and
    password dropped, default port dropped, fragment dropped (``#!`` too), dot segments resolved (RFC 3986
    §5.2.4), escapes in upper case and only where needed (§6.2.2), tracking parameters and session identifiers
    dropped (``?PHPSESSID=…``, ``;jsessionid=…``), the other parameters sorted by name and otherwise as they
    stood, AMP marks dropped (``?amp=1``, ``?outputType=amp``, a segment ``/amp/``).
    ``canonical(canonical(x)) == canonical(x)``.

    ``base`` resolves a relative address. Raises PageError when the result is not an http(s) address.
    """
    parts = _split(url, base)
    host = _ascii_host(parts, url)
    port = _port(parts, url)
    authority = host if port in (None, _DEFAULT_PORT[parts.scheme]) else f"{host}:{port}"
    path = _without_amp(_without_dots(_without_session(_escaped(parts.path, _PATH_SAFE))))
    query = _query(parts.query)
    return f"{parts.scheme}://{authority}{path}{'?' + query if query else ''}"


def host_of(url: str) -> str:
    """The host of an http(s) address in canonical form, without port. Raises PageError."""
    return _ascii_host(_split(url, None), url)


def site_of(url: str) -> str:
    """The registrable domain (public suffix and one label: ``lemonde.fr``, ``example.co.uk``) of an address.

    An IP address or a single label is its own site. Raises PageError.
    """
    return _registrable(host_of(url))


def is_private_host(host: str) -> bool:
    """Whether a host *written as it stands* leads off the public internet.

    True for loopback, private, link-local (with cloud metadata), carrier-grade, multicast and reserved
    addresses, in every spelling the C library takes (``127.1``, ``0x7f000001``, ``2130706433``, IPv4 inside
    IPv6), and for ``localhost`` and the names reserved for private use. A public name may still resolve to a
    private address: whoever connects checks that with :func:`is_private_address`.
    """
    name = unquote(host).strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        return True
    literal = _literal(name)
    return literal is not None and is_private_address(literal)


def is_private_address(address: str | IPv4Address | IPv6Address) -> bool:
    """Whether an IP address is anything but a public unicast address."""
    ip = ip_address(address) if isinstance(address, str) else address
    if isinstance(ip, IPv6Address):
        if ip in _NAT64:
            return is_private_address(IPv4Address(int(ip) & 0xFFFFFFFF))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_private_address(inner)
    return not ip.is_global or ip.is_multicast


def _split(url: str, base: str | None) -> SplitResult:
    cleaned = re.sub(
        r"[\t\r\n]", "", url.strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f \t\r\n")
    )
    try:
        parts = urlsplit(urljoin(base, cleaned) if base else cleaned)
    except ValueError as error:
        raise PageError(f"not an address: {_shown(url)} ({error})") from None
    if parts.scheme not in _DEFAULT_PORT or not parts.hostname:
        raise PageError(f"not an http or https address: {_shown(url)}")
    return parts


def _ascii_host(parts: SplitResult, url: str) -> str:
    host = unquote(parts.hostname or "").rstrip(".")
    if ":" in host:
        try:
            return f"[{IPv6Address(host)}]"
        except ValueError:
            raise PageError(f"not an address: {_shown(url)} (bad IPv6 host)") from None
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise PageError(f"not an address: {_shown(url)} (bad host name)") from None
    if (
        not name
        or len(name) > 253
        or not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", name)
        or ".." in name
    ):
        raise PageError(f"not an address: {_shown(url)} (bad host name)")
    return name


def _port(parts: SplitResult, url: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise PageError(f"not an address: {_shown(url)} (bad port)") from None


def _escaped(text: str, safe: frozenset[str]) -> str:
    """Escapes in one spelling: unreserved characters plain, everything that may not stand escaped."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "%" and (escape := _ESCAPE.match(text, at)):
            byte = chr(int(escape[1], 16))
            out.append(byte if byte in _UNRESERVED else f"%{escape[1].upper()}")
            at += 3
            continue
        if char in safe:
            out.append(char)
        else:
            out.extend(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        at += 1
    return "".join(out)


def _without_dots(path: str) -> str:
    """Resolve ``.`` and ``..`` segments (RFC 3986 §5.2.4). The result starts with a slash."""
    kept: list[str] = []
    segments = path.split("/")[1:] if path.startswith("/") else path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _without_amp(path: str) -> str:
    """Drop ``amp`` segments where the path without them ends in what looks like an article's slug."""
    segments = path.split("/")
    kept = [segment for segment in segments if segment.lower() != "amp"]
    last = next((segment for segment in reversed(kept) if segment), "")
    if len(kept) == len(segments) or not re.search(r"[-\d]", last):
        return path
    return "/".join(kept)


def _without_session(path: str) -> str:
    return _SESSION_SEGMENT.sub("", _SESSION_IN_PATH.sub("", path))


def _names_session(key: str, value: str) -> bool:
    return (
        key in _SESSION_NAMES
        or key.startswith("aspsessionid")
        or (key in _MAYBE_SESSION and _SESSION_VALUE.match(value) is not None)
    )


def _query(query: str) -> str:
    kept: list[tuple[str, str]] = []
    for piece in query.split("&"):
        if not piece:
            continue
        escaped = _escaped(piece, _QUERY_SAFE)
        name, _, value = escaped.partition("=")
        # Links copied out of HTML source carry « &amp; »: ?a=1&amp;utm_source=…
        key = unquote(name).lower().removeprefix("amp;")
        if (
            key in _TRACKING_NAMES
            or key.startswith(_TRACKING_PREFIXES)
            or (key, value.lower()) in _AMP_PARAMETERS
            or _names_session(key, value)
        ):
            continue
        kept.append((name, escaped))
    return "&".join(piece for _, piece in sorted(kept, key=lambda pair: pair[0]))


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    if not host or not re.fullmatch(r"[0-9a-fx.]+", host):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    if _literal(host.strip("[]")) is not None or "." not in host:
        return host
    return _suffixes()(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    # Imported late: it is slow to load and most commands never ask.
    from tldextract import TLDExtract

    # The list in the wheel, never one from the network.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def _shown(url: str) -> str:
    return repr(url if len(url) <= 120 else url[:119] + "…")
