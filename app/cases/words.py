"""What clerks call things: the words of pages and exports for the codes that rows and the log hold."""

from collections.abc import Mapping
from typing import Any

from app.errors import Text

STATUS: Mapping[str, Text] = {
    "active": Text("办理中", "In progress"),
    "suspended": Text("已中止", "Suspended"),
    "completed": Text("已办结", "Completed"),
    "cancelled": Text("已终止", "Ended early"),
}
STAGE: Mapping[str, Text] = {
    "received": Text("收件", "Received"),
    "supplementing": Text("待补正", "Waiting for corrections"),
    "reviewing": Text("审查", "In review"),
    "special": Text("特别程序", "Special procedure"),
    "reported": Text("上级审查", "With the superior"),
    "deciding": Text("核准", "To be decided"),
    "filing": Text("报备", "Being filed"),
    "delivering": Text("制证送达", "Delivery"),
    "closed": Text("办结", "Closed"),
}
OUTCOME: Mapping[str, Text] = {
    "granted": Text("准予", "Granted"),
    "refused": Text("不予许可", "Refused"),
    "not_accepted": Text("不予受理", "Not accepted"),
    "withdrawn": Text("撤回", "Withdrawn"),
    "lapsed": Text("视为撤回", "Deemed withdrawn"),
    "completed": Text("办结", "Completed"),
    "cancelled": Text("作废", "Cancelled"),
}
CHANNEL: Mapping[str, Text] = {
    "window": Text("窗口", "Counter"),
    "post": Text("邮寄", "Post"),
    "online": Text("网上", "Online"),
    "mobile": Text("移动端", "Mobile"),
}
BASIS: Mapping[str, Text] = {
    "normal": Text("正常受理", "Accepted"),
    "supplemented": Text("补正后受理", "Accepted after corrections"),
    "deemed": Text("逾期未告知，视为受理", "Deemed accepted: nobody was told in time"),
}
STEP: Mapping[str, Text] = {
    "intake": Text("收件", "Intake"),
    "supplement": Text("补正", "Corrections"),
    "acceptance": Text("受理", "Acceptance"),
    "review": Text("审查", "Review"),
    "survey": Text("现场核查", "Survey"),
    "expert": Text("专家评审", "Expert review"),
    "opinion": Text("会签意见", "Opinion"),
    "approval": Text("核准", "Approval"),
    "filing": Text("报备", "Filing"),
    "certificate": Text("制证", "Certificate"),
    "payment": Text("缴费", "Payment"),
    "delivery": Text("送达", "Delivery"),
    "other": Text("其他", "Other"),
}
VERDICT: Mapping[str, Text] = {
    "complete": Text("齐全", "Complete"),
    "missing": Text("缺少", "Missing"),
    "defective": Text("形式不符", "Defective"),
    "not_needed": Text("无需提供", "Not needed"),
}
NEED: Mapping[str, Text] = {
    "必要": Text("必要", "required"),
    "非必要": Text("非必要", "optional"),
    "容缺后补": Text("容缺后补", "may follow later"),
}
UNIT: Mapping[str, Text] = {
    "WD": Text("{n} 个工作日", "{n} working days"),
    "D": Text("{n} 日", "{n} days"),
    "M": Text("{n} 个月", "{n} months"),
    "H": Text("{n} 小时", "{n} hours"),
}
PAUSE: Mapping[str, Text] = {
    "acceptance": Text("待补正，受理期限中止", "corrections are awaited; the acceptance clock stands"),
    "case": Text("办理期限中止", "the case's clock stands"),
    "检验": Text("检验，办理期限中止", "inspection; the case's clock stands"),
    "转报": Text("已报上级审查，本级期限止于报出", "with the superior; the own limit ended with the report"),
}
LIMIT: Mapping[str, Text] = {
    "notice": Text("受理或一次告知", "Acceptance, or one-time notice"),
    "promised": Text("承诺时限", "Promised limit"),
    "statutory": Text("法定时限", "Statutory limit"),
    "delivery": Text("送达时限", "Delivery"),
}
EVENT: Mapping[str, Text] = {
    "receipt": Text("收件", "received"),
    "acceptance": Text("受理", "accepted"),
    "decision": Text("作出决定", "decided"),
}
STREAM: Mapping[str, Text] = {
    "person": Text("人员", "Person"),
    "item": Text("事项", "Item"),
    "house": Text("机构", "House"),
}
LIGHT: Mapping[str, Text] = {
    "late": Text("已超期", "Overdue"),
    "soon": Text("即将到期", "Due soon"),
    "good": Text("期限内", "In time"),
    "rest": Text("计时暂停或无时限", "Clock paused, or no limit"),
}
ACT: Mapping[str, Text] = {
    "case.start": Text("收到申请", "Application received"),
    "case.withdraw": Text("申请人撤回", "Withdrawn by the applicant"),
    "case.cancel": Text("作废", "Cancelled"),
    "case.suspend": Text("中止", "Suspended"),
    "case.resume": Text("恢复", "Resumed"),
    "case.second_notice": Text("批准再次告知", "Second notice allowed"),
    "task.claim": Text("签收", "Claimed"),
    "task.release": Text("退回待签收", "Released"),
    "task.complete": Text("办理", "Done"),
    "job.complete": Text("系统办理", "Done by the system"),
    "job.fail": Text("系统办理出错", "Ended with an error"),
    "job.give_up": Text("系统无法办理", "Could not be done by the system"),
    "deadline.fire": Text("期限届满", "Deadline reached"),
    "deadline.broken": Text("期限触发失败", "Deadline failed"),
    "message.deliver": Text("收到消息", "Message received"),
    "message.enter": Text("录入外部结果", "Outside result entered"),
    "calendar.import": Text("导入放假通知", "Holiday notice imported"),
    "calendar.recount": Text("开始重新计算期限", "Dates of open cases to be counted anew"),
    "case.recount": Text("日历调整，重新计算期限", "Dates counted anew after a change of the calendar"),
    "incident.retry": Text("重试异常", "Incident retried"),
    "login": Text("登录", "Logged in"),
    "login.failed": Text("登录失败", "Login failed"),
    "refused": Text("被拒绝的操作", "Refused act"),
    "item.list": Text("列入清单", "Item listed"),
    "item.publish": Text("发布事项版本", "Item version published"),
    "organisation.load": Text("导入机构人员", "Organisation loaded"),
}
CLOCK: Mapping[str, Text] = {
    "case.start": Text("开始计时", "clock started"),
    "case.pause": Text("暂停计时", "clock paused"),
    "case.resume": Text("恢复计时", "clock resumed"),
    "case.extend": Text("延长期限", "limit extended"),
    "case.stop": Text("停止计时", "clock stopped"),
    "acceptance.pause": Text("受理期限中止", "acceptance clock paused"),
    "acceptance.resume": Text("受理期限恢复", "acceptance clock resumed"),
    "acceptance.stop": Text("受理期限终止", "acceptance clock stopped"),
}
_QUOTED = (("task", "“{}”"), ("deadline", "“{}”"), ("message", "“{}”"), ("act", " {}"))


