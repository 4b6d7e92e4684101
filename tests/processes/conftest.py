"""The drawings are also looked at as a browser draws them."""

from tests.browser import browser

__all__ = ["browser"]
