"""Settings: ``VEDETTE_*`` environment variables, or files that they name; nothing else.

Every process of Vedette (command, crawl, Airflow task) reads the same variables, so a parent hands its
settings to a child through the environment.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from processing.errors import SettingsError

UI_ROLES = ("viewer", "user", "op", "admin")
"""Roles of Airflow's simple auth manager: look; run and clear; pools and variables too; everything."""

LEAST_SECRET = 8
"""Characters of a password or token of the web desk."""

SECRETS = ("desk_password", "desk_token")
"""Settings that no message repeats."""

NO_CONTACT = "https://example.org/vedette"
"""What stands in the user agent until an operator gives an address of his own."""


class Settings(BaseSettings):
    """What can be set from outside. Durations are seconds; paths may be relative to the working folder."""

    model_config = SettingsConfigDict(env_prefix="VEDETTE_", frozen=True, extra="ignore")

    database_url: str | None = Field(
        None, description="PostgreSQL address; unset: an embedded PostgreSQL under VEDETTE_HOME"
    )
    home: Path = Field(Path("var"), description="where Vedette keeps its archive, logs and embedded database")
    catalogue: Path | None = Field(
        None, description="catalogue file or folder; unset: the catalogue that comes with Vedette"
    )
    allow_private_hosts: bool = Field(
        False, description="let the crawler reach loopback and private addresses"
    )
    delay: float = Field(
        1.0, ge=0, le=600, description="least time in seconds between two requests to one host"
    )
    timeout: float = Field(
        15.0,
        gt=0,
        le=15,
        description="longest time in seconds for one answer; also bounds how long a stopped crawl takes to end",
    )
    contact: str = Field(
        NO_CONTACT,
        description="address put into the user agent, where a publisher can complain",
    )
    alerts: SecretStr = Field(
        SecretStr(""),
        description="where alerts are sent: apprise addresses, separated by spaces or newlines; a secret",
    )
    brief_to: SecretStr = Field(
        SecretStr(""),
        description="where the morning brief is sent: apprise addresses as for alerts; a secret",
    )
    brief_lang: Literal["fr", "en"] = Field("fr", description="language of the morning brief that is sent")
    airflow_url: str | None = Field(
        None, description="address of the Airflow UI for links in alerts; unset: AIRFLOW__API__BASE_URL"
    )
    ui_users: str = Field(
        "",
        description="users of Airflow's UI beside the administrator, as in `anne:viewer paul:op`; each gets a password",
    )

    backups: Path | None = Field(
        None, description="folder of the database's backups; unset: VEDETTE_HOME/backups"
    )
    keep_backups: int = Field(
        7, ge=1, description="newest backups that are kept, beside the first of each of the last six months"
    )
    keep_polls: int = Field(400, ge=60, description="days that looks at feeds are kept")
    keep_archive: int | None = Field(
        None, ge=30, description="days that recorded pages are kept once extracted; unset: for ever"
    )

    desk_password: SecretStr | None = Field(
        None, description="password of the web desk; needed when it listens on more than this machine"
    )
    desk_token: SecretStr | None = Field(
        None, description="token of the web desk for programs (Authorization: Bearer …)"
    )

    @field_validator("desk_password", "desk_token", mode="before")
    @classmethod
    def _empty_secret_is_unset(cls, value: Any) -> Any:
        return value or None

    @field_validator("desk_password", "desk_token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"needs {LEAST_SECRET} characters at least")
        return value

    @field_validator("ui_users")
    @classmethod
    def _users_have_roles(cls, value: str) -> str:
        users = re.split(r"[\s,]+", value.strip()) if value.strip() else []
        for user in users:
            name, _, role = user.partition(":")
            if not re.fullmatch(r"[\w.-]+", name) or role not in UI_ROLES:
                raise ValueError(f"{user!r} is not NAME:ROLE with a role of {', '.join(UI_ROLES)}")
        return " ".join(users)

    @field_validator("database_url", "airflow_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any) -> Any:
        return value or None

    @field_validator("catalogue", "backups", "keep_archive", mode="before")
    @classmethod
    def _empty_choice_is_unset(cls, value: Any) -> Any:
        return value or None

    @field_validator("home")
    @classmethod
    def _absolute_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @cached_property
    def archive(self) -> Path:
        """Folder of the WARC segments."""
        return self.home / "archive"

    @cached_property
    def briefs(self) -> Path:
        """Folder of the morning briefs."""
        return self.home / "briefs"

    @cached_property
    def backup_folder(self) -> Path:
        """Folder of the database's backups."""
        return self.backups.expanduser().absolute() if self.backups else self.home / "backups"

    def environment(self) -> dict[str, str]:
        """The environment for a child process that shall see these settings."""
        chosen = {
            "VEDETTE_HOME": str(self.home),
            "VEDETTE_ALLOW_PRIVATE_HOSTS": "1" if self.allow_private_hosts else "0",
            "VEDETTE_DELAY": repr(self.delay),
            "VEDETTE_TIMEOUT": repr(self.timeout),
            "VEDETTE_CONTACT": self.contact,
            "VEDETTE_BACKUPS": str(self.backup_folder),
            "VEDETTE_KEEP_BACKUPS": str(self.keep_backups),
            "VEDETTE_KEEP_POLLS": str(self.keep_polls),
        }
        if self.database_url:
            chosen["VEDETTE_DATABASE_URL"] = self.database_url
        if self.catalogue:
            chosen["VEDETTE_CATALOGUE"] = str(self.catalogue.absolute())
        if addresses := self.alerts.get_secret_value():
            chosen["VEDETTE_ALERTS"] = addresses
        if addresses := self.brief_to.get_secret_value():
            chosen["VEDETTE_BRIEF_TO"] = addresses
        if self.airflow_url:
            chosen["VEDETTE_AIRFLOW_URL"] = self.airflow_url
        if self.keep_archive is not None:
            chosen["VEDETTE_KEEP_ARCHIVE"] = str(self.keep_archive)
        return {**os.environ, **chosen}


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; keyword arguments win over it.

    A variable may be kept in a file, as Docker and Kubernetes hand over secrets: VEDETTE_DATABASE_URL_FILE names one
    that holds VEDETTE_DATABASE_URL, and so for each; the variable itself goes before its file.
    Raises SettingsError naming the variable and what it takes.
    """
    try:
        return Settings(**{**_kept_in_files(), **overrides})
    except ValidationError as error:
        first = error.errors()[0]
        name = "VEDETTE_" + "_".join(str(part) for part in first["loc"]).upper()
        secret = str(first["loc"][0]) in SECRETS
        given = "its value" if secret else f"{name}={first['input']!r}"
        raise SettingsError(
            f"{name + ': ' if secret else ''}{given} cannot be used: {first['msg'].lower()}"
        ) from None


def _kept_in_files() -> dict[str, str]:
    found = {}
    for name in Settings.model_fields:
        variable = f"VEDETTE_{name.upper()}"
        path = os.environ.get(f"{variable}_FILE")
        if path and not os.environ.get(variable):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                raise SettingsError(f"{variable}_FILE={path!r} cannot be read: {error}") from None
    return found
