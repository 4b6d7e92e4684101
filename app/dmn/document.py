"""The XML of a model: elements by their plain names, and what is found wrong with them."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from app import xml
from app.errors import Finding, Refused, Severity, Text
from app.feel.errors import FeelError, FeelSyntaxError
from app.feel.lexer import one_blank

NAMESPACES: Final = frozenset(
    (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
        "https://www.omg.org/spec/DMN/20240513/MODEL/",  # 1.6
    )
)
Element = etree._Element
MEND = Text("在决策编辑器中改正后重新上传", "mend it in the decision editor and upload the file again")
LEAVE_OUT = Text("改用所支持的写法,或去掉它", "use what is supported instead, or leave it out")


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and elements of other vocabularies."""
    tag: object = element.tag
    if not isinstance(tag, str) or not tag.startswith("{"):
        return ""
    namespace, _, name = tag[1:].partition("}")
    return name if namespace in NAMESPACES else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements of these names."""
    return (one for one in element if local(one) in names)


def child(element: Element, *names: str) -> Element | None:
    """The first child element of these names."""
    return next(children(element, *names), None)


def text_of(element: Element | None) -> str:
    """The text of an element's `text` child, without blanks around it."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None else "".join(str(part) for part in inner.itertext()).strip()


def name_of(element: Element) -> str:
    """The name of an element, its blanks made one (DMN 1.5, 10.3.1.2); empty if it has none."""
    return one_blank(element.get("name") or "")


def label_of(element: Element) -> str:
    """What people call an element: its label, name or id."""
    return element.get("label") or element.get("name") or element.get("id") or local(element)


class Faults:
    """Collects findings while a file is read."""

    def __init__(self, file: str = "") -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(self, code: str, element: Element, text: Text, remedy: Text = MEND, severity: Severity = "error") -> None:
        """A finding at an element, which is named by the nearest id at or above it."""
        named = element
        while named.get("id") is None and (above := named.getparent()) is not None:
            named = above
        line: int | None = getattr(element, "sourceline", None)
        self.findings.append(
            Finding(severity, code, text, remedy, self.file, named.get("id") or "", label_of(named), line)
        )

    def unsupported(self, element: Element, what: Text) -> None:
        """An element that is in the standard but not executed here."""
        text = Text(f"不支持{what.zh}", f"{what.en} is not supported")
        self.add("dmn-unsupported", element, text, LEAVE_OUT)

    def feel(self, element: Element, source: str, error: FeelError) -> None:
        """An expression that is not FEEL."""
        reason = error.reason if isinstance(error, FeelSyntaxError) else error.text
        where = ""
        if isinstance(error, FeelSyntaxError) and "\n" in source:
            where = f"{error.line}:"
        column = error.column if isinstance(error, FeelSyntaxError) else 1
        shown = source if len(source) <= 80 else source[:77] + "…"
        text = Text(
            f"表达式「{shown}」第 {where}{column} 个字符处有误:{reason.zh}",
            f"expression {shown!r}, at {where}{column}: {reason.en}",
        )
        self.add("dmn-feel", element, text)

    @property
    def errors(self) -> list[Finding]:
        """What keeps the file from being executed."""
        return [one for one in self.findings if one.severity == "error"]

    def refuse_if_any(self) -> None:
        """Raises Refused with all that was found, if there are errors among it."""
        if self.errors:
            raise Refused(self.findings)


def read(data: bytes, faults: Faults) -> Element:
    """The `definitions` element of a file. Raises Refused if the file is no model."""
    root = xml.parse(data, file=faults.file)
    if local(root) != "definitions":
        faults.add("dmn-not-dmn", root, Text("文件不是 DMN 决策模型", "the file is not a DMN model"))
        faults.refuse_if_any()
    return root
