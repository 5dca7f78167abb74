"""The desk inside the Airflow UI: a page of its navigation, behind its login, roles obeyed."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.airflow_stack import AirflowStack

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def running(stack: AirflowStack) -> AirflowStack:
    stack.ensure_running()
    return stack


def signed_in(stack: AirflowStack, user: str) -> httpx.Client:
    password = json.loads((stack.home / "airflow" / "passwords.json").read_text())[user]
    answer = httpx.post(
        f"{stack.url}/auth/token", json={"username": user, "password": password}, trust_env=False
    )
    # The cookie that Airflow's login page sets, and a browser sends.
    return httpx.Client(
        base_url=stack.url, cookies={"_token": answer.json()["access_token"]}, trust_env=False, timeout=30
    )


def test_it_is_a_page_of_the_navigation(running: AirflowStack) -> None:
    plugins: Any = running.api("/api/v2/plugins")["plugins"]
    (view,) = [view for plugin in plugins for view in plugin["external_views"]]
    assert (view["name"], view["destination"], view["href"]) == ("Vedette", "nav", "vedette/")
    assert view["url_route"]


def test_nobody_reads_without_airflows_login(running: AirflowStack) -> None:
    for path in ("", "mentions", "mentions.csv", "articles/1/archived"):
        assert httpx.get(f"{running.url}/vedette/{path}", trust_env=False, timeout=30).status_code == 401


def test_reviews_bear_the_name_of_the_airflow_user_and_a_viewer_may_not_review(running: AirflowStack) -> None:
    for user, status in (("vedette", 404), ("vera", 403)):
        with signed_in(running, user) as client:
            page = client.get("/vedette/help").text
            token = re.search(r'name="token" value="([^"]+)"', page)
            assert token
            assert f": {user}</span>" in page
            # There is no mention 0: who may review is told so, who may not is refused first.
            fields = {"token": token[1], "mention": "0", "verdict": "confirmed"}
            assert client.post("/vedette/reviews", data=fields).status_code == status
