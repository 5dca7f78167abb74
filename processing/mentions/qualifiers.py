"""How the sentence says it: negation, certainty, stance and time, kept apart, and the one label derived.

Negation and hedges act on the trigger's own clause. « ne cesse de », « n'a jamais autant » do not negate;
a verb that undoes (remettre en cause) under « ne … pas » confirms; what is asked for, or warned against, is
hypothetical even when it is asked that it not be (« exhorte Pékin à ne pas armer la Russie »).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processing.mentions.features import Scene
from processing.mentions.frames import Frame, TriggerHit
from processing.mentions.inflect import Tense
from processing.mentions.matching import Hit
from processing.mentions.model import Category, Polarity

_NEGATION = re.compile(
    r"\b(?:ne |n')(?:s'|se |l'|la |les |le |lui |leur |y |en |nous |vous )*\w+(?: \w+){0,2}? "
    r"(?:pas|plus|jamais|aucune?|guère|rien|nullement|en rien|à aucune?)\b|\b(?:ne |n')(?=(?:peu|sau|ces))\w+"
    r"|\bne (?:pas|plus|jamais|rien) (?:l'|la |le |les |lui |leur |se |s'|en |y )?\w+"
)
_NO = re.compile(r"\b(?:aucun|aucune|sans|nul|nulle|pas d[e'’]|pas question|ni)\b|\bnon(?=[ ,-])")
_NONE = re.compile(r"\b(?:aucune?|nulle?) [^,;:]{2,60}?\b(?:n'|ne )")
_RECORD = re.compile(r"\bjamais (?:\w+ ){0,3}(?:autant|aussi|si|tant)\b")
_WITHOUT = re.compile(r"\bsans (?:le |la |l'|les |son |sa |ses |leur |cet |cette |ce )$")
_IF_BEFORE = re.compile(r"\b(?:si|s'ils?|s'elles?)\b[^,;]*$")
_IF = re.compile(r"\bs(?:i|') ?(?:la|le|les|l'|il|elle|ils|elles|\w+)\b[^,;.]{0,60}?(?:ait|aient|ait à)\b")
# Conditionals of any verb; the imperfects of -rer verbs (montrait, livrait, tirait) end otherwise.
_CONDITIONAL = re.compile(r"\b\w*(?:er|dr|evr|ttr|îtr|ourr|aur|(?<![tvp])ir)(?:ait|aient)\b")
# « a annoncé qu'il rencontrerait »: the future as the past saw it.
_ANNOUNCED = re.compile(
    r"\b(?:a|ont|avait|avaient) (?:\w+ )?(?:annoncé|confirmé|promis|fait savoir|indiqué|décidé|précisé|convenu)"
    r" (?:[^,;]{0,40} )?qu['e]"
)
# What a fact may cause is no doubt about the fact: « ce soutien pourrait coûter cher à Pékin ».
_CONSEQUENCE = re.compile(
    r" (?:bien |ainsi |aussi |lui |leur |à terme )?(?:coûter|bouleverser|menacer|affaiblir|nuire|changer|inquiéter"
    r"|compliquer|accélérer|entraîner|provoquer|conduire|pousser|modifier|peser|aggraver|rendre|contribuer)"
)
_DEEPEN = re.compile(
    r" (?:à |de |d')?(?:encore )?(?:approfondir|renforcer|consolider|resserrer|élargir|accroître|intensifier)"
)
_BECAUSE = re.compile(
    r"\b(?:pour|accusée?s?|soupçonnée?s?|coupables?|en raison|à cause|après|qui|car|impliquée?s?|ayant)\b"
)
_FUTURE = re.compile(r"\b(?:sera|seront|aura|auront|verra|verront|devra|devront|pourra|pourront|va|vont)\b")
_YEAR = re.compile(r"\b1[0-9]{3}\b")
_PAST = re.compile(
    r"\b(?:a|ont|avait|avaient|est|sont|fut|furent) (?:\w+ )?\w+(?:é|és|ée|ées|i|is|it|u|us)\b"
)
_REACH = 70
_NEAR_AFTER = 40
_IN_CLAUSE = 140
_SAID_BY = 20
_ALLEGED = (Category.ARMS_TRANSFER,)


@dataclass(frozen=True, slots=True)
class Qualities:
    """The four separate fields and the label derived from them."""

    negated: bool
    certainty: str
    stance: str
    time: str
    polarity: Polarity
    critic: str = ""


def qualify(
    scene: Scene, frame: Frame, dyad: frozenset[str], reported: bool, category: str = ""
) -> Qualities:
    """Return the qualities of one mention."""
    trigger = frame.trigger
    start, end = _clause_span(scene, trigger)
    asked = _asked(scene, trigger, start)
    negated = not asked and _negated(scene, trigger, start, end)
    if trigger is not None and trigger.sense.denies and not asked:
        negated = not negated
    stance, critic = _stance(scene, frame, dyad, category)
    penalised = critic == _PENALTY
    possible = asked or (not penalised and _possible(scene, trigger, start, end))
    time = _time(scene, trigger, start, end)
    certainty = "possible" if possible else "reported" if reported else "fact"
    if negated:
        polarity = Polarity.DENIED
    elif possible:
        polarity = Polarity.HYPOTHETICAL
    elif stance == "criticised":
        polarity = Polarity.CRITICISED
    else:
        polarity = Polarity.AFFIRMED
    return Qualities(negated, certainty, stance, time, polarity, "" if penalised else critic)


def ruled(found: Qualities, polarity: Polarity, reported: bool) -> Qualities:
    """Return the qualities made to agree with a polarity that was found otherwise (by the second tier)."""
    if found.polarity == polarity:
        return found
    negated = polarity is Polarity.DENIED
    possible = polarity is Polarity.HYPOTHETICAL
    sure = "reported" if reported else "fact"
    certainty = "possible" if possible else sure if found.certainty == "possible" else found.certainty
    criticised = polarity is Polarity.CRITICISED
    stance = "criticised" if criticised else "neutral" if found.stance == "criticised" else found.stance
    return Qualities(negated, certainty, stance, found.time, polarity, found.critic if criticised else "")


_PENALTY = "penalty"


def _clause_span(scene: Scene, trigger: TriggerHit | None) -> tuple[int, int]:
    if trigger is None:
        return scene.start, scene.end
    index = scene.clauses.index(trigger.start)
    cuts = [scene.start, *scene.clauses.cuts, scene.end]
    return cuts[index], cuts[index + 1] if index + 1 < len(cuts) else scene.end


def _cues(scene: Scene, role: str, start: int, end: int) -> list[Hit]:
    return [hit for hit in scene.cues.get(role, ()) if start <= hit.start < end]


def _asked(scene: Scene, trigger: TriggerHit | None, start: int) -> bool:
    """True when somebody asks for the trigger, or warns against it, in the clause or right before it."""
    if trigger is None:
        return False
    return any(
        (hit.start >= start or trigger.start - hit.end <= _REACH)
        and trigger.start - hit.end <= _IN_CLAUSE
        and not _NEGATION.match(scene.low, max(scene.start, hit.start - 3), trigger.start)
        for hit in _cues(scene, "request", scene.start, trigger.start)
    )


def _undone(scene: Scene, at: int, until: int) -> bool:
    return any(at <= hit.start <= until for hit in scene.cues.get("undoer", ()))


def _negated(scene: Scene, trigger: TriggerHit | None, start: int, end: int) -> bool:
    low = scene.low
    at = trigger.start if trigger is not None else end
    stop = trigger.end if trigger is not None else end
    noun = trigger is not None and trigger.sense.part == "noun"
    if trigger is not None and trigger.sense.frame == "tacit" and not noun:
        return False
    if _cues(scene, "pseudo_negation", start, end) or _RECORD.search(low, start, end):
        return False
    if _WITHOUT.search(low, max(start, at - 14), at):
        return False
    if _NONE.match(low, start, end):
        return True
    denials: list[tuple[int, int]] = []
    for found in _NEGATION.finditer(low, start, end):
        denials.append(found.span())
        before = found.start() <= at + 1 and (trigger is None or at - found.end() <= _REACH)
        after = noun and 0 <= found.start() - stop <= _NEAR_AFTER and "," not in low[stop : found.start()]
        if (before or after) and not (at <= found.start() < stop):
            return not _undone(scene, found.start(), found.end() + 24)
    for found in _NO.finditer(low, start, end):
        if 0 <= at - found.end() <= 24 and not low.startswith("sans", found.start()):
            return True
    return any(_refuses(scene, hit, trigger, at, denials) for hit in _cues(scene, "negative", start, end))


def _refuses(
    scene: Scene, hit: Hit, trigger: TriggerHit | None, at: int, denials: list[tuple[int, int]]
) -> bool:
    """True when a word of refusal or ending bears on the trigger."""
    low = scene.low
    if low[max(0, hit.start - 3) : hit.start] == "en " or hit.senses.actor is not None:
        return False
    if any(a <= hit.start <= b + 2 for a, b in denials):
        return False  # « n'excluent pas »
    if trigger is None:
        return True
    if trigger.start <= hit.start < trigger.end:
        return False
    verb = hit.senses.cues["negative"] is not None
    if verb and hit.start > at and trigger.sense.part == "verb":
        return False
    if any(hit.start < p.start < at for p in scene.cues.get("penalty", ())):
        return False
    return abs(hit.start - at) <= _REACH + 40


def _possible(scene: Scene, trigger: TriggerHit | None, start: int, end: int) -> bool:
    low = scene.low
    at = trigger.start if trigger is not None else end
    stop = trigger.end if trigger is not None else end
    if _WITHOUT.search(low, max(start, at - 14), at):
        return False
    announced = _ANNOUNCED.search(low, scene.start, at) is not None
    if trigger is not None and trigger.sense.tense is Tense.CONDITIONAL:
        return not announced
    if trigger is not None and trigger.sense.tense is Tense.IMPERFECT and _IF_BEFORE.search(low[start:at]):
        return True
    for hit in _cues(scene, "hedge", scene.start, end):
        verb = hit.senses.cues["hedge"] is not None
        if hit.start < start and not (verb and at - hit.end <= _REACH):
            continue
        if hit.start > at and (verb or hit.start - stop > _REACH + 20 or _CONSEQUENCE.match(low, hit.end)):
            continue
        if at - hit.end > _IN_CLAUSE or _DEEPEN.match(low, hit.end):
            continue
        return True
    for found in _CONDITIONAL.finditer(low, start, end):
        near = found.start() - stop <= _NEAR_AFTER if found.start() > at else at - found.end() <= _REACH
        if low.endswith(" qui ", 0, found.start()) and found.start() > stop:
            continue  # « ce partenariat qui tournerait à la vassalité »
        if near and not announced and not _CONSEQUENCE.match(low, found.end()):
            return True
    return bool(_IF.search(low, start, at)) or (
        low[scene.end - 1 : scene.end] == "?" and scene.end - at < _IN_CLAUSE
    )


def _stance(scene: Scene, frame: Frame, dyad: frozenset[str], category: str) -> tuple[str, str]:
    """Return the stance and, for a criticism, the side of who criticises ("" when unnamed)."""
    trigger = frame.trigger
    at = trigger.start if trigger is not None else scene.end
    for hit in scene.cues.get("penalty", ()):
        if hit.end <= at and _BECAUSE.search(scene.low, hit.end, at + 1) and _third_before(scene, at, dyad):
            return "criticised", _PENALTY
    for hit in scene.cues.get("criticism", ()):
        if trigger is not None and trigger.start <= hit.start < trigger.end:
            continue
        critic = _critic(scene, hit, at, dyad)
        if critic is not None:
            return "criticised", critic
    if category in _ALLEGED:
        for hit in scene.cues.get("attribution", ()):
            holder = next((g for g in reversed(scene.groups) if g.end <= hit.start), None)
            alleges = hit.end <= at and holder is not None and not holder.sides & dyad
            if alleges and holder is not None and hit.start - holder.end <= _REACH:
                return "criticised", min(holder.sides)
    if scene.cues.get("praise"):
        return "praised", ""
    return "neutral", ""


def _third_before(scene: Scene, at: int, dyad: frozenset[str]) -> bool:
    return any(g.start < at and not g.sides & dyad for g in scene.groups)


def _critic(scene: Scene, hit: Hit, at: int, dyad: frozenset[str]) -> str | None:
    """Return the side that criticises ("" when unnamed); None when the word is no criticism of the pair."""
    low = scene.low
    tense = hit.senses.cues["criticism"]
    verb = tense is not None
    if abs(hit.start - at) > 2 * _REACH:
        return None
    if not verb and low[max(0, hit.start - 12) : hit.start].endswith(
        ("face aux ", "face à l'", "contre les ")
    ):
        return None  # « prend sa défense face aux accusations »
    passive = (
        tense is Tense.PARTICIPLE
        and low.startswith(("accus", "soupçonn", "suspect"), hit.start)
        and not low[max(0, hit.start - 6) : hit.start].endswith((" a ", " ont ", "avait ", "vaient "))
    )
    if passive and hit.start < at:
        return ""
    troubling = low.startswith(("inqui", "alarm", "préocc", "agac", "irrit"), hit.start)
    holder = after = None
    if not (verb and troubling):
        holder = next((g for g in reversed(scene.groups) if g.end <= hit.start), None)
    if not verb or troubling:
        after = next((g for g in scene.groups if g.start >= hit.end), None)
    same = holder is not None and scene.clauses.index(holder.start) == scene.clauses.index(hit.start)
    if holder is not None and holder.sides & dyad and verb and same:
        return None
    said_by = next((g for g in scene.groups if 0 <= g.start - hit.end <= _SAID_BY), None)
    if verb and not troubling and hit.start < at and not (said_by and said_by.sides & dyad):
        return min(holder.sides) if holder is not None and not holder.sides & dyad else ""
    critics = [g for g in (holder, after) if g is not None and not g.sides & dyad]
    if critics:
        return min(critics[0].sides)
    if low.startswith("pas", hit.start) or "mauvais œil" in low[hit.start : hit.end]:
        return "WEST"
    return None


def _time(scene: Scene, trigger: TriggerHit | None, start: int, end: int) -> str:
    low = scene.low
    if scene.cues.get("historical") or any(
        int(y.group()) < 1992 for y in _YEAR.finditer(low, scene.start, scene.end)
    ):
        return "historical"
    tense = trigger.sense.tense if trigger is not None else None
    if tense is Tense.FUTURE or _cues(scene, "future", start, end) or _FUTURE.search(low, start, end):
        return "future"
    if tense in (Tense.PARTICIPLE, Tense.SIMPLE_PAST, Tense.IMPERFECT):
        return "past"
    if _PAST.search(low, start, end):
        return "past"
    return "present"
