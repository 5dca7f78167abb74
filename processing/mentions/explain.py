"""Why a mention was made: its parties, trigger and qualities, and the sum of its features, for a person to read."""

from __future__ import annotations

from processing.mentions.model import Mention
from processing.mentions.score import load_weights

_LEAST = 0.005


def explain(mention: Mention) -> str:
    """Return the mention as readable lines; the contributions add up to the logarithm of the odds."""
    weights = load_weights().weights
    parts = {name: weights.get(name, 0.0) * value for name, value in mention.features.items()}
    lines = [
        mention.sentence,
        f"  {mention.category} · {mention.polarity} · {mention.plover} {mention.cameo} ({mention.intensity:+.1f})",
        f"  negated {'yes' if mention.negated else 'no'} · {mention.certainty} · {mention.stance} · {mention.time}",
        "  actors   " + ", ".join(f"{a.text} ({a.side}, {a.kind})" for a in mention.actors),
        f"  trigger  {mention.trigger.text}",
    ]
    if mention.speaker is not None:
        lines.append(f"  speaker  {mention.speaker.text} ({mention.speaker.side})")
    lines.append(f"  score    {mention.score:.3f}, from a sum of {sum(parts.values()):+.2f}:")
    for name, part in sorted(parts.items(), key=lambda item: -abs(item[1])):
        if abs(part) >= _LEAST:
            lines.append(f"    {part:+6.2f}  {name} = {mention.features[name]:g}")
    return "\n".join(lines)
