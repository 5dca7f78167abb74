"""The bundled newsstand: a small French-language press, written for this project, behind real HTTP servers."""

from tests.newsstand.server import Newsstand

__all__ = ["Newsstand"]
