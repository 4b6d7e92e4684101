"""Uploads and downloads over HTTP: who may, how much, and in what shape they come."""

import io
import resource
from collections.abc import Callable

from flask.testing import FlaskClient

from app.config import MEGABYTE
from app.db import transaction
from app.documents.models import Upload
from tests.documents.samples import PDF
from tests.house import County

LogIn = Callable[[str], FlaskClient]
JSON = {"Accept": "application/json"}


def login_at_window(county: County) -> str:
    return county.holder_at_window("food_business").login


def test_an_upload_is_answered_with_what_the_form_refers_to_it_by(log_in: LogIn, county: County) -> None:
    client = log_in(login_at_window(county))
    answer = client.post("/uploads", data={"file": (io.BytesIO(PDF), "执照.pdf")}, headers=JSON)
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["name"], answer.json["size"], answer.json["type"]) == ("执照.pdf", len(PDF), "application/pdf")
    with client.get(f"/files/{answer.json['id']}") as kept:
        assert kept.data == PDF
        assert kept.headers["Content-Disposition"].startswith("attachment;")
        assert kept.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert kept.headers["Cache-Control"] == "private, no-store"


def test_nobody_else_reads_what_is_not_handed_in_yet(log_in: LogIn, county: County) -> None:
    client = log_in(login_at_window(county))
    answer = client.post("/uploads", data={"file": (io.BytesIO(PDF), "执照.pdf")}, headers=JSON)
    assert answer.json is not None
    other = log_in(county.holder_at_window("road_transport").login)
    assert other.get(f"/files/{answer.json['id']}").status_code == 404
    assert other.get("/files/1").status_code == 404


def test_what_is_not_taken_is_told_by_name(log_in: LogIn, county: County) -> None:
    client = log_in(login_at_window(county))
    answer = client.post("/uploads", data={"file": (io.BytesIO(b"<svg/>"), "图.svg")}, headers=JSON)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json is not None
    assert "“图.svg”不是可以上传的文件" in answer.json["title"]
    assert client.post("/uploads", data={}, headers=JSON).status_code == 422
    assert client.post("/uploads", data={"file": "text"}, headers=JSON).status_code == 422


def test_a_large_file_is_refused_by_name_and_no_memory_is_spent_on_it(log_in: LogIn, county: County) -> None:
    client = log_in(login_at_window(county))
    body = io.BytesIO(b"%PDF-1.4\n" + b"x" * (30 * MEGABYTE))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with client.post("/uploads", data={"file": (body, "大.pdf")}, headers=JSON) as answer:
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["title"].startswith("“大.pdf”超过 20 MB")
        answer.request.environ["wsgi.input"].close()  # the client's own, on the disk as well
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB
    with transaction(write=False) as session:
        assert session.query(Upload).count() == 0


def test_more_than_there_is_room_for_is_not_read_at_all(log_in: LogIn, county: County) -> None:
    client = log_in(login_at_window(county))
    # /login takes no files; what /uploads is promised here has room, but never comes.
    for url, size, status in (("/uploads", 65, 413), ("/login", 9, 413), ("/uploads", 9, 400)):
        head = {"CONTENT_LENGTH": str(size * MEGABYTE), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
        body = io.BytesIO(b"--x--\r\n")
        answer = client.post(url, input_stream=body, headers=JSON, environ_overrides=head)
        assert answer.status_code == status, url


def test_a_stranger_uploads_nothing(client: FlaskClient) -> None:
    answer = client.post("/uploads", data={"file": (io.BytesIO(PDF), "执照.pdf")}, headers=JSON)
    assert answer.status_code == 401
