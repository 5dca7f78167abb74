"""How the sentence says it: negation, certainty, stance and time, kept apart, and the one label derived.

Negation and hedges act on the trigger's own clause. « ne cesse de », « n'a jamais autant » do not negate;
a verb that undoes (remettre en cause) under « ne … pas » confirms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processing.mentions.features import Scene
from processing.mentions.frames import Frame, TriggerHit
from processing.mentions.inflect import Tense
from processing.mentions.matching import Hit
from processing.mentions.model import Polarity

_NEGATION = re.compile(
    r"\b(?:ne |n')(?:s'|se |l'|la |les |le |lui |leur |y |en |nous |vous )*\w+(?: \w+){0,2}? "
    r"(?:pas|plus|jamais|aucune?|guère|rien|nullement|en rien|à aucune?)\b|\b(?:ne |n')(?=(?:peu|sau|ces))\w+"
)
_NO = re.compile(r"\b(?:aucun|aucune|sans|nul|nulle|pas d[e'’]|pas question|ni)\b|\bnon(?=[ ,-])")
_NONE = re.compile(r"\b(?:aucune?|nulle?) [^,;:]{2,60}?\b(?:n'|ne )")
_RECORD = re.compile(r"\bjamais (?:\w+ ){0,3}(?:autant|aussi|si|tant)\b")
_IF_BEFORE = re.compile(r"\b(?:si|s'ils?|s'elles?)\b[^,;]*$")
_IF = re.compile(r"\bs(?:i|') ?(?:la|le|les|l'|il|elle|ils|elles|\w+)\b[^,;.]{0,60}?(?:ait|aient|ait à)\b")
# Conditionals of any verb; the imperfects of -rer verbs (montrait, livrait, tirait) end otherwise.
_CONDITIONAL = re.compile(r"\b\w*(?:er|dr|evr|ttr|îtr|ourr|aur|(?<![tvp])ir)(?:ait|aient)\b")
_FUTURE = re.compile(r"\b(?:sera|seront|aura|auront|verra|verront|devra|devront|pourra|pourront|va|vont)\b")
_YEAR = re.compile(r"\b1[0-9]{3}\b")
_REACH = 70
_SAID_BY = 20


@dataclass(frozen=True, slots=True)
class Qualities:
    """The four separate fields and the label derived from them."""

    negated: bool
    certainty: str
    stance: str
    time: str
    polarity: Polarity
    critic: str = ""


def qualify(scene: Scene, frame: Frame, dyad: frozenset[str], reported: bool) -> Qualities:
    """Return the qualities of one mention."""
    trigger = frame.trigger
    start, end = _clause_span(scene, trigger)
    negated = _negated(scene, trigger, start, end)
    possible = _possible(scene, trigger, start, end)
    stance, critic = _stance(scene, frame, dyad)
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
    return Qualities(negated, certainty, stance, time, polarity, critic)


def _clause_span(scene: Scene, trigger: TriggerHit | None) -> tuple[int, int]:
    if trigger is None:
        return scene.start, scene.end
    index = scene.clauses.index(trigger.start)
    cuts = [scene.start, *scene.clauses.cuts, scene.end]
    return cuts[index], cuts[index + 1] if index + 1 < len(cuts) else scene.end


def _cues(scene: Scene, role: str, start: int, end: int) -> list[Hit]:
    return [hit for hit in scene.cues.get(role, ()) if start <= hit.start < end]


def _negated(scene: Scene, trigger: TriggerHit | None, start: int, end: int) -> bool:
    low = scene.low
    if _cues(scene, "pseudo_negation", start, end) or _RECORD.search(low, start, end):
        return False
    if _NONE.match(low, start, end):
        return True
    at = trigger.start if trigger is not None else end
    stop = trigger.end if trigger is not None else end
    for found in _NEGATION.finditer(low, start, end):
        if found.start() <= at + 1 and at - found.end() <= _REACH:
            undone = any(
                found.start() <= hit.start <= found.end() + 24 for hit in _cues(scene, "undoer", start, end)
            )
            return not undone
        if (
            found.start() >= stop
            and found.start() - stop <= 40
            and trigger is not None
            and trigger.sense.part == "noun"
        ):
            undone = any(
                found.start() <= hit.start <= found.end() + 24 for hit in _cues(scene, "undoer", start, end)
            )
            return not undone
    for found in _NO.finditer(low, start, end):
        if 0 <= at - found.end() <= 24 and not low.startswith("sans", found.start()):
            return True
    for hit in _cues(scene, "negative", start, end):
        gerund = low[max(0, hit.start - 3) : hit.start] == "en "
        if gerund or (trigger is not None and hit.start == trigger.start):
            continue
        near = abs(hit.start - at) <= _REACH + 40
        if near and hit.senses.actor is None and not (hit.start < start):
            return True
    return False


def _possible(scene: Scene, trigger: TriggerHit | None, start: int, end: int) -> bool:
    low = scene.low
    if trigger is not None and trigger.sense.tense is Tense.CONDITIONAL:
        return True
    at = trigger.start if trigger is not None else end
    if trigger is not None and trigger.sense.tense is Tense.IMPERFECT and _IF_BEFORE.search(low[start:at]):
        return True
    for hit in _cues(scene, "hedge", scene.start, end):
        if abs(hit.start - at) <= _REACH + 20:
            return True
    for found in _CONDITIONAL.finditer(low, start, end):
        if abs(found.start() - at) <= 40:
            return True
    return bool(_IF.search(low, start, at)) or (
        low[scene.end - 1 : scene.end] == "?" and scene.end - at < 120
    )


def _stance(scene: Scene, frame: Frame, dyad: frozenset[str]) -> tuple[str, str]:
    """Return the stance and, for a criticism, the side of who criticises ("" when unnamed)."""
    trigger = frame.trigger
    for hit in scene.cues.get("criticism", ()):
        if trigger is not None and hit.start == trigger.start:
            continue
        verb = hit.senses.cues["criticism"] is not None
        troubling = scene.low.startswith(("inqui", "alarm"), hit.start)
        holder = (
            None
            if verb and troubling
            else next((g for g in reversed(scene.groups) if g.end <= hit.start), None)
        )
        after = (
            None if verb and not troubling else next((g for g in scene.groups if g.start >= hit.end), None)
        )
        if (
            holder is not None
            and holder.sides & dyad
            and verb
            and scene.clauses.index(holder.start) == scene.clauses.index(hit.start)
        ):
            continue
        at = trigger.start if trigger is not None else scene.end
        said_by = next((g for g in scene.groups if 0 <= g.start - hit.end <= _SAID_BY), None)
        unnamed = verb and not troubling and hit.start < at and not (said_by and said_by.sides & dyad)
        if unnamed and abs(hit.start - at) <= 2 * _REACH:
            return "criticised", sorted(holder.sides)[
                0
            ] if holder is not None and not holder.sides & dyad else ""
        critics = [g for g in (holder, after) if g is not None and not g.sides & dyad]
        if critics and abs(hit.start - at) <= 2 * _REACH:
            return "criticised", sorted(critics[0].sides)[0]
        if scene.low.startswith("pas", hit.start) or "mauvais œil" in scene.low[hit.start : hit.end]:
            return "criticised", "WEST"
    if scene.cues.get("praise"):
        return "praised", ""
    return "neutral", ""


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
    if re.search(
        r"\b(?:a|ont|avait|avaient|est|sont|fut|furent) (?:\w+ )?\w+(?:é|és|ée|ées|i|is|it|u|us)\b",
        low[start:end],
    ):
        return "past"
    return "present"
