"""The interface in French and English: the catalogue of words, the choice of language, dates and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from processing.zone import PARIS

LANGUAGES: Final = ("fr", "en")
WORDS: Final = Path(__file__).with_name("words.yaml")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key, then by language."""
    found: dict[str, dict[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


def preferred(accept_language: str) -> str:
    """The language of LANGUAGES that the header Accept-Language (RFC 9110 §12.5.4) likes best; French by default."""
    best, weight = "fr", 0.0
    for part in accept_language.split(","):
        tag, _, options = part.strip().partition(";")
        name, _, value = options.strip().partition("=")
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language."""

    language: str

    def __call__(self, key: str, **values: Any) -> str:
        """The text under ``key``, with ``values`` put in; of two forms the one that ``n`` asks for.

        Raises KeyError when the catalogue has no such key: that is a fault of a template.
        """
        text = catalogue()[key][self.language]
        if "n" in values:
            one, _, many = text.partition("|")
            number = values["n"]
            # French counts 0 and 1 as one, English 1 alone.
            singular = abs(number) < 2 if self.language == "fr" else number == 1
            text = one if singular or not many else many
            values = {**values, "n": self.number(number)}
        return text.format(**values) if values else text

    def known(self, key: str, otherwise: str) -> str:
        """The text under ``key``, or ``otherwise`` for a value that the catalogue does not know."""
        return self(key) if key in catalogue() else otherwise

    def number(self, value: int) -> str:
        """Digits in groups of three."""
        return f"{value:,}".replace(",", "\u202f" if self.language == "fr" else ",")

    def decimal(self, value: float | None, places: int = 2, *, signed: bool = False) -> str:
        """A number with its decimals; « · » for none."""
        if value is None:
            return "·"
        text = f"{value:+.{places}f}" if signed else f"{value:.{places}f}"
        text = text.replace("-", "−")
        return text.replace(".", ",") if self.language == "fr" else text

    def share(self, value: float | None) -> str:
        """A share in percent; « · » for none."""
        if value is None:
            return "·"
        return f"{value * 100:.0f}\u202f%" if self.language == "fr" else f"{value * 100:.0f}%"

    def day(self, moment: datetime | None) -> str:
        """« 24 novembre 2026 », the day in Paris."""
        if moment is None:
            return self("undated")
        local = moment.astimezone(PARIS)
        month = self("months").split()[local.month - 1]
        first = "1er" if self.language == "fr" and local.day == 1 else str(local.day)
        return f"{first} {month} {local.year}"

    def full_day(self, moment: datetime) -> str:
        """« mardi 24 novembre 2026 »."""
        return f"{self('weekdays').split()[moment.astimezone(PARIS).weekday()]} {self.day(moment)}"

    def moment(self, moment: datetime | None) -> str:
        """« 24 novembre 2026, 02:14 », the time in Paris."""
        return (
            self("undated")
            if moment is None
            else f"{self.day(moment)}, {moment.astimezone(PARIS).strftime('%H:%M')}"
        )

    def seconds(self, value: float | None) -> str:
        """A duration: « 12 s », « 3 min 20 s », « 2 h 05 min »."""
        if value is None:
            return "·"
        whole = round(value)
        if whole < 60:
            return f"{self.decimal(value, 1)} s"
        if whole < 3600:
            return f"{whole // 60} min {whole % 60:02d} s"
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
