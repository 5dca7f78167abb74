"""A database with a little of everything, and a folder of backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from processing.extraction import extract_pending
from processing.flagging import flag_pending
from processing.ingest import ingest
from processing.settings import Settings
from tests.processing.pressroom import COOPERATION, html, warc


@pytest.fixture
def filled(settings: Settings, database_url: str, tmp_path: Path) -> Settings:
    """Settings of a database in which two articles were stored and one mention was found."""
    pages = {
        "https://www.exemple.fr/mer": html("Manœuvres au large", COOPERATION),
        "https://www.exemple.fr/port": html("Le port rouvre"),
    }
    ingest(database_url, [warc(tmp_path, pages)])
    extract_pending(settings, database_url)
    flag_pending(database_url)
    return settings
