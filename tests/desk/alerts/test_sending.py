"""Sending, to real HTTP services: what arrives, and what is said when it does not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from desk.alerts.addresses import addresses, kind, masked, ui_address
from desk.alerts.message import Message
from desk.alerts.sending import send
from processing.errors import AlertError, SettingsError
from processing.settings import load_settings
from tests.desk.alerts.service import Service

HELLO = Message("Vedette: 1 new", "New:\n- disk – <full> & *bold*", "warning")
SECRETS = ("s3cret-word", "T0KEN-9876", "watch:")


def test_a_message_arrives_as_it_was_written(service: Service) -> None:
    send(HELLO, [service.address])
    (got,) = service.messages
    assert (got["title"], got["message"], got["type"]) == (HELLO.title, HELLO.body, "warning")


def test_every_address_gets_it_though_one_does_not_take_it(service: Service) -> None:
    with Service() as refusing:
        refusing.status = 500
        with pytest.raises(AlertError, match=r"JSON \(address 1\): .*500.*tried again"):
            send(HELLO, [refusing.address, service.address])
    assert len(service.messages) == 1


def test_neither_the_error_nor_a_log_names_the_secret(
    service: Service, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    service.status = 403
    with pytest.raises(AlertError) as caught:
        send(HELLO, [service.address])
    with Service() as gone:
        pass
    with pytest.raises(AlertError) as away:
        send(HELLO, [gone.address])
    said = " ".join([str(caught.value), str(away.value), caplog.text, *capfd.readouterr()])
    for secret in SECRETS:
        assert secret not in said
    assert "JSON" in str(away.value)


def test_an_address_that_apprise_cannot_use_is_named_by_number_and_kind_before_anything_is_sent(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    for wrong, said in (
        ("slack://sh0rt-T0KEN-9876", "slack"),
        ("just-T0KEN-9876", "no scheme"),
        ("x9://T0KEN-9876", "x9"),
    ):
        with pytest.raises(SettingsError, match=rf"VEDETTE_ALERTS: address 2 of 2 \({said}\)") as caught:
            send(HELLO, [service.address, wrong])
        assert "T0KEN" not in str(caught.value)
    assert service.messages == []
    assert "T0KEN" not in "".join(capfd.readouterr())


def test_addresses_come_from_the_setting_or_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert addresses(load_settings().alerts) == ()
    assert addresses(
        load_settings(alerts="json://one.example  json://two.example\njson://one.example").alerts
    ) == (
        "json://one.example",
        "json://two.example",
    )
    file = tmp_path / "alerts"
    file.write_text("json://two.example\n\n  json://three.example \n")
    monkeypatch.setenv("VEDETTE_ALERTS_FILE", str(file))
    assert addresses(load_settings().alerts) == ("json://two.example", "json://three.example")


def test_the_setting_is_a_secret_wherever_settings_are_printed() -> None:
    settings = load_settings(alerts="json://user:s3cret-word@host.example/")
    assert "s3cret" not in f"{settings!r} {settings.model_dump_json()}"
    assert settings.environment()["VEDETTE_ALERTS"] == "json://user:s3cret-word@host.example/"


def test_masking_leaves_nothing_of_an_address_but_its_kind() -> None:
    address = "mailtos://anne:p%40ssword@mail.example?to=paul"
    assert kind(address) == "mailtos"
    assert (
        masked("login of anne at mail.example with p@ssword: refused", address)
        == "login of … at … with …: refused"
    )


def test_links_lead_where_people_reach_the_ui(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW__API__BASE_URL", raising=False)
    assert ui_address(load_settings()) is None
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://127.0.0.1:8080")
    assert ui_address(load_settings()) == "http://127.0.0.1:8080"
    assert ui_address(load_settings(airflow_url="https://airflow.example")) == "https://airflow.example"
