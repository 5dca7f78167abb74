"""Names alone show the dyad: people in their offices, companies, organs, places, ships; and what names nobody."""

import datetime
from collections.abc import Iterator
from itertools import pairwise

import pytest

from processing.mentions.entries import LEXICON
from processing.mentions.lexicon_actors import ActorSense, Person, load_actors, load_joint
from processing.mentions.matching import find, lexicon
from processing.mentions.normalise import normalise
from processing.mentions.parties import People, find_parties

SIDES, FORMS = load_actors(LEXICON / "actors")
PEOPLE = {s.person.name: s.person for _, s in FORMS if s.person is not None}


def _parties(*texts: str, date: datetime.date | None = None) -> list[tuple[str, str]]:
    """Return (name as written, side) of the last text, the others having been read before it."""
    people, named = People(), []
    for text in texts:
        norm = normalise(text)
        hits = find(norm.low, norm.raw, lexicon())
        people.learn(hits)
        named = [(norm.raw[p.start : p.end], p.side) for p in find_parties(norm.low, hits, people, date)]
    return named


def _sides(*texts: str) -> set[str]:
    return {code for _, side in _parties(*texts) for code in side.split("+")}


def _title(name: str, day: str) -> str:
    office = PEOPLE[name].office_on(datetime.date.fromisoformat(day))
    return office.title if office else ""


@pytest.mark.parametrize(
    ("name", "day", "title"),
    [
        ("Sergueï Choïgou", "2014-06-01", "ministre de la Défense"),
        ("Sergueï Choïgou", "2024-05-11", "ministre de la Défense"),
        ("Sergueï Choïgou", "2024-05-20", "secrétaire du Conseil de sécurité"),
        ("Andreï Belooussov", "2022-02-24", "premier vice-premier ministre"),
        ("Andreï Belooussov", "2024-06-01", "ministre de la Défense"),
        ("Nikolaï Patrouchev", "2023-01-01", "secrétaire du Conseil de sécurité"),
        ("Dmitri Medvedev", "2019-06-01", "premier ministre"),
        ("Mikhaïl Michoustine", "2019-06-01", ""),
        ("Mikhaïl Michoustine", "2023-06-01", "premier ministre"),
        ("Andreï Denissov", "2020-01-01", "ambassadeur à Pékin"),
        ("Igor Morgoulov", "2023-01-01", "ambassadeur à Pékin"),
        ("Iouri Borissov", "2023-01-01", "patron de Roscosmos"),
        ("Vitali Tchourkine", "2017-07-01", ""),
        ("Chang Wanquan", "2015-05-08", "ministre de la Défense"),
        ("Wei Fenghe", "2022-06-12", "ministre de la Défense"),
        ("Li Shangfu", "2023-04-18", "ministre de la Défense"),
        ("Li Shangfu", "2023-11-01", ""),
        ("Dong Jun", "2024-01-31", "ministre de la Défense"),
        ("Qin Gang", "2022-01-01", "ambassadeur aux États-Unis"),
        ("Qin Gang", "2023-03-07", "ministre des Affaires étrangères"),
        ("Qin Gang", "2023-08-01", ""),
        ("Wang Yi", "2022-12-01", "ministre des Affaires étrangères"),
        ("Wang Yi", "2023-03-01", "chef de la diplomatie du Parti"),
        ("Wang Yi", "2023-08-01", "ministre des Affaires étrangères"),
        ("Li Keqiang", "2022-03-11", "premier ministre"),
        ("Li Qiang", "2024-08-21", "premier ministre"),
        ("Zhang Hanhui", "2022-02-04", "ambassadeur à Moscou"),
        ("Zhao Lijian", "2023-02-01", ""),
    ],
)
def test_offices_are_held_in_their_time(name: str, day: str, title: str) -> None:
    assert _title(name, day) == title


