"""Diagrams in Chromium: a case's state, the replay, the checker's findings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.errors import Finding, Text
from tests.assets.conftest import ROOT, Desk

pytestmark = pytest.mark.browser
Render = Callable[..., str]


def bpmn(body: str, shapes: str, name: str = "p") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"
  targetNamespace="urn:test"><process id="{name}" isExecutable="true">{body}</process>
<di:BPMNDiagram><di:BPMNPlane bpmnElement="{name}">{shapes}</di:BPMNPlane></di:BPMNDiagram></definitions>""".replace(
        "di:BPMN", "bpmndi:BPMN"
    ).replace("xmlns:di=", "xmlns:bpmndi=")


def shape(element: str, x: int, y: int, width: int = 100, height: int = 80) -> str:
    return (
        f'<di:BPMNShape bpmnElement="{element}"><dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
        "</di:BPMNShape>"
    )


def edge(flow: str, *points: tuple[int, int]) -> str:
    ways = "".join(f'<dd:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<di:BPMNEdge bpmnElement="{flow}">{ways}</di:BPMNEdge>'


MAIN = bpmn(
    '<startEvent id="start"/><userTask id="review" name="审查"/><callActivity id="intake" name="收件"/>'
    '<userTask id="approve" name="核准"/><endEvent id="end"/>'
    '<sequenceFlow id="f1" sourceRef="start" targetRef="intake"/>'
    '<sequenceFlow id="f2" sourceRef="intake" targetRef="review"/>'
    '<sequenceFlow id="f3" sourceRef="review" targetRef="approve"/>'
    '<sequenceFlow id="f4" sourceRef="approve" targetRef="end"/>',
    shape("start", 0, 22, 36, 36)
    + shape("intake", 100, 0)
    + shape("review", 260, 0)
    + shape("approve", 420, 0)
    + shape("end", 580, 22, 36, 36)
    + edge("f1", (36, 40), (100, 40))
    + edge("f2", (200, 40), (260, 40))
    + edge("f3", (360, 40), (420, 40))
    + edge("f4", (520, 40), (580, 40)),
)
CALLED = bpmn(
    '<startEvent id="s"/><userTask id="check" name="核对材料"/><sequenceFlow id="g1" sourceRef="s" targetRef="check"/>',
    shape("s", 0, 22, 36, 36) + shape("check", 100, 0) + edge("g1", (36, 40), (100, 40)),
    "intake_process",
)

STEPS = [
    {
        "seq": 1,
        "at": "2026-03-02T01:05:00Z",
        "title": "收到申请",
        "actor": "李静",
        "deltas": {
            "main": {"entered": ["start", "intake"], "left": ["start"], "flows": ["f1"]},
            "intake": {"entered": ["s", "check"], "left": ["s"], "flows": ["g1"]},
        },
    },
    {
        "seq": 2,
        "at": "2026-03-03T02:00:00Z",
        "title": "核对材料",
        "actor": "李静",
        "deltas": {
            "intake": {"left": ["check"], "badge": {"check": "李静 03-03"}},
            "main": {"left": ["intake"], "entered": ["review"], "flows": ["f2"]},
        },
    },
    {
        "seq": 3,
        "at": "2026-03-09 10:00",
        "title": "审查超期",
        "actor": "系统",
        "deltas": {"main": {"late": ["review"]}},
    },
    {
        "seq": 4,
        "at": "2026-03-10T02:00:00Z",
        "title": "退回重核",
        "actor": "赵磊",
        "note": "材料不清",
        "deltas": {"main": {"left": ["review"], "entered": ["review"], "incidents": ["approve"]}},
    },
]


def marks(page: Page, state: str) -> set[str]:
    """The elements that a diagram shows in a state."""
    found = page.locator(f".diagram:visible .djs-element.is-{state}").evaluate_all(
        "list => list.map(one => one.getAttribute('data-element-id'))"
    )
    return set(found)


def not_covered(page: Page, selector: str) -> bool:
    """Whether the middle of an element is what one would click there."""
    return bool(
        page.locator(selector).first.evaluate(
            """element => {
              element.scrollIntoView();
              const box = element.getBoundingClientRect();
              const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return element.contains(hit);
            }"""
        )
    )


CASE = {
    "xml": MAIN,
    "marks": {
        "done": ["start", "intake"],
        "current": ["review"],
        "late": ["review"],
        "flows": ["f1", "f2"],
        "incidents": ["approve"],
        "nonsense": ["x"],
    },
    "badges": {"intake": "李静 03-03", "review": "赵磊", "elsewhere": "x"},
    "counts": {"intake": 2, "review": 1},
    "drill": {"intake": "/cases/1?in=intake"},
}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_case_shows_its_state_by_colour_shape_and_word(desk: Desk, render: Render, language: str) -> None:
    desk.open(render("diagram.html", language, bundle="diagram", data=CASE))
    page = desk.ready()
    assert marks(page, "done") == {"start", "intake"}
    assert marks(page, "late") == {"review"}
    assert marks(page, "incident") == {"approve"}
    assert marks(page, "taken") == {"f1", "f2"}
    assert page.locator(".djs-overlays .shape").count() == 4
    assert page.locator(".badge-count").all_text_contents() == ["×2"]
    assert page.locator(".badge-text").all_text_contents() == ["李静 03-03", "赵磊"]
    assert page.locator(".key li").count() == 5
    assert desk.axe() == []


def test_a_called_diagram_is_one_link_away(desk: Desk, render: Render) -> None:
    desk.open(render("diagram.html", bundle="diagram", data=CASE))
    link = desk.ready().get_by_role("link", name="展开“收件”的流程图")
    assert link.get_attribute("href") == "/cases/1?in=intake"
    assert not_covered(desk.page, ".badge-link")


@pytest.mark.parametrize("bundle", ["diagram", "check", "form"])
def test_the_watermark_stays_visible(desk: Desk, render: Render, bundle: str) -> None:
    if bundle == "form":
        schema = {"type": "default", "components": [{"type": "textfield", "id": "a", "key": "a", "label": "a"}]}
        desk.open(render("form.html", data={"schema": schema, "data": {}, "errors": {}}))
    else:
        desk.open(render("diagram.html", bundle=bundle, data={"xml": MAIN, "findings": []}, findings=[]))
    page = desk.ready()
    assert not_covered(page, ".bjs-powered-by, .fjs-powered-by-link")


UNDRAWN = bpmn("", "").split("<bpmndi")[0] + "</definitions>"


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<nonsense/>", "流程图无法显示"),
        ("", "流程图无法显示"),
        ("not XML", "流程图无法显示"),
        (UNDRAWN, "文件里没有图形信息（BPMNDI）"),
    ],
    ids=["other", "empty", "text", "undrawn"],
)
def test_a_diagram_that_cannot_be_drawn_says_so(desk: Desk, render: Render, xml: str, said: str) -> None:
    desk.open(render("diagram.html", bundle="diagram", data={"xml": xml, "marks": {}}))
    page = desk.ready()
    expect(page.locator(".diagram-failed")).to_contain_text(said)
    assert desk.axe() == []


