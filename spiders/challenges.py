"""Challenges to robots: pages that a protection service sends in the place of the site's own. Pure.

Vedette does not pass them. It says what came, and asks again once, the next night.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_LONGEST: Final = 128 * 1024
"""Bytes: a longer page is the site's own, whatever scripts of such a service it carries."""

_HEADERS: Final = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-datadome", "protected", "DataDome"),
    ("x-amzn-waf-action", "c", "AWS WAF"),
)
_BODIES: Final = (
    (
        re.compile(rb"_cf_chl_opt|<title>(?:Just a moment|Un instant)|Attention Required! \| Cloudflare"),
        "Cloudflare",
    ),
    (re.compile(rb"captcha-delivery\.com"), "DataDome"),
    (re.compile(rb"_Incapsula_Resource.{0,200}incident", re.S), "Imperva"),
    (re.compile(rb"window\._pxAppId|px-captcha"), "HUMAN"),
    (re.compile(rb"v\xc3\xa9rifi\w+ que vous n[\xe2\x80\x99']+\xc3\xaates pas un robot", re.I), "its own"),
)


def challenge_of(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Which challenge the answer is, in words; None when it is none.

    ``headers``: names in lower case. With a status of success only a short page counts, for articles carry the
    same services' scripts; DataDome's header stands on good answers too and counts only beside a refusal.
    """
    refused = status in (401, 403, 405, 429, 503)
    for name, value, service in _HEADERS:
        if headers.get(name, "").lower().startswith(value) and (refused or name == "cf-mitigated"):
            return f"a challenge to robots ({service})"
    if len(body) > _LONGEST or body.count(b"<p") > 10:
        return None
    for sign, service in _BODIES:
        if sign.search(body):
            return f"a challenge to robots ({service})"
    return None
