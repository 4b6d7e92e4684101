"""Why a decision gives no answer."""

from app.errors import Text


class DecisionError(Exception):
    """The decision has no answer for this input: two rules of a unique table fit, a value is not allowed…"""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text
