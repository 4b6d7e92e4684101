"""What can go wrong with an expression. Nothing else leaves this package."""

from app.errors import Text


class FeelError(Exception):
    """An expression could not be read or evaluated; `text` says why in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class FeelSyntaxError(FeelError):
    """The text is not FEEL. `line` and `column` count from 1; `expected` lists what could stand there."""

    def __init__(
        self, text: Text, line: int = 1, column: int = 1, expected: tuple[Text, ...] = (), source: str = ""
    ) -> None:
        where = Text(f"第 {line} 行第 {column} 列:{text.zh}", f"line {line}, column {column}: {text.en}")
        super().__init__(where)
        self.reason = text
        self.line = line
        self.column = column
        self.expected = expected
        self.source = source


class FeelLimitError(FeelError):
    """The expression is too long, too deep, runs for too long or makes something too large."""


class FeelRuntimeError(FeelError):
    """The evaluation cannot go on: the context holds something that FEEL has no value for."""
