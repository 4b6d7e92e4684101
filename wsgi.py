"""The WSGI entry point: `flask …` and any WSGI server find `app` here."""

from app import create_app

app = create_app()
