"""French inflection: the forms of a verb, a noun phrase or an adjective, from its dictionary entry.

Enough of the grammar for the press: third persons, the first plural (quotations) and the participles.
Spelling changes of -er verbs (cer, ger, yer, e/é + consonant + er) and the common irregular families are
rules and a compact table; a verb outside them is refused rather than guessed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from processing.errors import LexiconError


class Tense(StrEnum):
    INFINITIVE = "infinitive"
    PRESENT = "present"
    IMPERFECT = "imperfect"
    FUTURE = "future"
    CONDITIONAL = "conditional"
    SIMPLE_PAST = "simple past"
    SUBJUNCTIVE = "subjunctive"
    GERUND = "gerund"
    PARTICIPLE = "participle"


# ending of the infinitive → (present 3s, 3p, first-plural stem, future stem, simple past 3s, 3p, participle)
_IRREGULAR: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "tenir": ("tient", "tiennent", "ten", "tiendr", "tint", "tinrent", "tenu"),
    "venir": ("vient", "viennent", "ven", "viendr", "vint", "vinrent", "venu"),
    "cevoir": ("çoit", "çoivent", "cev", "cevr", "çut", "çurent", "çu"),
    "devoir": ("doit", "doivent", "dev", "devr", "dut", "durent", "dû"),
    "pouvoir": ("peut", "peuvent", "pouv", "pourr", "put", "purent", "pu"),
    "vouloir": ("veut", "veulent", "voul", "voudr", "voulut", "voulurent", "voulu"),
    "savoir": ("sait", "savent", "sav", "saur", "sut", "surent", "su"),
    "mouvoir": ("meut", "meuvent", "mouv", "mouvr", "mut", "murent", "mu"),
    "voir": ("voit", "voient", "voy", "verr", "vit", "virent", "vu"),
    "mettre": ("met", "mettent", "mett", "mettr", "mit", "mirent", "mis"),
    "prendre": ("prend", "prennent", "pren", "prendr", "prit", "prirent", "pris"),
    "joindre": ("joint", "joignent", "joign", "joindr", "joignit", "joignirent", "joint"),
    "aindre": ("aint", "aignent", "aign", "aindr", "aignit", "aignirent", "aint"),
    "entir": ("ent", "entent", "ent", "entir", "entit", "entirent", "enti"),
    "faire": ("fait", "font", "fais", "fer", "fit", "firent", "fait"),
    "dire": ("dit", "disent", "dis", "dir", "dit", "dirent", "dit"),
    "duire": ("duit", "duisent", "duis", "duir", "duisit", "duisirent", "duit"),
    "truire": ("truit", "truisent", "truis", "truir", "truisit", "truisirent", "truit"),
    "courir": ("court", "courent", "cour", "courr", "courut", "coururent", "couru"),
    "ouvrir": ("ouvre", "ouvrent", "ouvr", "ouvrir", "ouvrit", "ouvrirent", "ouvert"),
    "offrir": ("offre", "offrent", "offr", "offrir", "offrit", "offrirent", "offert"),
    "servir": ("sert", "servent", "serv", "servir", "servit", "servirent", "servi"),
    "partir": ("part", "partent", "part", "partir", "partit", "partirent", "parti"),
    "sortir": ("sort", "sortent", "sort", "sortir", "sortit", "sortirent", "sorti"),
    "suivre": ("suit", "suivent", "suiv", "suivr", "suivit", "suivirent", "suivi"),
    "battre": ("bat", "battent", "batt", "battr", "battit", "battirent", "battu"),
    "vivre": ("vit", "vivent", "viv", "vivr", "vécut", "vécurent", "vécu"),
    "croître": ("croît", "croissent", "croiss", "croîtr", "crût", "crûrent", "crû"),
    "naître": ("naît", "naissent", "naiss", "naîtr", "naquit", "naquirent", "né"),
    "connaître": ("connaît", "connaissent", "connaiss", "connaîtr", "connut", "connurent", "connu"),
    "écrire": ("écrit", "écrivent", "écriv", "écrir", "écrivit", "écrivirent", "écrit"),
    "crire": ("crit", "crivent", "criv", "crir", "crivit", "crivirent", "crit"),
    "clure": ("clut", "cluent", "clu", "clur", "clut", "clurent", "clu"),
    "rompre": ("rompt", "rompent", "romp", "rompr", "rompit", "rompirent", "rompu"),
    "aller": ("va", "vont", "all", "ir", "alla", "allèrent", "allé"),
    "être": ("est", "sont", "ét", "ser", "fut", "furent", "été"),
    "avoir": ("a", "ont", "av", "aur", "eut", "eurent", "eu"),
    "plaire": ("plaît", "plaisent", "plais", "plair", "plut", "plurent", "plu"),
    "quérir": ("quiert", "quièrent", "quér", "querr", "quit", "quirent", "quis"),
    "uire": ("uit", "uisent", "uis", "uir", "uisit", "uisirent", "uit"),
}
_ENDINGS = sorted(_IRREGULAR, key=len, reverse=True)
_VOWELS = "aeiouyéèêàâîïôûœ"


def conjugate(infinitive: str) -> Iterator[tuple[str, Tense]]:
    """Yield (form, tense) for a verb; participles in their four agreements.

    Raises LexiconError for an infinitive whose family is unknown.
    """
    present_s, present_p, stem, future, past_s, past_p, participle = _principal_parts(infinitive)
    yield infinitive, Tense.INFINITIVE
    yield present_s, Tense.PRESENT
    yield present_p, Tense.PRESENT
    soft = _soft(stem)
    yield soft + "ons", Tense.PRESENT
    for ending in ("ait", "aient"):
        yield soft + ending, Tense.IMPERFECT
    yield soft + "ant", Tense.GERUND
    for ending in ("a", "ont", "ons"):
        yield future + ending, Tense.FUTURE
    for ending in ("ait", "aient"):
        yield future + ending, Tense.CONDITIONAL
    yield past_s, Tense.SIMPLE_PAST
    yield past_p, Tense.SIMPLE_PAST
    yield present_p.removesuffix("nt"), Tense.SUBJUNCTIVE
    for form in agreements(participle):
        yield form, Tense.PARTICIPLE


def _principal_parts(infinitive: str) -> tuple[str, str, str, str, str, str, str]:
    for ending in _ENDINGS:
        if infinitive.endswith(ending):
            head = infinitive.removesuffix(ending)
            parts = tuple(head + part for part in _IRREGULAR[ending])
            return (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6])
    if infinitive.endswith("er"):
        return _first_group(infinitive.removesuffix("er"))
    if infinitive.endswith("ir"):
        s = infinitive.removesuffix("ir")
        return (s + "it", s + "issent", s + "iss", s + "ir", s + "it", s + "irent", s + "i")
    if infinitive.endswith(("andre", "endre", "ondre", "erdre", "ordre")):
        s = infinitive.removesuffix("re")
        return (s, s + "ent", s, s + "r", s + "it", s + "irent", s + "u")
    raise LexiconError(f"cannot conjugate {infinitive!r}: write its forms as phrases instead")


def _first_group(stem: str) -> tuple[str, str, str, str, str, str, str]:
    strong, future = stem, stem + "er"
    if stem.endswith(("oy", "uy")):
        strong = stem[:-1] + "i"
        future = "enverr" if stem == "envoy" else "renverr" if stem == "renvoy" else strong + "er"
    elif len(stem) > 2 and stem[-2] == "e" and stem[-1] not in _VOWELS:
        doubled = stem.endswith(("el", "et")) and not stem.endswith(("gel", "chet", "cel", "pel"))
        doubled = doubled or stem.endswith("appel")
        strong = stem + stem[-1] if doubled else stem[:-2] + "è" + stem[-1]
        future = strong + "er"
    else:
        for tail in (1, 2):  # accélér-, intègr-
            if len(stem) > tail and stem[-1 - tail] == "é" and all(c not in _VOWELS for c in stem[-tail:]):
                strong = stem[: -1 - tail] + "è" + stem[-tail:]
                break
    soft = _soft_before_a(stem)
    return (strong + "e", strong + "ent", stem, future, soft + "a", stem + "èrent", stem + "é")


def _soft(stem: str) -> str:
    return _soft_before_a(stem)


def _soft_before_a(stem: str) -> str:
    """Keep the consonant's sound before a and o: lanc- → lanç-, échang- → échange-."""
    if stem.endswith("c") and not stem.endswith("cc"):
        return stem[:-1] + "ç"
    return stem + "e" if stem.endswith("g") else stem


