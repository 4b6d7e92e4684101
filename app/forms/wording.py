"""What forms say to people, in Chinese and English. Arguments are quoted as they are; pages escape them."""

from app.errors import Text

VERBS = {
    "select": ("请选择", "Choose"),
    "radio": ("请选择", "Choose"),
    "checklist": ("请选择", "Choose"),
    "taglist": ("请选择", "Choose"),
    "datetime": ("请选择", "Choose"),
    "checkbox": ("请勾选", "Tick"),
    "filepicker": ("请上传", "Upload"),
}

WORDS: dict[str, Text] = {
    "required": Text("必填", "required"),
    "yes": Text("是", "Yes"),
    "no": Text("否", "No"),
    "none": Text("无", "None"),
    "choose": Text("请选择", "Choose"),
    "add_row": Text("新增一行", "Add a row"),
    "remove_row": Text("删除第 {n} 行", "Remove row {n}"),
    "row": Text("第 {n} 行", "Row {n}"),
    "remove_file": Text("不再附上", "Detach"),
    "summary": Text("以下内容需要改正", "Please correct the following"),
    "open": Text("打开", "Open"),
    "nothing": Text("没有内容", "Nothing to show"),
    "time": Text("时间", "Time"),
    "hint_date": Text("年-月-日，例如 2026-01-31", "Year-month-day, such as 2026-01-31"),
    "hint_time": Text("24 小时制，例如 09:30", "24-hour clock, such as 09:30"),
    "hint_datetime": Text("日期和时间，例如 2026-01-31 09:30", "Date and time, such as 2026-01-31 09:30"),
    "hint_filepicker": Text("可上传 {kinds}", "Files taken: {kinds}"),
}


def quoted(zh: str, en: str, label: str, **values: object) -> Text:
    """Both wordings with the field's label and the values filled in."""
    return Text(zh.format(label=f"“{label}”", **values), en.format(label=f"“{label}”", **values))


def required(kind: str, label: str) -> Text:
    zh, en = VERBS.get(kind, ("请填写", "Enter"))
    return Text(f"{zh}“{label}”", f"{en} “{label}”")


def digits_behind_point(label: str, digits: int) -> Text:
    if digits == 0:
        return quoted("{label}应为整数", "{label} must be a whole number", label)
    return quoted(
        "{label}最多保留 {digits} 位小数",
        "{label} may have at most {digits} decimal digits" if digits > 1 else "{label} may have one decimal digit",
        label,
        digits=digits,
    )


def off_step(label: str, step: str, below: str, above: str) -> Text:
    return quoted(
        "{label}应为 {step} 的整数倍，最接近的是 {below} 和 {above}",
        "{label} must be a multiple of {step}; the nearest are {below} and {above}",
        label,
        step=step,
        below=below,
        above=above,
    )


def too_little(label: str, bound: str) -> Text:
    return quoted("{label}不得小于 {bound}", "{label} must be at least {bound}", label, bound=bound)


def too_much(label: str, bound: str) -> Text:
    return quoted("{label}不得大于 {bound}", "{label} must be at most {bound}", label, bound=bound)


def no_lower_bound(label: str) -> Text:
    return quoted(
        "{label}的下限无法算出，请联系管理员",
        "The minimum of {label} cannot be computed; tell the administrator",
        label,
    )


def no_upper_bound(label: str) -> Text:
    return quoted(
        "{label}的上限无法算出，请联系管理员",
        "The maximum of {label} cannot be computed; tell the administrator",
        label,
    )


def too_short(label: str, bound: str) -> Text:
    return quoted("{label}不得少于 {bound} 个字", "{label} must have at least {bound} characters", label, bound=bound)


def too_long(label: str, bound: str) -> Text:
    return quoted("{label}不得超过 {bound} 个字", "{label} must have at most {bound} characters", label, bound=bound)


def short_reason(label: str, bound: int, count: int) -> Text:
    return quoted(
        "{label}至少写 {bound} 个字（不计空格），现有 {count} 个字",
        "{label} needs at least {bound} characters, spaces not counted; it has {count}",
        label,
        bound=bound,
        count=count,
    )


def off_pattern(label: str) -> Text:
    return quoted("{label}的格式不正确", "{label} is not in the expected format", label)


def no_phone(label: str) -> Text:
    return quoted(
        "{label}应为带国际区号的电话号码，例如 +8613800138000",
        "{label} must be an international phone number such as +8613800138000",
        label,
    )


def no_email(label: str) -> Text:
    return quoted("{label}应为电子邮箱地址", "{label} must be an e-mail address", label)


def wrong_kind(label: str, name: str, wanted: str) -> Text:
    return quoted(
        "{label}中的文件“{name}”不是要求的类型，可以上传 {wanted}",
        "{label}: the file “{name}” is not of the kinds that are asked for: {wanted}",
        label,
        name=name,
        wanted=wanted,
    )


def many_files(label: str, count: int) -> Text:
    return quoted("{label}最多上传 {count} 个文件", "{label} takes at most {count} files", label, count=count)


def large_file(label: str, name: str, megabytes: int) -> Text:
    return quoted(
        "{label}中的文件“{name}”超过 {megabytes} MB,请压缩或拆分后再上传",
        "{label}: the file “{name}” is larger than {megabytes} MB; make it smaller or split it",
        label,
        name=name,
        megabytes=megabytes,
    )


# Why a value cannot be one of the component's type; the label is filled in when somebody reads it.
NO_NUMBER = Text("{label}应填写数字", "{label} must be a number")
NO_OPTION = Text(
    "{label}中有不在可选范围内的内容，请重新选择", "{label} has a choice that is not offered; choose again"
)
NO_DATE = Text("{label}应为有效日期，例如 2026-01-31", "{label} must be a date such as 2026-01-31")
NO_TIME = Text("{label}应为有效时间，例如 09:30", "{label} must be a time such as 09:30")
NO_DATETIME = Text("{label}应为有效的日期和时间", "{label} must be a date and a time")
PAST_DATE = Text("{label}不得早于今天", "{label} may not lie in the past")
NO_FILES = Text("{label}的文件未能识别，请重新上传", "The files of {label} were not recognised; upload them again")
ONE_FILE = Text("{label}只能上传一个文件", "{label} takes one file only")
MANY_FILES = Text("{label}的文件过多", "{label} has too many files")
LONG_TEXT = Text("{label}的内容过长", "The text of {label} is too long")
BAD_TEXT = Text("{label}含有无法保存的字符", "{label} has characters that cannot be stored")
MANY_ROWS = Text("{label}的行数过多", "{label} has too many rows")


def about(label: str, complaint: Text) -> Text:
    """The complaint with the field's label."""
    return Text(complaint.zh.replace("{label}", f"“{label}”"), complaint.en.replace("{label}", f"“{label}”"))
