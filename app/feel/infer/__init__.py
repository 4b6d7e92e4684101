"""Types without running: what an expression may be over variables of known shapes, and what never makes sense in it.

A problem is a certainty: what is not known is anything, and anything fits (DMN 1.5, 10.3.2.9; errors there are null).
"""

from app.feel.infer import calls  # noqa: F401  # its rule registers on import
from app.feel.infer.expression import Inferred, infer
from app.feel.infer.shapes import (
    ANY,
    BOOLEAN,
    NOTHING,
    NUMBER,
    STRING,
    Shape,
    all_of,
    context_of,
    elements,
    items,
    join,
    list_of,
    of,
    of_type,
    of_value,
    one_of,
    words,
)
from app.feel.infer.walk import Problem

__all__ = [
    "ANY",
    "BOOLEAN",
    "NOTHING",
    "NUMBER",
    "STRING",
    "Inferred",
    "Problem",
    "Shape",
    "all_of",
    "context_of",
    "elements",
    "infer",
    "items",
    "join",
    "list_of",
    "of",
    "of_type",
    "of_value",
    "one_of",
    "words",
]
