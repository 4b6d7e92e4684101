"""The only parser of XML: diagrams and decisions come in through `parse`; nothing is fetched or expanded."""

import codecs
import re

from lxml import etree

from app.errors import Finding, Refused, Text

LIMIT = 4 * 1024 * 1024  # bytes; ten thousand nodes with their drawing fit in it
MAX_DEPTH = 200
MAX_ELEMENTS = 120_000

_DECLARED = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = frozenset({"utf-8", "gbk", "gb2312", "gb18030", "ascii"})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DEEPER = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_COUNT = etree.XPath("count(//*)")

_SMALLER = Text("把图拆成几个流程，用调用活动连接", "split the diagram into processes joined by call activities")
REFUSALS: dict[str, tuple[Text, Text]] = {
    "xml-too-large": (
        Text("文件超过 {limit:,} 字节的上限", "the file is over the limit of {limit:,} bytes"),
        _SMALLER,
    ),
    "xml-encoding": (
        Text(
            "第 {at} 字节起的内容不是 {encoding} 编码，或不支持这种编码",
            "from byte {at} on the text is not {encoding}, or that encoding is not read here",
        ),
        Text("以 UTF-8 编码重新保存", "save the file again as UTF-8"),
    ),
    "xml-doctype": (
        Text("文件含有 DOCTYPE 声明", "the document carries a DOCTYPE declaration"),
        Text(
            "删除 <!DOCTYPE …> 声明；流程图和决策表不需要它",
            "delete the <!DOCTYPE …> declaration; diagrams and decisions need none",
        ),
    ),
    "xml-syntax": (
        Text("不是格式良好的 XML：{reason}", "not well-formed XML: {reason}"),
        Text("在建模工具中重新导出文件", "export the file again from the modeling tool"),
    ),
    "xml-too-deep": (
        Text(f"XML 元素嵌套超过 {MAX_DEPTH} 层", f"XML elements are nested more than {MAX_DEPTH} deep"),
        Text("减少嵌套层数", "nest less deeply"),
    ),
    "xml-too-many-elements": (
        Text(f"XML 元素超过 {MAX_ELEMENTS:,} 个", f"the document has more than {MAX_ELEMENTS:,} XML elements"),
        _SMALLER,
    ),
}
"""Why a document is refused: what is said (`str.format` templates), and the way out."""


def parse(data: bytes, *, limit: int = LIMIT, file: str = "") -> etree._Element:
    """The root element of a document of at most `limit` bytes; `sourceline` of its elements is right.

    Raises Refused, with one finding that carries `file`, for anything that is not well-formed, bears a
    DOCTYPE (so entities never exist), is too large, nested deeper than 200, made of more than 120,000
    elements, or not in an encoding that we read (UTF-8, UTF-16, GB18030 and its subsets).
    """
    if len(data) > limit:
        raise _refused("xml-too-large", file, limit=limit)
    text = _decode(data, file)
    _refuse_doctype(text, file)
    root = _parse_text(text, file)
    if float(str(_COUNT(root))) > MAX_ELEMENTS:
        raise _refused("xml-too-many-elements", file)
    if _DEEPER(root):
        raise _refused("xml-too-deep", file)
    return root


def _parse_text(text: str, file: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        reason = error.msg or "empty document"
        if "xcessive depth" in reason or "maximum depth" in reason.lower():
            raise _refused("xml-too-deep", file, error.lineno) from None
        raise _refused("xml-syntax", file, error.lineno or None, reason=reason) from None


def _decode(data: bytes, file: str) -> str:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    if not encoding:
        declared = _DECLARED.match(data[:300].decode("latin-1"))
        encoding = declared.group(1).lower() if declared else "utf-8"
        if not _is_read(encoding):
            raise _refused("xml-encoding", file, 1, encoding=encoding, at=0)
    try:
        text = data.decode(encoding)
        text.encode("utf-8")  # a lone surrogate out of UTF-16 has no place in UTF-8
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line = data[:start].count(b"\n") + 1
        raise _refused("xml-encoding", file, line, encoding=encoding, at=start) from None
    return text.replace("\r\n", "\n")


def _is_read(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in _ENCODINGS
    except LookupError:
        return False


def _refuse_doctype(text: str, file: str) -> None:
    """Only the prolog is read: anywhere else `<!DOCTYPE` is either plain text or a syntax error."""
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        if text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!--", at):
            end = text.find("-->", at)
        else:
            break
        if end < 0:
            return
        at = end + (2 if text.startswith("?>", end) else 3)
    if text[at : at + 9].upper() == "<!DOCTYPE":
        raise _refused("xml-doctype", file, text.count("\n", 0, at) + 1)


def _refused(code: str, file: str, line: int | None = None, **values: object) -> Refused:
    text, remedy = REFUSALS[code]
    said = Text(text.zh.format_map(values), text.en.format_map(values))
    return Refused((Finding("error", code, said, remedy, file=file, line=line),))
