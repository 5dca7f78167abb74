"""A live look at one source, for the person who adds or mends its entry. Keeps nothing, needs no database.

What may be asked and how fast is settled by the middlewares of the crawl. What is worth asking, and which of the
channels found belong into the catalogue, is decided by pure functions: :mod:`spiders.inspection.candidates`,
:mod:`spiders.inspection.channels` and :mod:`spiders.inspection.choice`.
"""
