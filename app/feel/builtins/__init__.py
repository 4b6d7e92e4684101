"""The built-in functions of DMN 1.5, tables 65–77, and a few more that editors offer (docs/feel.md)."""

from app.feel.builtins import contexts, conversion, dates, lists, numbers, ranges, strings
from app.feel.builtins.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "conversion", "dates", "lists", "numbers", "ranges", "strings"]
