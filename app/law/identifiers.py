"""Numbers that people and offices carry: their alphabets, check characters and masks.

Unified social credit code (GB 32100-2015), citizen's identity number (GB 11643-1999), codes of administrative items
(as the national platform uses them), our own case number (ISO 7064 MOD 11,10) and query code.
"""

import re
from collections.abc import Callable
from datetime import date

from app.errors import Finding, Invalid, Severity, Text

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
QUERY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0 and O, 1 and I, which people confuse on paper."""
QUERY_LENGTH = 6

_USCC = re.compile(f"[{USCC_ALPHABET}]{{18}}")
_CATALOG = re.compile("[0-9]{11}[0-9Y]")
_IDENTITY = re.compile("[0-9]{17}[0-9X]")
_AREA = re.compile("[0-9]{6}")
_CASE = re.compile("[0-9]{20}")
_QUERY = re.compile(f"[{QUERY_ALPHABET}]{{{QUERY_LENGTH}}}")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
# The provinces of GB/T 2260; 99 is nobody's and serves samples.
_REGION = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|99")
_COMPOUND_SURNAME = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|钟离|宇文|司徒|长孙|夏侯|南宫|端木|轩辕|百里|呼延|"
    "独孤|鲜于|闻人|申屠|万俟|赫连|澹台|濮阳|公冶|太叔|仲孙|司空|拓跋|西门|东郭|南门|第五|左丘|梁丘"
)


def normal(text: str) -> str:
    """A number as it is stored and compared: without surrounding space, in capitals."""
    return text.strip().upper()


def uscc_findings(text: str) -> tuple[Finding, ...]:
    """What is wrong with a unified social credit code (GB 32100-2015); nothing for a sound one.

    Length and alphabet are errors. The check character is only a warning: some early codes are legal and fail it,
    so that a clerk may accept one with a reason.
    """
    code = normal(text)
    if not _USCC.fullmatch(code):
        return (
            _finding(
                "error",
                "uscc-form",
                Text(
                    "统一社会信用代码须为 18 位，不含 I、O、S、V、Z", "a credit code has 18 characters, none of IOSVZ"
                ),
                Text("请按营业执照或登记证书逐位核对", "compare it with the licence, character by character"),
            ),
        )
    if uscc_check(code) != code[17]:
        return (
            _finding(
                "warning",
                "uscc-check",
                Text("统一社会信用代码校验位不符", "the credit code's check character does not fit"),
                Text(
                    "核对原件；确属早期代码的，注明理由后继续",
                    "compare the original; accept an early code with a reason",
                ),
            ),
        )
    return ()


def uscc_check(code: str) -> str:
    """The 18th character for the first 17 of a well-formed code (GB 32100-2015, weights 3^i mod 31)."""
    total = sum(USCC_ALPHABET.index(char) * pow(3, at, 31) for at, char in enumerate(code[:17]))
    return USCC_ALPHABET[-total % 31]


def id_number_errors(text: str, today: date) -> tuple[Text, ...]:
    """What is wrong with a citizen's identity number (GB 11643-1999) on the day `today`; nothing for a sound one."""
    number = normal(text)
    if not _IDENTITY.fullmatch(number):
        return (Text("身份证号须为 18 位:17 位数字加校验位", "an identity number has 17 digits and a check character"),)
    errors: list[Text] = []
    if not _REGION.match(number):
        errors.append(Text(f"地区代码 {number[:2]} 不存在", f"there is no region {number[:2]}"))
    born = _birthday(number)
    if born is None:
        errors.append(Text(f"出生日期 {number[6:14]} 不存在", f"there is no date {number[6:14]}"))
    elif born > today:
        errors.append(Text(f"出生日期 {born} 晚于今天", f"the birthday {born} is yet to come"))
    total = sum(int(digit) * weight for digit, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    if _IDENTITY_CHECKS[total % 11] != number[17]:
        errors.append(Text("身份证号校验位不符", "the identity number's check character does not fit"))
    return tuple(errors)


def _birthday(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def catalog_code_findings(text: str) -> tuple[Finding, ...]:
    """What is wrong with an item's 12-character basic code (基本编码): 11 digits, then a digit or Y for a parent."""
    if _CATALOG.fullmatch(text):
        return ()
    return (
        _finding(
            "error",
            "catalog-code",
            Text("基本编码须为 12 位:11 位数字加数字或 Y", "a basic code is 11 digits, then a digit or Y"),
            Text("按国家基本目录填写", "copy it from the national catalogue"),
        ),
    )


def task_code_findings(text: str, *, level: str = "", catalog_code: str = "") -> tuple[Finding, ...]:
    """What is wrong with an item's 31-character code (实施编码): credit code, level 1-7, basic code.

    `level` and `catalog_code` are the item's own, compared where given.
    """
    if len(text) != 31:
        problem = Text(f"实施编码须为 31 位，现为 {len(text)} 位", f"an item's code has 31 characters, not {len(text)}")
        return (_task_finding(problem),)
    office, digit, catalog = text[:18], text[18], text[19:]
    findings = [*uscc_findings(office), *catalog_code_findings(catalog)]
    if digit not in "1234567":
        findings.append(_task_finding(Text(f"行使层级 {digit} 不存在", f"there is no level {digit}")))
    elif level and digit != level:
        said = Text(f"实施编码的行使层级 {digit} 与事项 {level} 不符", f"level {digit} is not the item's {level}")
        findings.append(_task_finding(said))
    if catalog_code and catalog != catalog_code:
        said = Text(f"实施编码末 12 位 {catalog!r} 与基本编码 {catalog_code!r} 不符", "the tail is not the basic code")
        findings.append(_task_finding(said))
    return tuple(findings)


def _task_finding(text: Text) -> Finding:
    remedy = Text(
        "实施编码 = 统一社会信用代码 18 位 + 行使层级 1 位 + 基本编码 12 位",
        "the code is the office's credit code (18), its level (1) and the basic code (12)",
    )
    return _finding("error", "task-code", text, remedy)


def case_number(area: str, day: date, serial: int) -> str:
    """The 20-digit number of a case: area (6), day (8), serial of that day (5), check digit (ISO 7064 MOD 11,10).

    Raises Invalid when the area is not six digits or the serial not between 1 and 99999.
    """
    if not _AREA.fullmatch(area):
        raise Invalid(Text(f"行政区划代码须为 6 位数字:{area!r}", f"an area code has six digits, not {area!r}"))
    if not 1 <= serial <= 99_999:
        raise Invalid(Text(f"当日序号须为 1 至 99999:{serial}", f"a day's serial is 1 to 99999, not {serial}"))
    body = f"{area}{day:%Y%m%d}{serial:05d}"
    return body + check_digit(body)


def case_number_holds(text: str) -> bool:
    """Whether this is a case number that nobody mistyped: 20 digits, a real day, a fitting check digit."""
    if not _CASE.fullmatch(text) or text[14:19] == "00000":
        return False
    return _birthday(text) is not None and check_digit(text[:19]) == text[19]


def check_digit(digits: str) -> str:
    """The digit that completes `digits` (ISO 7064 MOD 11,10); it catches every single wrong digit."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def query_code(randbelow: Callable[[int], int]) -> str:
    """A fresh query code; `randbelow(n)` draws 0 ≤ i < n, in production `secrets.randbelow`."""
    return "".join(QUERY_ALPHABET[randbelow(len(QUERY_ALPHABET))] for _ in range(QUERY_LENGTH))


def query_code_fits(text: str) -> bool:
    """Whether the text, in capitals, could be a query code at all."""
    return _QUERY.fullmatch(normal(text)) is not None


def mask_id(number: str) -> str:
    """A number for eyes that need not know it: `990000********0017`; shorter ones show less, the shortest nothing."""
    size = len(number)
    head, tail = (6, 4) if size >= 15 else (2, 2) if size >= 8 else (0, 0)
    return number[:head] + "*" * (size - head - tail) + number[size - tail :]


def mask_name(name: str) -> str:
    """A person's name for the public: the surname and one `*`, however long the rest is."""
    name = name.strip()
    surname = 2 if len(name) > 2 and _COMPOUND_SURNAME.match(name) else 1
    return name[:surname] + "*" if name else ""


def _finding(severity: Severity, code: str, text: Text, remedy: Text) -> Finding:
    return Finding(severity, code, text, remedy)