def test_a_diagram_may_be_fetched(desk: Desk, render: Render) -> None:
    desk.documents["/diagram.bpmn"] = MAIN
    desk.open(render("diagram.html", bundle="diagram", data={"xmlUrl": "/diagram.bpmn"}))
    assert desk.ready().locator(".djs-shape[data-element-id=review]").count() == 1


def test_the_tools_zoom_and_fit(desk: Desk, render: Render) -> None:
    desk.open(render("diagram.html", bundle="diagram", data=CASE))
    page = desk.ready()
    shown = page.locator("[data-element-id=review] .djs-visual rect").first

    def width() -> float:
        box = shown.bounding_box()
        assert box
        return round(box["width"])

    before = width()
    page.get_by_role("button", name="放大").click()
    assert width() > before
    page.get_by_role("button", name="显示全图").click()
    assert width() == before


# --- replay ----------------------------------------------------------------------------------------


@pytest.fixture
def replay(desk: Desk, render: Render) -> Callable[..., Page]:
    def open_(language: str = "zh_CN", at: str = "", **more: Any) -> Page:
        diagrams = [{"key": "main", "name": "主流程", "xml": MAIN}, {"key": "intake", "name": "收件", "xml": CALLED}]
        data = {"diagrams": diagrams, "steps": STEPS, **more}
        desk.open(render("diagram.html", language, bundle="replay", data=data), f"/page{at}")
        return desk.ready()

    return open_


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_replay_opens_at_its_last_step(desk: Desk, replay: Callable[..., Page], language: str) -> None:
    page = replay(language)
    assert marks(page, "incident") == {"approve"}
    assert marks(page, "late") == {"review"}
    assert page.locator(".badge-count").all_text_contents() == ["×2"]
    assert page.locator(".replay-log [aria-current]").text_content() == "2026-03-10 10:00退回重核赵磊 · 材料不清"
    assert desk.axe() == []


