"""Lines that publishers put between the paragraphs of an article and that are none of it."""

from __future__ import annotations

import re

_LINE = re.compile(
    r"""(?xi) ^\s*[-–—•>▶►→\[(]*\s* (?:
      (?:à|a)?\s*(?:lire|relire|voir|[ée]couter|d[ée]couvrir)\s+(?:aussi(?!\ bien\b)|[ée]galement|encore)\b .*
    | lire\ (?:la\ suite|plus\ tard|l['’]article|notre\ (?:dossier|analyse|enqu[êe]te)) .{0,160}
    | la\ suite\ apr[èe]s\ (?:cette|la)\ publicit[ée] .*
    | (?:article|contenu|lecture\ audio)\ r[ée]serv[ée]e?\ aux?\ abonn[ée]s .*
    | d[ée]j[àa]\ abonn[ée] .*
    | s['’]abonner | se\ connecter | je\ m['’]abonne .{0,60} | abonnez[-\ ]vous .*
    | (?:recevez|inscrivez[-\ ]vous)\ .{0,120} (?:newsletter|lettre|mail|notifications) .*
    | temps\ de\ lecture\b .{0,40} | lecture\ \d+\ min .*
    | partager(?:\ (?:sur|cet|l['’]article|via)\b .{0,60})? | copier\ le\ lien | imprimer | contribuer | r[ée]agir
    | (?:©|cr[ée]dits?(?:\ photos?)?\s*:) .{0,120}
    | publicit[ée]
    | accepter\ (?:et\ (?:fermer|continuer)|les\ cookies) .*
    | \d+\ commentaires? | (?:suivez|retrouvez)[-\ ]nous\ sur\ .{0,80}
    ) \s*$"""
)
TRUNCATED = re.compile(
    r"(?i)il vous reste [\d.,]+\s*% de cet article à lire|la suite est réservée aux abonnés|"
    r"cet article est réservé aux abonnés|pour lire la suite, abonnez-vous|contenu réservé aux abonnés"
)
"""A sentence that only a cut article has."""


def strip_furniture(text: str) -> str:
    """The text without the lines of ``_LINE``; a line is dropped whole or kept whole."""
    return "\n".join(
        line for line in (raw.strip() for raw in text.splitlines()) if line and not _LINE.match(line)
    )
