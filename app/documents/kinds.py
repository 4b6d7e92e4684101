"""The kinds of papers: title, mark in the number, and the facts without which none may be issued (R116, R131, R137)."""

from collections.abc import Mapping
from dataclasses import dataclass

_COMMON = {
    "case_no": "办件编号",
    "item": "事项名称",
    "applicant": "申请人",
    "clerk": "经办人",
    "link_tel": "咨询电话",
    "complaint_tel": "投诉电话",
    "unit": "单位全称",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """`mandatory` maps the name of a fact to its Chinese label."""

    title: str
    title_en: str
    mark: str
    mandatory: Mapping[str, str]


def _kind(title: str, title_en: str, mark: str, **mandatory: str) -> Kind:
    return Kind(title, title_en, mark, _COMMON | mandatory)


KINDS: Mapping[str, Kind] = {
    "receipt": _kind(
        "收件回执单", "Receipt slip", "收件", materials="材料", promised_due="办结时间", query_code="查询码"
    ),
    "one_time_notice": _kind(
        "补正材料一次性告知书", "One-time notice of corrections", "告知", defects="需补正的材料", basis="依据"
    ),
    "acceptance": _kind(
        "受理通知书", "Notice of acceptance", "受理", accepted_on="受理日期", promised_due="承诺办结日期"
    ),
    "refusal_acceptance": _kind(
        "不予受理通知书", "Notice of non-acceptance", "不受", reason="理由", basis="依据", remedies="救济途径"
    ),
    "decision_granted": _kind("准予行政许可决定书", "Decision to grant", "准许", decided_on="决定日期", basis="依据"),
    "decision_refused": _kind(
        "不予行政许可决定书",
        "Decision to refuse",
        "不许",
        decided_on="决定日期",
        reason="理由",
        basis="依据",
        remedies="救济途径",
    ),
    "superior_granted": _kind(
        "上级准予决定告知书",
        "Notice of the superior's grant",
        "转准",
        superior_body="上级机关",
        superior_no="决定文号",
    ),
    "superior_refused": _kind(
        "上级不予决定告知书",
        "Notice of the superior's refusal",
        "转不",
        superior_body="上级机关",
        superior_no="决定文号",
        reason="理由",
        remedies="救济途径",
    ),
    "special_procedure": _kind(
        "特别程序告知书",
        "Notice of a special procedure",
        "特程",
        special_kind="特别程序的种类",
        special_days="所需时间",
        special_organisation="承担机构",
    ),
    "extension": _kind(
        "延期告知书",
        "Notice of extension",
        "延期",
        extended_days="延长的天数",
        extension_reason="延期的理由",
        statutory_due="延长后的法定期限",
    ),
    "delivery_receipt": _kind("送达回证", "Proof of delivery", "送达", receiver="签收人", method="送达方式"),
    "lapse": _kind("视为撤回通知书", "Notice of lapse", "视撤", reason="理由", basis="依据"),
}
