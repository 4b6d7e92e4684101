"""Several people at one house: whoever logs in is somebody else than before."""

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from app.config import DEMO_PASSWORD as PASSWORD


@pytest.fixture
def log_in(app: Flask, client: FlaskClient) -> Callable[[str], FlaskClient]:
    """`log_in("login")` -> the client, logged in as that person in place of the one before."""

    def enter(login: str) -> FlaskClient:
        g.pop("actor", None)  # the fixture's application context outlives a request
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        g.pop("actor", None)
        return client

    return enter
