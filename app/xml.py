"""The only parser of XML: diagrams and decisions come in through `parse`; nothing is fetched or expanded."""

import codecs
import re

from lxml import etree

from app.errors import Finding, Refused, Text

LIMIT = 4 * 1024 * 1024  # bytes; ten thousand nodes with their drawing fit in it
MAX_DEPTH = 200
MAX_ELEMENTS = 200_000

_DECLARED = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16-be", "utf-16-le", "gbk", "gb2312", "gb18030", "ascii"})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DEEPER = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_COUNT = etree.XPath("count(//*)")


def parse(data: bytes, *, limit: int = LIMIT, file: str = "") -> etree._Element:
    """The root element of a document of at most `limit` bytes; `sourceline` of its elements is right.

    Raises Refused, with one finding that carries `file`, for anything that is not well-formed, bears a
    DOCTYPE (so entities never exist), is too large, nested deeper than 200, made of more than 200,000
    elements, or not in an encoding that we read (UTF-8, UTF-16, GB18030 and its subsets).
    """
    if len(data) > limit:
        raise _refused("xml-too-large", _too_large(limit), _SMALLER, file)
    text = _decode(data, file)
    _refuse_doctype(text, file)
    root = _parse_text(text, file)
    if float(str(_COUNT(root))) > MAX_ELEMENTS:
        raise _refused("xml-too-many-elements", _TOO_MANY, _SMALLER, file)
    if _DEEPER(root):
        raise _refused("xml-too-deep", _TOO_DEEP, _FLATTER, file)
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
            raise _refused("xml-too-deep", _TOO_DEEP, _FLATTER, file, error.lineno) from None
        raise _refused("xml-syntax", _not_xml(reason), _RE_EXPORT, file, error.lineno or None) from None


def _decode(data: bytes, file: str) -> str:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    if not encoding:
        declared = _DECLARED.match(data[:300].decode("latin-1"))
        encoding = declared.group(1).lower() if declared else "utf-8"
        if not _is_read(encoding):
            raise _refused("xml-encoding", _unknown_encoding(encoding), _SAVE_UTF8, file, 1)
    try:
        text = data.decode(encoding)
        text.encode("utf-8")  # a lone surrogate out of UTF-16 has no place in UTF-8
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise _refused(
            "xml-encoding", _wrong_bytes(encoding, start), _SAVE_UTF8, file, data[:start].count(b"\n") + 1
        ) from None
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
        raise _refused("xml-doctype", _DOCTYPE, _NO_DOCTYPE, file, text.count("\n", 0, at) + 1)


def _refused(code: str, text: Text, remedy: Text, file: str, line: int | None = None) -> Refused:
    return Refused((Finding("error", code, text, remedy, file=file, line=line),))


def _too_large(limit: int) -> Text:
    return Text(f"文件超过 {limit:,} 字节的上限", f"the file is over the limit of {limit:,} bytes")


def _not_xml(reason: str) -> Text:
    return Text(f"不是格式良好的 XML:{reason}", f"not well-formed XML: {reason}")


def _unknown_encoding(encoding: str) -> Text:
    return Text(f"不支持的字符编码“{encoding}”", f"the character encoding '{encoding}' is not read here")


def _wrong_bytes(encoding: str, at: int) -> Text:
    return Text(
        f"第 {at} 字节处的内容不是有效的 {encoding} 编码",
        f"the bytes at offset {at} are not valid {encoding}",
    )


_SMALLER = Text("把图拆成几个流程,用调用活动连接", "split the diagram into processes joined by call activities")
_TOO_MANY = Text(f"XML 元素超过 {MAX_ELEMENTS:,} 个", f"the document has more than {MAX_ELEMENTS:,} XML elements")
_TOO_DEEP = Text(f"XML 元素嵌套超过 {MAX_DEPTH} 层", f"XML elements are nested more than {MAX_DEPTH} deep")
_FLATTER = Text("减少嵌套层数", "nest less deeply")
_RE_EXPORT = Text("在建模工具中重新导出文件", "export the file again from the modeling tool")
_SAVE_UTF8 = Text("以 UTF-8 编码重新保存", "save the file again as UTF-8")
_DOCTYPE = Text("文件含有 DOCTYPE 声明", "the document carries a DOCTYPE declaration")
_NO_DOCTYPE = Text(
    "删除 <!DOCTYPE …> 声明;流程图和决策表不需要它",
    "delete the <!DOCTYPE …> declaration; diagrams and decisions need none",
)