def word(words: Mapping[str, Text], code: str | None) -> Text:
    """The word for a code; an unknown code stands for itself."""
    if not code:
        return Text("—", "—")
    return words.get(code) or Text(code, code)


def limit_words(limit: Mapping[str, Any] | None) -> Text:
    """A limit, `5 个工作日`; one of nothing is the same day (当日)."""
    if not limit:
        return Text("—", "—")
    if limit["value"] == 0:
        return Text("当日", "the same day")
    unit = UNIT[str(limit["unit"])]
    count = str(limit["value"])
    singular = unit.en.removesuffix("s") if count == "1" else unit.en
    return Text(unit.zh.replace("{n}", count), singular.replace("{n}", count))


def act_title(act: str, details: Mapping[str, Any], name_en: str = "") -> Text:
    """An entry of the log in words: the act, and what it was done to; `name_en` is the English of the latter."""
    title = word(ACT, act)
    for key, pattern in _QUOTED:
        named = details.get(key)
        if named:
            return Text(title.zh + pattern.format(named), f"{title.en}: {name_en or named}")
    return title


def act_note(details: Mapping[str, Any]) -> Text:
    """What else an entry says: papers, registers, clocks, reason, outcome."""
    parts: list[Text] = []
    for number in details.get("papers") or ():
        parts.append(Text(f"出具 {number}", f"issued {number}"))
    for name in details.get("registers") or ():
        parts.append(Text(f"登记台账“{name}”", f"entered in register “{name}”"))
    if details.get("files"):
        count = len(details["files"])
        parts.append(Text(f"附件 {count} 个", f"{count} files attached" if count > 1 else "one file attached"))
    parts += [word(CLOCK, one) for one in details.get("clocks") or ()]
    if details.get("notice") and "due_on" in details:
        was, now = (one or "—" for one in details["due_on"])
        parts.append(Text(f"到期日由 {was} 改为 {now}（{details['notice']}）", f"due {now} instead of {was}"))
    if details.get("incidents"):
        parts.append(Text("流程异常，待处理", "an incident to be dealt with"))
    if details.get("thing"):
        parts.append(Text(f"对象：{details['thing']}", f"on: {details['thing']}"))
    if details.get("reason"):
        parts.append(Text(f"理由：{details['reason']}", f"reason: {details['reason']}"))
    if details.get("outcome"):
        outcome = word(OUTCOME, str(details["outcome"]))
        parts.append(Text(f"结果：{outcome.zh}", f"outcome: {outcome.en.lower()}"))
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))