@pytest.mark.parametrize("code", ["RUS", "CHN"])
def test_one_defence_minister_at_a_time(code: str) -> None:
    ministers = [
        (office.first, office.last)
        for person in PEOPLE.values()
        if person.side == code
        for office in person.offices
        if office.title == "ministre de la Défense"
    ]
    ministers.sort()
    for (_, last), (first, _) in pairwise(ministers):
        assert last is not None
        assert last <= first
    assert ministers[-1][1] is None


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Sergueï Choïgou", ["Sergueï Choïgou", "Sergei Shoigu", "Serguei Choigou", "Choïgou", "Choigou"]),
        ("Andreï Belooussov", ["Andrei Beloousov", "Andrey Belousov", "Belooussov"]),
        ("Mikhaïl Michoustine", ["Mikhail Mishustin", "Michoustine", "Mishoustine"]),
        ("Valéri Guérassimov", ["Valery Gerasimov", "Valeri Guerassimov", "Guerassimov"]),
        ("Vladimir Poutine", ["Vladimir Putin", "VLADIMIR POUTINE", "Poutine"]),
        ("Vassily Nebenzia", ["Vassili Nebenzia", "Vasily Nebenzya"]),
        ("Sergueï Tchemezov", ["Sergei Chemezov", "Sergey Tchemezov"]),
        ("Alexeï Likhatchev", ["Alexey Likhachev", "Alexei Likhatchev"]),
        ("Xi Jinping", ["XI Jinping", "Xi"]),
    ],
)
def test_the_press_spells_a_name_in_many_ways(name: str, spellings: list[str]) -> None:
    for spelling in spellings:
        ((_, side),) = _parties(f"{spelling} a parlé.")
        assert side == PEOPLE[name].side


def test_a_common_surname_is_its_bearer_only_after_the_full_name() -> None:
    assert _parties("Wang a souri.") == []
    assert _parties("Wang Wentao est arrivé.", "Wang a souri.") == [("Wang", "CHN")]
    assert _parties("Zhang Hanhui est arrivé.", "Li a souri.") == []
    assert _parties("Iouri Borissov est arrivé.", "Borissov a souri.") == [("Borissov", "RUS")]


@pytest.mark.parametrize(
    "text", ["Ma mère", "Le temps passe", "Lu hier", "He is", "Han Solo", "Du vin", "Sun City"]
)
def test_surnames_that_are_words_are_never_read_alone(text: str) -> None:
    before = "Jack Ma, Le Yucheng, Lu Shaye, He Lifeng, Han Zheng et Sun Weidong se sont vus."
    assert _parties(before, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Gazprom et la CNPC se sont entendus.",
        "Rosneft livre davantage à Sinopec.",
        "Rosatom a coulé le béton du réacteur de Tianwan pour la CNNC.",
        "Roscosmos et la CNSA dessinent une base lunaire.",
        "Rosoboronexport a négocié avec Norinco.",
        "VTB et UnionPay préparent des cartes communes.",
        "Le SPFS sera relié à CIPS.",
        "Glonass et Beidou se complètent.",
        "Tass et Chine nouvelle partagent leurs dépêches.",
        "La CNOOC détient dix pour cent d'Arctic LNG 2.",
        "Huawei équipe MTS.",
        "Choïgou a reçu Li Shangfu.",
        "Nebenzia et Zhang Jun ont voté de même.",
        "Belooussov a téléphoné à Dong Jun.",
        "Zakharova et Mao Ning se répondent.",
        "La Douma et l'Assemblée nationale populaire ont une commission.",
        "Le FSB et le Guoanbu échangent des fichiers.",
        "Des Tu-95 et des H-6K ont volé de conserve.",
        "Le Maréchal Chapochnikov a mouillé à Qingdao.",
        "L'Armée populaire de libération se rend à Vostok-2022.",
        "Un pont joint Blagovechtchensk à Heihe.",
        "Les camions attendent entre Zabaïkalsk et Manzhouli.",
        "Le maître du Kremlin a charmé l'empire du Milieu.",
        "L'ours russe et le dragon chinois s'observent.",
        "Le locataire du Kremlin appelle le maître de Zhongnanhai.",
        "L'ours et le dragon valsent.",
        "La deuxième économie mondiale achète à Moscou.",
    ],
)
def test_names_alone_show_the_dyad(text: str) -> None:
    assert {"RUS", "CHN"} <= _sides(text)


