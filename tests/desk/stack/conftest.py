"""One stack for all the tests of this folder; its starts take most of their time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.airflow_stack import AirflowStack
from tests.newsstand import Newsstand


@pytest.fixture(scope="session")
def newsstand() -> Iterator[Newsstand]:
    with Newsstand() as stand:
        yield stand


@pytest.fixture(scope="session")
def stack(newsstand: Newsstand, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirflowStack]:
    """A stack that has not been started yet, its catalogue the newsstand's."""
    catalogue = newsstand.write_catalogue(tmp_path_factory.mktemp("catalogue") / "newsstand.yaml")
    stack = AirflowStack({
        "VEDETTE_CATALOGUE": str(catalogue),
        "VEDETTE_ALLOW_PRIVATE_HOSTS": "1",
        "VEDETTE_DELAY": "0",
        "VEDETTE_UI_USERS": "vera:viewer",
    })  # fmt: skip
    yield stack
    stack.abandon()
    shutil.rmtree(stack.home, ignore_errors=True)
