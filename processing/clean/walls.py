"""Pages that answer with success and hold no article: errors, walls of consent and login, challenges to robots.

A wall speaks to its reader, and it is nearly all there is. Both must hold: an article about cookies does not
ask for consent, and a cut article that ends with « Connectez-vous pour lire la suite » has said something before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from processing.clean.wording import folded

LONGEST = 400
"""Words: a longer text is none of these."""
SHARE = 0.4
"""Of the words of a wall, at least so many stand in sentences that belong to it."""
SAID_BEFORE = 60
"""Words outside those sentences that make a text an article all the same."""


def _any_of(lines: str) -> re.Pattern[str]:
    """One pattern a line, written without accents and in lower case, as :func:`folded` leaves a text."""
    return re.compile("|".join(line.strip() for line in lines.strip().splitlines()))


_TITLES: Final = {
    "an error page": _any_of(r"""
        (?:erreur )?(?:http )?[45]\d\d|erreur(?: (?:interne|serveur|technique).{0,30})?|oups
        (?:la |cette )?(?:page|article|contenu|url)(?: demandee?)? (?:est )?introuvable
        (?:la |cette )?(?:page|article|contenu) (?:non trouve|inexistant|indisponible|supprime)e?
        (?:la |cette |cet |ce )?(?:page|article|contenu) n'(?:existe|est) (?:pas|plus)(?: disponible)?
        (?:[45]\d\d )?(?:(?:page )?not found|(?:internal )?server error|bad gateway|service unavailable)
        (?:site en |en )?maintenance(?: en cours)?|service (?:temporairement )?indisponible
    """),
    "a refusal": _any_of(r"""
        acces (?:refuse|interdit|bloque|restreint|non autorise)
        (?:403 )?(?:access denied|forbidden)
    """),
    "a challenge to robots": _any_of(r"""
        just a moment\W*|un instant\W*|attention required|verifying you are human
        verification (?:de securite|en cours|que vous.{0,60})|etes-vous (?:un )?(?:robot|humain)\W*
    """),
    "a login wall": _any_of(r"""
        connexion|identification|s'identifier|se connecter|login|sign in|(?:connectez|identifiez)-vous
    """),
    "a consent wall": _any_of(r"""
        (?:votre )?consentement|vie privee|gestion des cookies|cookies
    """),
}
"""What the title of such a page is, from its first word to its last or to a punctuation mark."""

_SAYINGS: Final = {
    "an error page": _any_of(r"""
        erreur 404|page (?:est )?(?:introuvable|non trouvee)
        (?:page|article|contenu) (?:que vous \w+(?: \w+)?|(?:demande|recherche)e?) est introuvable
        (?:page|article|contenu) (?:que vous \w+(?: \w+)?|(?:demande|recherche)e?) n'(?:existe|est) (?:pas|plus)
        (?:page|article|contenu) (?:que vous \w+(?: \w+)?|(?:demande|recherche)e?) a (?:\S+ )?ete (?:supprime|deplace)
        verifiez (?:l'adresse|l'url|l'orthographe)|(?:retour|revenir) a (?:la page d'|l')accueil
    """),
    "a refusal": _any_of(r"""
        vous n'(?:avez pas l'autorisation|etes pas autorise)|you don't have permission
        votre (?:requete|adresse ip|acces|demande|connexion) (?:a ete|est) (?:bloque|refuse|rejete)
        acces a cette (?:page|ressource) (?:vous )?est (?:refuse|interdit|bloque)
    """),
    "a challenge to robots": _any_of(r"""
        (?:pas|etes) un robot\b|que vous etes (?:bien )?(?:un )?humain|captcha|ray id|cloudflare|datadome
        verif\w+ (?:de securite|votre navigateur|que vous)|(?:activ|enable)\w* (?:le )?javascript
        checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human
    """),
    "a login wall": _any_of(r"""
        (?:connectez|identifiez|inscrivez)[- ]vous|mot de passe|(?:creez|creer) (?:un|votre|mon) compte
        (?:deja|pas encore) (?:de compte|un compte|abonne|inscrit|client)|adresse (?:e-?mail|electronique)
        reservee? (?:aux|a nos) (?:abonnes|membres|inscrits)
    """),
    "a consent wall": _any_of(r"""
        (?:et|avec) nos (?:\d[\d ]*)?partenaires|tout accepter|tout refuser|accepter et|continuer sans accepter
        (?:votre|vos|retirer le) (?:consentement|choix|preferences)|\bcookies?\b|traceurs
        donnees (?:personnelles|de navigation|de geolocalisation)|(?:publicite|contenu)s? personnalise
        mesures? (?:d'audience|de performance)|interet legitime|(?:stocker|acceder) .{0,30}(?:informations|terminal)
    """),
}
"""What the sentences of such a page say."""

_TO_THE_READER: Final = re.compile(
    r"\b(?:vous|votre|vos|your?|nos partenaires|tout (?:accepter|refuser)|erreur 404|captcha|ray id"
    r"|(?:retour|revenir) a)\b"
)
_TITLE_END: Final = re.compile(r"\s*[:!.,…|]|\s[-–—]\s")
_SENTENCES: Final = re.compile(r"(?<=[.!?…])\s+|\n+")


def wall_of(titles: Iterable[str], text: str) -> str | None:
    """What kind of wall the page is; None when it may be an article. ``titles`` are those it gives itself."""
    words = len(text.split())
    if words > LONGEST:
        return None
    named = [folded(title) for title in titles]
    sentences = [sentence for sentence in _SENTENCES.split(text) if sentence.strip()]
    for kind, saying in _SAYINGS.items():
        belonging: list[str] = []
        outside = 0
        for sentence in sentences:
            if saying.search(plain := folded(sentence)):
                belonging.append(plain)
            elif (outside := outside + len(sentence.split())) >= SAID_BEFORE:
                break
        if outside >= SAID_BEFORE:
            continue
        if any(_TITLES[kind].fullmatch(title) for title in named):
            return kind
        begun = any(_TITLES[kind].fullmatch(_TITLE_END.split(title)[0]) for title in named)
        speaks = any(_TO_THE_READER.search(sentence) for sentence in belonging)
        if (begun and belonging) or (speaks and words - outside >= SHARE * words):
            return kind
    return None
