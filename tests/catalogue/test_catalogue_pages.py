"""The catalogue to read, and what the health page says."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app import clock
from tests.house import County

LogIn = Callable[[str], FlaskClient]


def test_every_listed_item_is_in_the_catalogue(log_in: LogIn) -> None:
    text = log_in("zhouhm").get("/catalogue").text
    for name in ("道路货物运输经营许可", "食品经营许可", "企业开办一件事"):
        assert name in text


def test_an_item_shows_its_limits_materials_and_the_hash_of_every_file(log_in: LogIn) -> None:
    client = log_in("zhouhm")
    text = client.get("/catalogue/food_business").text
    assert "20 个工作日" in text
    assert "食品经营许可申请书" in text
    files = re.findall(r'<a href="(/catalogue/food_business/1/[^"]+)">[^<]+</a></td><td><code>([0-9a-f]{64})', text)
    assert len(files) > 10
    for url, sha256 in files:
        assert hashlib.sha256(client.get(url).data).hexdigest() == sha256


def test_what_is_not_in_the_catalogue_is_not_found(log_in: LogIn) -> None:
    client = log_in("zhouhm")
    for path in ("/catalogue/nothing", "/catalogue/food_business/9/x", "/catalogue/food_business/1/../../wsgi.py"):
        assert client.get(path).status_code == 404


def test_health_is_public_and_says_how_late_deadlines_are(app: Flask, client: FlaskClient, county: County) -> None:
    county.start()
    answer = client.get("/health")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json()["deadlines_due"] == 0
    with clock.frozen(county.at + timedelta(days=30)):
        assert client.get("/health").get_json()["deadlines_due"] == 1