def test_any_step_shows_the_state_of_then(replay: Callable[..., Page]) -> None:
    page = replay()
    page.locator(".replay-log button").nth(1).click()
    assert marks(page, "done") == {"start", "intake"}
    assert marks(page, "current") == {"review"}
    assert marks(page, "late") == set()
    assert marks(page, "taken") == {"f1", "f2"}
    assert page.evaluate("location.hash") == "#step=2"
    page.keyboard.press("ArrowLeft")
    assert marks(page, "done") == {"start"}
    assert marks(page, "current") == {"intake"}
    page.keyboard.press("Home")
    assert marks(page, "done") | marks(page, "current") | marks(page, "taken") == set()
    page.keyboard.press("End")
    assert marks(page, "incident") == {"approve"}


def test_the_slider_speaks_and_the_address_opens_a_step(replay: Callable[..., Page]) -> None:
    page = replay(at="#step=2")
    slider = page.get_by_role("slider")
    assert slider.input_value() == "2"
    assert slider.get_attribute("aria-valuetext") == "第 2 步，共 4 步 · 2026-03-03 10:00 · 核对材料 · 李静"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "3"
    assert marks(page, "late") == {"review"}


def test_the_called_diagram_has_its_own_state(replay: Callable[..., Page]) -> None:
    page = replay(at="#step=1")
    page.get_by_role("button", name="收件", exact=True).click()
    expect(page.locator(".diagram:visible [data-element-id=check]")).to_have_count(1)
    expect(page.locator(".diagram:visible .is-current")).to_have_attribute("data-element-id", "check")
    page.keyboard.press("End")
    expect(page.locator(".diagram:visible .is-done[data-element-id=check]")).to_have_count(1)
    assert page.locator(".diagram:visible .badge-text").all_text_contents() == ["李静 03-03"]


def test_playing_runs_to_the_end_and_stops(replay: Callable[..., Page]) -> None:
    page = replay(at="#step=2")
    page.get_by_label("播放速度").select_option("4")
    page.get_by_role("button", name="播放", exact=True).click()
    expect(page.get_by_role("button", name="停止")).to_be_visible()
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_visible(timeout=5000)
    assert page.get_by_role("slider").input_value() == "4"


# --- check -----------------------------------------------------------------------------------------

FINDINGS = [
    Finding("error", "post", Text("没有岗位", "no post"), Text("请指定", "name one"), "a.bpmn", "approve", "核准", 12),
    Finding("warning", "limit", Text("没有时限", "no limit"), Text("", ""), "a.bpmn", "f2", "f2"),
    Finding("info", "name", Text("没有名称", "no name"), Text("", ""), "a.bpmn", "start"),
    Finding("error", "whole", Text("不可执行", "not executable"), Text("", ""), "a.bpmn", "p", "p"),
]


@pytest.fixture
def checked(desk: Desk, render: Render) -> Callable[..., Page]:
    def open_(language: str = "zh_CN") -> Page:
        listed = [{"severity": f.severity, "element": f.element, "text": f.text.to(language)} for f in FINDINGS]
        data = {"xml": MAIN, "findings": listed}
        desk.open(render("diagram.html", language, bundle="check", data=data, findings=FINDINGS))
        return desk.ready()

    return open_


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_findings_stand_on_the_diagram_by_shape_and_words(
    desk: Desk, checked: Callable[..., Page], language: str
) -> None:
    page = checked(language)
    assert marks(page, "error") == {"approve"}
    assert marks(page, "warning") == {"f2"}
    assert page.locator(".badge-finding").count() == 3
    assert desk.axe() == []


def test_a_click_on_a_finding_selects_and_centres_its_element(checked: Callable[..., Page]) -> None:
    page = checked()
    page.locator("[data-element=approve]").click()
    expect(page.locator(".djs-element.selected")).to_have_attribute("data-element-id", "approve")
    box = page.locator("[data-element-id=approve] .djs-visual").first.bounding_box()
    canvas = page.locator(".diagram-canvas").bounding_box()
    assert box
    assert canvas
    assert abs((box["x"] + box["width"] / 2) - (canvas["x"] + canvas["width"] / 2)) < 12
    assert page.locator(".finding-chosen").count() == 1


def test_a_click_on_the_diagram_leads_to_the_finding(checked: Callable[..., Page]) -> None:
    page = checked()
    page.locator(".badge-finding").first.click()
    expect(page.locator("[data-element=approve]")).to_be_focused()
    page.locator("[data-element-id=start] .djs-hit").first.click()
    expect(page.locator(".finding-chosen")).to_contain_text("没有名称")


@pytest.mark.parametrize("path", sorted(ROOT.glob("processes/*/*.bpmn")), ids=lambda path: path.stem)
def test_every_diagram_on_the_shelf_opens(desk: Desk, render: Render, path: Path) -> None:
    desk.open(render("diagram.html", bundle="diagram", data={"xml": path.read_text("utf-8"), "marks": {}}))
    page = desk.ready()
    assert page.locator(".djs-shape").count() > 3
