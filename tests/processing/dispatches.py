"""Invented dispatches: sentences of words drawn by chance, and the background paragraphs that agencies repeat."""

from __future__ import annotations

import random

_WORDS = """
    amiral flotte détroit gazoduc ministre sommet frontière accord exercice sous-marin cargo port île traité
    sanction pétrolier brise-glace estuaire câble satellite fusée réacteur uranium céréales soja bois
    charbon banque monnaie virement douane convoi wagon tunnel pont fleuve steppe toundra archipel cap golfe
    base radar drone missile chasseur bombardier équipage marin colonel gouverneur délégation porte-parole
    diplomate négociateur ambassade consul visa étudiant chercheur laboratoire brevet puce usine ouvrier
    syndicat grève loyer récolte pêcheur crabe saumon glace hiver printemps tempête pluie annonce dément
    confirme prépare reporte signe refuse accepte promet exige quitte rejoint surveille escorte livre achète
    vend construit inaugure ferme rouvre inspecte mesure compte double triple recule avance tarde échoue
    réussit commence termine nouveau ancien vaste discret coûteux fragile commun secret provisoire durable
    tardif massif rare lointain voisin maritime oriental septentrional agricole nucléaire spatial monétaire
    douanier militaire civil régional annuel mensuel quotidien lundi mardi mercredi jeudi vendredi janvier
    mars juin août octobre décembre matin soir semaine trimestre décennie malgré pendant avant après contre
    selon vers sans depuis jusque hors entre sous parmi chez dès envers devant derrière
""".split()

_BACKGROUND = (
    "Les deux pays ont renouvelé il y a cinq ans leur traité de bon voisinage, signé au début du siècle.",
    "Depuis le début de la guerre, les échanges entre les deux voisins ont augmenté d'un tiers, selon les douanes.",
    "La région, grande comme la moitié de l'Europe, compte moins d'habitants que sa seule capitale.",
    "L'agence rappelle que les deux marines s'exercent ensemble chaque année depuis bientôt vingt ans.",
)


def dispatch(seed: int, sentences: int = 18) -> str:
    """A dispatch of so many sentences, a line each; the same for the same seed. The last may be background."""
    chance = random.Random(seed)  # noqa: S311
    lines = [
        " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(12, 28))).capitalize() + "."
        for _ in range(sentences)
    ]
    if chance.random() < 0.4:
        lines[-1] = chance.choice(_BACKGROUND)
    return "\n".join(lines)
