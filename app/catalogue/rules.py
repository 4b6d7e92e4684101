"""What an item must say before it may be published (R004, R051, R128, R151), as findings."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from app.catalogue.models import Item
from app.errors import Finding, Text

MANDATORY: Mapping[str, Text] = {
    "task_name": Text("项目名称", "name"),
    "by_law": Text("审批依据", "legal basis"),
    "dept": Text("审批机关", "approving organ"),
    "use_level": Text("审批权限", "level of authority"),
    "accept_condition": Text("申报条件", "conditions"),
    "material": Text("申报材料", "materials"),
    "process": Text("办理程序", "procedure"),
    "anticipate_day": Text("法定时限", "statutory limit"),
    "promise_day": Text("承诺时限", "promised limit"),
    "fee": Text("收费依据及标准", "fees"),
    "transact_addr": Text("办理地点", "place"),
    "link_tel": Text("咨询电话", "inquiry phone"),
    "complaint_tel": Text("投诉电话", "complaint phone"),
    "application_form": Text("申请表单", "application form"),
    "applicant_fields": Text("申请人字段", "applicant fields"),
}
_MAY_BE_EMPTY = frozenset({"fee"})
_LONGEST = {"H": 1, "WD": 8, "D": 24, "M": 24 * 30}
_SHORTEST = {"H": 1, "WD": 24, "D": 24, "M": 24 * 28}


def item_findings(content: Mapping[str, Any], item: Item | None, unit_code: str | None) -> list[Finding]:
    """Everything wrong with what an item says; `item` is its entry in the list of powers, `unit_code` that entry's."""
    found = [*_missing(content)]
    if not found:
        found += [*_promise(content), *_materials(content), *_listed(content, item, unit_code)]
    return found


def _missing(content: Mapping[str, Any]) -> Iterator[Finding]:
    for key, label in MANDATORY.items():
        value = content.get(key)
        if value is None or (value in ("", [], {}) and key not in _MAY_BE_EMPTY):
            yield _error("item-field-missing", key, f"缺少“{label.zh}”（{key})", f"{label.en} ({key}) is missing")


def _promise(content: Mapping[str, Any]) -> Iterator[Finding]:
    """The promise may not exceed the statute (R128), compared in hours where the units differ."""
    legal, promised = (
        (content["anticipate_day"], content["anticipate_type"]),
        (content["promise_day"], content["promise_type"]),
    )
    if not all(type(value) is int and value >= 0 and unit in _LONGEST for value, unit in (legal, promised)):
        yield _error(
            "item-limit-wrong",
            "promise_day",
            "时限须为非负整数，单位为 WD、D、M 或 H",
            "a limit is a whole number of WD, D, M or H",
        )
        return
    longer = (
        promised[0] > legal[0]
        if promised[1] == legal[1]
        else promised[0] * _SHORTEST[promised[1]] > legal[0] * _SHORTEST[legal[1]] * _calendar_days(legal[1])
    )
    if longer:
        yield _error(
            "promise-too-long",
            "promise_day",
            "承诺时限长于法定时限",
            "the promised limit is longer than the statutory one",
        )


def _calendar_days(unit: str) -> float:
    """Five working days span at least seven natural ones."""
    return 7 / 5 if unit == "WD" else 1


def _materials(content: Mapping[str, Any]) -> Iterator[Finding]:
    known = {one.get("id") for one in content["by_law"]}
    names = [str(one.get("name", "")) for one in content["material"]]
    for name in sorted(one for one, count in Counter(names).items() if count > 1):
        yield _error(
            "material-twice",
            "material",
            f"材料“{name}”列了不止一次，告知书无法区分",
            f"material {name!r} is listed twice: a notice could not tell them apart (R118)",
        )
    for name, one in zip(names, content["material"], strict=True):
        if one.get("by_law") not in known:
            yield _error(
                "material-without-basis",
                "material",
                f"材料“{name}”没有设定依据",
                f"material {name!r} rests on no law (R052)",
            )
        if "其他材料" in name or "其他相关材料" in name:
            yield _error(
                "material-catch-all",
                "material",
                f"材料“{name}”是兜底条款，不得使用",
                f"material {name!r} is a catch-all (R052)",
            )


def _listed(content: Mapping[str, Any], item: Item | None, unit_code: str | None) -> Iterator[Finding]:
    if item is None:
        yield _error(
            "item-not-listed",
            "slug",
            "该事项不在权责清单内：清单之外无职权",
            "the item is not in the list of powers: there is no power outside it",
        )
        return
    compare = (
        ("dept", content["dept"], unit_code, "实施机关", "organ"),
        ("use_level", str(content["use_level"]), item.level, "行使层级", "level"),
        ("task_code", content.get("task_code"), item.code, "实施编码", "implementation code"),
        ("task_type", content.get("task_type"), item.task_type, "事项类型", "type"),
    )
    for key, here, listed, zh, en in compare:
        if here != listed:
            yield _error(
                "item-list-differs",
                key,
                f"{zh}“{here}”与权责清单“{listed}”不一致",
                f"{en} {here!r} differs from the list's {listed!r}",
            )


def _error(code: str, key: str, zh: str, en: str) -> Finding:
    remedy = Text(f"修改 item.yaml 的“{key}”", f"Mend {key!r} in item.yaml")
    if code == "item-not-listed":
        remedy = Text("先将事项列入权责清单（flask catalogue list)", "List the item first (flask catalogue list)")
    return Finding("error", code, Text(zh, en), remedy, file="item.yaml", element=key)