@pytest.mark.parametrize(
    "text",
    [
        "Force de Sibérie 2 attendra.",
        "Joint Sea-2025 débute dimanche.",
        "L'exercice « Nord/Interaction » s'achève.",
        "L'exercice « Interaction maritime » s'achève.",
        "L'ILRS ouvrira en 2035.",
        "Ceinture de sécurité maritime réunit trois flottes.",
        "La ligne Heihe-Blagovechtchensk rouvre.",
    ],
)
def test_some_undertakings_name_both_by_nature(text: str) -> None:
    assert {"RUS", "CHN"} <= _sides(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le canton de Genève vote.",
        "L'Indochine de son enfance.",
        "Oak Ridge, dans le Tennessee.",
        "À J-20 de l'ouverture, rien n'est prêt.",
        "La Mer est calme.",
        "Il faut qu'il vienne, drapeau en berne.",
        "Les vents tournent à l'ouest.",
        "L'autel de la patrie.",
        "Le volga des mots, un amour de Swann.",
        "Il habite près de la mer et de la place.",
        "Elle chine aux puces.",
        "Un zircon et un saphir.",
        "Une foule moscovienne, un accord mirifique.",
    ],
)
def test_ordinary_words_name_nobody(text: str) -> None:
    assert _parties(text) == []


def test_a_longer_name_that_is_refused_hides_nothing() -> None:
    assert _parties("le dirigeant chinois") == [("chinois", "CHN")]
    assert _parties("un dirigeant russe intransigeant") == [("russe", "RUS")]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Loukachenko", "BLR"),
        ("Oulan-Bator", "MNG"),
        ("le Kirghizstan", "KGZ"),
        ("l'Otan", "NATO"),
        ("l'Ouest", "WEST"),
        ("l'Aukus", "WEST"),
        ("l'Opep+", "OPEC"),
        ("les Brics", "BRICS"),
        ("Bamako", "MLI"),
        ("Modi", "IND"),
        ("l'armée néo-zélandaise", "NZL"),
        ("la Crimée", "UKR"),
    ],
)
def test_third_parties_are_known_one_by_one(text: str, side: str) -> None:
    assert [s for _, s in _parties(text)] == [side]


def test_no_name_stands_for_two_sides() -> None:
    owners: dict[str, set[str]] = {}
    for form, sense in FORMS:
        if not sense.needs_full_name:
            owners.setdefault(form.lower(), set()).add(sense.side)
    assert {form: sides for form, sides in owners.items() if len(sides) > 1} == {}


def _people_of(code: str) -> Iterator[Person]:
    return (person for person in PEOPLE.values() if person.side == code)


@pytest.mark.parametrize("code", ["RUS", "CHN"])
def test_people_are_many_and_their_offices_follow_one_another(code: str) -> None:
    people = list(_people_of(code))
    assert len(people) >= 150
    for person in people:
        firsts = [office.first for office in person.offices]
        assert firsts == sorted(firsts), person.name


def test_every_joint_undertaking_is_of_two_known_sides() -> None:
    pairs = [pair for _, pair in load_joint(LEXICON / "actors" / "joint.yaml", SIDES)]
    assert pairs
    assert all(left != right for left, right in pairs)


def test_no_actor_hides_a_name_that_must_be_read_alone() -> None:
    forms: dict[str, ActorSense] = {form.lower(): sense for form, sense in FORMS}
    assert not {"ma", "le", "lu", "he", "du", "sun", "mir", "zhang", "wang"} & {
        form for form, sense in forms.items() if not sense.needs_full_name
    }
