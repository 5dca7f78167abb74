"""Words, dates and numbers in the language of the brief. The words are data: ``words.yaml``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from desk.brief.content import Language
from processing.zone import PARIS

NARROW, WIDE = "\u202f", "\u00a0"
"""Unbreakable spaces: the thin one within numbers and before ; ! ?, the common one before : and within « »."""


class Words:
    """The catalogue in one language."""

    def __init__(self, lang: Language, entries: Mapping[str, Any]) -> None:
        self.lang = lang
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """A phrase, its {names} filled in."""
        return cast(str, self._entries[key]).format(**values)

    def label(self, group: str, key: str) -> str:
        """A word of a group; the key itself where the catalogue has none."""
        return cast(str, self._entries[group].get(key, key))

    def count(self, key: str, number: int, group: str | None = None) -> str:
        """A phrase in the number: French counts 0 as one, English as several. {n} becomes the number."""
        pair = self._entries[group][key] if group else self._entries[key]
        one = number < 2 if self.lang == "fr" else number == 1
        return cast(str, pair[0 if one else 1]).format(n=self.number(number))

    def number(self, number: int) -> str:
        """« 12 345 » with thin spaces, “12,345”."""
        return f"{number:,}".replace(",", NARROW) if self.lang == "fr" else f"{number:,}"

    def decimal(self, number: float) -> str:
        """Two decimals; « 0,97 », “0.97”. Rounded down, so that nothing is surer than it is."""
        shown = f"{int(number * 100 + 1e-6) / 100:.2f}"
        return shown.replace(".", ",") if self.lang == "fr" else shown

    def date(self, day: dt.date) -> str:
        """« mercredi 25 novembre 2026 », « dimanche 1er novembre 2026 »."""
        weekday, month = self._entries["weekdays"][day.weekday()], self._entries["months"][day.month - 1]
        return self("date", weekday=weekday, day=self._day(day), month=month, year=day.year)

    def time(self, moment: dt.datetime) -> str:
        """« 6 h 05 » in Paris."""
        local = moment.astimezone(PARIS)
        hour = f"{local.hour}" if self.lang == "fr" else f"{local.hour:02}"
        return self("time", hour=hour, minute=f"{local.minute:02}").replace(" ", WIDE)

    def short_date(self, day: dt.date, beside: dt.date) -> str:
        """« 25 nov. », with its year when that is not the one of the day beside which it stands."""
        short = f"{self._day(day)}{WIDE}{self._entries['months_short'][day.month - 1]}"
        return short if day.year == beside.year else f"{short}{WIDE}{day.year}"

    def moment(self, moment: dt.datetime, beside: dt.date) -> str:
        """« 25 nov., 6 h 05 » in Paris."""
        day = self.short_date(moment.astimezone(PARIS).date(), beside)
        return self("moment", date=day, time=self.time(moment))

    def published(self, moment: dt.datetime | None, beside: dt.date) -> str:
        """When an article was published. Midnight is what a page says that gives the day alone."""
        if moment is None:
            return self("undated")
        local = moment.astimezone(PARIS)
        if (local.hour, local.minute) == (0, 0):
            return self.short_date(local.date(), beside)
        return self.moment(moment, beside)

    def _day(self, day: dt.date) -> str:
        return str(self._entries["first"]) if day.day == 1 else str(day.day)


@cache
def words_of(lang: Language) -> Words:
    """The catalogue of a language."""
    return Words(lang, _typeset(catalogue()[lang]) if lang == "fr" else catalogue()[lang])


@cache
def catalogue() -> dict[Language, dict[str, Any]]:
    """The whole of ``words.yaml``, as written."""
    loaded = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return cast("dict[Language, dict[str, Any]]", loaded)


def _typeset(entry: Any) -> Any:
    """French spaces that do not break. Only our own words pass here: the press keeps its own."""
    if isinstance(entry, dict):
        return {key: _typeset(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [_typeset(value) for value in entry]
    text = re.sub(r" ([;!?])", NARROW + r"\1", str(entry))
    return re.sub(r"« | [:»]", lambda found: found[0].replace(" ", WIDE), text)