def agreements(adjective: str) -> tuple[str, ...]:
    """Return masculine and feminine, singular and plural, without repeats."""
    feminine = feminine_of(adjective)
    forms = (adjective, plural_of(adjective), feminine, plural_of(feminine))
    return tuple(dict.fromkeys(forms))


def feminine_of(adjective: str) -> str:
    """Return the feminine: chinois → chinoise, russe → russe, européen → européenne, actif → active."""
    for ending, feminine in (
        ("eux", "euse"),
        ("ien", "ienne"),
        ("éen", "éenne"),
        ("el", "elle"),
        ("if", "ive"),
        ("er", "ère"),
        ("ec", "ecque"),
        ("turc", "turque"),
        ("eur", "euse"),
        ("dû", "due"),
    ):
        if adjective.endswith(ending):
            return adjective.removesuffix(ending) + feminine
    return adjective if adjective.endswith("e") else adjective + "e"


def plural_of(word: str) -> str:
    """Return the plural: exercice → exercices, bilatéral → bilatéraux, bureau → bureaux."""
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al") and word not in ("naval", "fatal", "carnaval", "festival"):
        return word.removesuffix("al") + "aux"
    return word + "x" if word.endswith(("au", "eu")) else word + "s"


_LINKS = frozenset(
    {"de", "d'", "à", "en", "sur", "du", "des", "au", "aux", "pour", "contre", "avec", "par", "sans"}
)


def phrase_forms(phrase: str) -> tuple[str, ...]:
    """Return singular and plural of a noun phrase; what follows its first preposition stays as it is."""
    head: list[str] = []
    words = phrase.split(" ")
    for index, word in enumerate(words):
        if word in _LINKS or word.startswith("d'"):
            tail = words[index:]
            break
        head.append(word)
    else:
        tail = []
    plurals = [plural_of(word) for word in head]
    joined = [
        plural_of(w.split("-")[0]) + "-" + "-".join(plural_of(p) for p in w.split("-")[1:]) if "-" in w else p
        for w, p in zip(head, plurals, strict=True)
    ]
    return tuple(dict.fromkeys((phrase, " ".join([*plurals, *tail]), " ".join([*joined, *tail]))))


def spelling_variants(form: str) -> tuple[str, ...]:
    """Return a form with its typographic variants: œ/oe, and the accent that headlines drop from a capital."""
    variants = [form]
    if "œ" in form:
        variants.append(form.replace("œ", "oe"))
    plain = _PLAIN_INITIAL.get(form[:1])
    if plain:
        variants.extend(plain + v[1:] for v in tuple(variants))
    return tuple(variants)


def without_accents(name: str) -> str:
    """Return a name as capitals and hurried desks write it: Pékin → Pekin, Choïgou → Choigou."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


_PLAIN_INITIAL = {"é": "e", "è": "e", "ê": "e", "à": "a", "â": "a", "î": "i", "ô": "o", "ç": "c"}
