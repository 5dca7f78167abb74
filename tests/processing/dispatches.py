"""Invented dispatches: sentences put together by chance, so that no two share more than a phrase."""

from __future__ import annotations

import random

_WHO = (
    "le porte-parole du ministère", "un diplomate européen", "l'amiral Carval", "la cheffe de la délégation",
    "un négociateur anonyme", "le gouverneur de la région", "l'agence officielle", "un marin à la retraite",
)  # fmt: skip
_DID = (
    "a confirmé devant la presse", "assure depuis la capitale", "a laissé entendre hier", "rappelle avec prudence",
    "a répété à ses homologues", "écrit dans une note", "a reconnu du bout des lèvres", "promet aux habitants",
)  # fmt: skip
_WHAT = (
    "que les manœuvres dureraient encore", "que le gazoduc ne serait pas prêt avant", "que la visite aurait lieu dès",
    "que les deux flottes se croiseraient près de", "que le traité couvrirait aussi", "que personne ne céderait sur",
    "que l'accord serait signé en marge de", "que les exportations reprendraient vers",
)  # fmt: skip
_WHERE = (
    "la foire du printemps", "l'estuaire du fleuve", "la réunion des ministres", "la saison des glaces",
    "l'archipel du nord", "la frontière orientale", "la fin de l'exercice", "la base des sous-marins",
)  # fmt: skip


def dispatch(seed: int, sentences: int = 18) -> str:
    """A dispatch of so many sentences, a line each; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    return "\n".join(
        f"Selon le relevé {chance.randrange(10_000)}, {chance.choice(_WHO)} {chance.choice(_DID)} "
        f"{chance.choice(_WHAT)} {chance.choice(_WHERE)}, soit {chance.randrange(10_000)} tonnes de plus "
        f"qu'en {chance.randrange(1950, 2026)}."
        for _ in range(sentences)
    )
