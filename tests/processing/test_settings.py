"""Settings come from the environment, or from files that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from processing.errors import SettingsError
from processing.settings import load_settings


def test_a_secret_may_be_kept_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "database_url"
    file.write_text("postgresql://press:s3cret@db/vedette\n")
    monkeypatch.delenv("VEDETTE_DATABASE_URL", raising=False)
    monkeypatch.setenv("VEDETTE_DATABASE_URL_FILE", str(file))
    assert load_settings().database_url == "postgresql://press:s3cret@db/vedette"


def test_the_variable_goes_before_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_DATABASE_URL", "postgresql://db/vedette")
    monkeypatch.setenv("VEDETTE_DATABASE_URL_FILE", str(tmp_path / "nowhere"))
    assert load_settings().database_url == "postgresql://db/vedette"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VEDETTE_DATABASE_URL", raising=False)
    monkeypatch.setenv("VEDETTE_DATABASE_URL_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(
        SettingsError, match=r"VEDETTE_DATABASE_URL_FILE='.*nowhere' cannot be read: .*No such file"
    ):
        load_settings()


def test_users_of_the_ui_are_names_with_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_UI_USERS", "anne:viewer,  paul:op")
    assert load_settings().ui_users == "anne:viewer paul:op"
    monkeypatch.setenv("VEDETTE_UI_USERS", "anne:queen")
    with pytest.raises(
        SettingsError, match=r"'anne:queen' is not name:role with a role of viewer, user, op, admin"
    ):
        load_settings()
