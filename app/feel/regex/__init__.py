"""Regular expressions of XPath 3.1 (F&O 5.6), run in time linear in the text: no pattern can back-track.

Back-references are the exception: their ways through a text are many, and are paid for one by one out of the steps.
Left out: look-around, which XPath has not, and most Unicode block names; such a pattern is invalid, its result null.
"""

from app.feel.regex.machine import Program, compiled

__all__ = ["Program", "compiled"]
