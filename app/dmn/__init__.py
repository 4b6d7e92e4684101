"""Decisions of DMN: tables, expressions and what they require of each other, compiled once from one file."""

from app.dmn.decisions import Decisions, load
from app.dmn.errors import DecisionError

__all__ = ["DecisionError", "Decisions", "load"]
