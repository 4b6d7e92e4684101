"""What clerks do with forms: find a field by what stands beside it, type, tick, choose, and press the button."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

APPLICATION = {
    "申请人名称（姓名）": "示范县老街口餐饮有限公司",
    "统一社会信用代码": "91990000MA0000012K",
    "法定代表人（负责人、经营者）": "林秋实",
    "证件号码": "990000199001011238",
    "住所（通讯地址）": "示范县老街口 12 号",
    "手机号码": "13900000012",
    "店招（食堂）名称": "老街口小馆",
    "经营场所地址": "示范县老街口 12 号一层",
    "经营场所面积": "120",
    "从业人员人数": "8",
    "食品安全管理员": "何小满",
}


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Type into fields by their labels."""
    for label, value in answers.items():
        page.get_by_role("textbox", name=label, exact=True).fill(value)


def pick(page: Page, choices: Mapping[str, str]) -> None:
    """Choose from groups of radio buttons or boxes: the group's name to the option's."""
    for group, option in choices.items():
        named = page.get_by_role("radiogroup", name=group).or_(page.get_by_role("group", name=group))
        named.get_by_label(option, exact=True).check()


def apply_for_a_restaurant(page: Page) -> None:
    """Fill in the application of a restaurant with cold dishes, whose risk asks for a survey."""
    fill(page, APPLICATION)
    pick(page, {"主体业态": "餐饮服务经营者", "餐饮服务": "热食类食品制售"})
    page.get_by_label("制售冷食类食品").check()
    page.get_by_label("申请人对所填内容").check()


PAINTED = "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go))))"
"""What is drawn hears keys only after it was painted: Preact runs its effects then."""


def choose(field: Locator, option: str) -> None:
    """Choose from a list by the keyboard: it opens with the focus, the arrows walk, Enter takes."""
    field.focus()
    field.page.evaluate(PAINTED)
    walking = field.page.locator(".fjs-dropdownlist-item.focused")
    options = field.page.locator(".fjs-dropdownlist-item").all_inner_texts()
    steps = options.index(option) - options.index(walking.inner_text())
    for _ in range(abs(steps)):
        field.press("ArrowDown" if steps > 0 else "ArrowUp")
    expect(walking).to_have_text(option)
    field.press("Enter")
    walking.wait_for(state="detached")


def judge(page: Page, missing: Mapping[int, str], count: int) -> None:
    """Go through the list of materials: row number to what is to be brought; the rest is complete."""
    for row in range(count):
        choose(page.locator(f"input[id$='Field_material_verdict_{row}']"), "缺少" if row in missing else "齐全")
        if row in missing:
            page.locator(f"textarea[id$='Field_material_defect_{row}']").fill(missing[row])
        else:
            page.locator(f"input[id$='Field_material_pages_{row}']").fill("3")


def type_day(page: Page, label: str, date: str) -> None:
    """Type a date, `2026/03/05`, as the form writes it."""
    field = page.get_by_label(label)
    field.fill(date)
    field.press("Enter")


def fill_and_wait_for_the_draft(page: Page, label: str, text: str) -> None:
    """Type, and wait until the server has kept it."""
    with page.expect_response(lambda one: one.url.endswith("/draft") and text in (one.request.post_data or "")) as kept:
        fill(page, {label: text})
    assert kept.value.status == 200
    expect(page.locator("#draft-status")).to_contain_text("草稿已于")


def submit(page: Page) -> None:
    """Send the form, and wait for the list to which it leads."""
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/tasks")
    expect(page.locator(".alert-success")).to_contain_text("已办理")


def mark(page: Page, element: str) -> Locator:
    """An element of the diagram."""
    return page.locator(f".djs-element[data-element-id='{element}']")
