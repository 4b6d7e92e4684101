"""The facts that papers print: gathered from the case, its item and the answers so far."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.terms import extended_days, promise_from
from app.catalogue.bundle import Bundle, Term
from app.config import current
from app.documents.models import Notice
from app.feel import compile as compile_feel
from app.identity.actor import Actor
from app.law.calendar import Calendar
from app.law.clock import ZONE, local_date

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
REMEDIES = (
    "不服本决定的，可以自收到之日起六十日内向本级人民政府申请行政复议，"
    "或者自收到之日起六个月内向有管辖权的人民法院提起行政诉讼"
)
VERDICTS = {"complete": "齐全", "missing": "缺少", "defective": "形式不符", "not_needed": "无需提供"}
DEFECTIVE = frozenset({"missing", "defective"})
METHODS = {"window": "直接送达（窗口领取）", "post": "邮寄送达", "electronic": "电子送达", "public": "公告送达"}
UNITS = {"WD": "个工作日", "D": "日", "M": "个月", "H": "小时"}


def query_code(no: str) -> str:
    """The six letters with which an applicant follows a case; derived from the house's key, stored nowhere."""
    digest = hmac.digest(current().secret_key.encode(), f"query:{no}".encode(), "sha256")
    return "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:6])


def query_code_hash(no: str) -> str:
    """What the case keeps of its query code."""
    return hashlib.sha256(f"{no}:{query_code(no)}".encode()).hexdigest()


def item_facts(version: Bundle) -> dict[str, Any]:
    """The `item` variable of diagrams: code, name and limits."""
    return {
        "code": version.slug,
        "name": version.name,
        "acceptLimit": version.accept_limit,
        "deliverLimit": version.deliver_limit,
        "statutoryLimit": version.statutory.value,
        "promisedLimit": version.promised.value,
        "supplementDays": supplement_days(version),
        "handleMode": version.content.get("handle_mode"),
        "extendMax": int(version.content.get("extend_max") or 0),
    }


def supplement_days(version: Bundle) -> int:
    """Natural days within which an applicant supplements what the one-time notice names."""
    return int(version.content.get("supplement_days", 30))


def citation(law: Mapping[str, Any]) -> str:
    """An article as papers cite it: 《law》article."""
    return f"《{law['law']}》{law['article']}"


def item_for_forms(version: Bundle) -> dict[str, Any]:
    """The `item` variable of forms: that of diagrams, and the articles that an opinion may cite (R004)."""
    basis = [{"id": one["id"], "label": citation(one)} for one in version.content["by_law"]]
    return item_facts(version) | {"basis": basis}


def material_list(version: Bundle, answers: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
    """The materials that this application needs (情形引导): those whose `applies_if` holds for its answers."""
    return [
        {"name": one["name"], "need": one["need"], "originals": one.get("originals"), "copies": one.get("copies")}
        for one in version.content["material"]
        if not one.get("applies_if") or compile_feel(one["applies_if"].lstrip("= "))(answers, now=at) is True
    ]


def facts(
    session: Session, case: Case, version: Bundle, calendar: Calendar, actor: Actor, at: datetime, kind: str
) -> dict[str, Any]:
    """What the paper of this kind prints; the template uses what it needs, `documents.kinds` says what may not lack."""
    content = version.content
    promise = promise_from(case.accepted_on or local_date(at), version, calendar)
    common = {
        "case_no": case.no,
        "item": version.name,
        "item_code": version.code,
        "applicant": case.applicant,
        "clerk": actor.name,
        "unit": version.unit_name,
        "link_tel": content.get("link_tel"),
        "complaint_tel": content.get("complaint_tel") or current().complaint_phone,
        "at_local": at.astimezone(ZONE),
        "received_local": case.received_at.astimezone(ZONE),
        "accepted_on": case.accepted_on,
        "accept_basis": case.accept_basis,
        "promised_due": case.promised_due or promise.due,
        "statutory_due": case.statutory_due,
        "provisional": case.provisional or promise.provisional,
        "decided_on": case.decided_on,
        "delivery_due": case.delivery_due,
        "basis": _basis(case, content),
        "fee": fee_text(content),
        "remedies": REMEDIES,
        "promised_limit": _words(version.promised),
        "statutory_limit": _words(version.statutory),
        "supplement_days": supplement_days(version),
        "extended_days": extended_days(case) or None,
        "required": [one["name"] for one in case.data.get("materials") or content["material"]],
        "certificate": content.get("result_name"),
    }
    return common | _from_answers(case) | ({"papers": _papers(session, case)} if kind == "delivery_receipt" else {})


def _from_answers(case: Case) -> dict[str, Any]:
    data = case.data
    materials = [one for one in data.get("materials") or () if isinstance(one, dict)]
    listed = [_material(one) for one in materials if one.get("verdict") != "not_needed"]
    return {
        "query_code": query_code(case.no),
        "materials": listed,
        "defects": [_material(one) for one in materials if one.get("verdict") in DEFECTIVE],
        "reason": _reason(data),
        "extension_reason": data.get("extensionReason"),
        "superior_body": data.get("superiorBody"),
        "superior_no": data.get("superiorNo"),
        "special_kind": _standing_kind(case),
        "special_days": data.get("inspectionDays"),
        "special_organisation": data.get("inspectionInstitute"),
        "method": METHODS.get(str(data.get("deliveryMethod"))),
        "receiver": data.get("receiverName") or ("公告" if data.get("deliveryMethod") == "public" else None),
    }


def _standing_kind(case: Case) -> str | None:
    """The legal kind of the pause that is open, if one is."""
    return next((str(kind) for _, end, kind, of in case.pauses if end is None and of == "case"), None)


def _basis(case: Case, content: Mapping[str, Any]) -> list[str]:
    """The articles that the opinion cited (R004); before there is one, all on which the item rests."""
    cited = case.data.get("basis") or ()
    return [citation(one) for one in content["by_law"] if not cited or one["id"] in cited]


def _material(one: Mapping[str, Any]) -> dict[str, Any]:
    verdict = VERDICTS.get(str(one.get("verdict")), "—")
    return {"name": one.get("name"), "pages": one.get("pages"), "verdict": verdict, "defect": one.get("defect")}


def _reason(data: Mapping[str, Any]) -> object:
    if data.get("checkResult") == "notice":
        return "在告知的期限内未补正材料"
    return (
        data.get("superiorReason")
        or data.get("decisionReason")
        or data.get("refuseReason")
        or data.get("negativeReason")
    )


def _papers(session: Session, case: Case) -> list[str]:
    """Titles and numbers of the decisions of a case."""
    decided = select(Notice.title, Notice.number).where(
        Notice.case_id == case.id, Notice.kind.startswith("decision") | Notice.kind.startswith("superior")
    )
    return [f"{title}({number})" for title, number in session.execute(decided.order_by(Notice.id))]


def fee_text(content: Mapping[str, Any]) -> str:
    """Fees as an applicant reads them."""
    fees = content.get("fee") or ()
    return ";".join(f"{one['name']} {one['stand']} {one['amount']} 元" for one in fees) if fees else "不收费"


def _words(term: Term) -> str:
    return f"{term.value}{UNITS[term.unit]}" if term.value else "当场"
