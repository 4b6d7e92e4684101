"""Decisions of DMN: tables, expressions and what they require of each other, compiled once from one file or several."""

from app.dmn.check import check_files, review
from app.dmn.decisions import Answer, Decisions, load
from app.dmn.errors import DecisionError

__all__ = ["Answer", "DecisionError", "Decisions", "check_files", "load", "review"]
