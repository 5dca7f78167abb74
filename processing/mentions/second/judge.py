"""The judge of unsettled sentences."""

from __future__ import annotations

from dataclasses import dataclass

from processing.mentions.features import Scene
from processing.mentions.second.model import Model, load_model, logit
from processing.mentions.second.vectors import available, vector_of
from processing.mentions.second.view import view_of

MOST_RULINGS = 400
"""Sentences that one article may bring before the judge; beyond, the first tier's word stands."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the second tier says of a sentence. `features` are the two parts of its sum."""

    mention: bool
    score: float
    category: str
    features: dict[str, float]


@dataclass(slots=True)
class Judge:
    """Rules on the sentences of one article."""

    model: Model
    rulings: int = 0

    @classmethod
    def for_dyad(cls, dyad: tuple[str, str]) -> Judge | None:
        """Return a judge; None when there are no sentence vectors, or the model was fitted on another dyad."""
        model = load_model()
        return cls(model) if model.dyad == dyad and available() else None

    def rule(self, raw: str, scene: Scene, first_score: float, first_category: str) -> Ruling | None:
        """Return the ruling on a sentence whose best candidate has this score; None where tier 1 is sure.

        `raw` is the normalised text in its own case, in which the scene's offsets count.
        """
        model = self.model
        if not model.low <= first_score < model.high or self.rulings >= MOST_RULINGS:
            return None
        self.rulings += 1
        vector = model.centred(vector_of(view_of(raw, scene, model.dyad)))
        score, part = model.mention_score(vector, first_score)
        category = model.category(vector, first_category)
        return Ruling(
            score >= model.threshold, score, category, {"tier_1": logit(first_score), "sentence_vector": part}
        )
