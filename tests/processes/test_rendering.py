"""The same diagrams as bpmn-js draws them in Chromium: the labels that a person sees (R056)."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import unavailable
from tests.processes.drawing import FILES, SHELF, Box, drawing
from tests.processes.test_drawings import covered

pytestmark = pytest.mark.browser
VIEWER = Path(__file__).parents[2] / "app/assets/node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"
READ = """async xml => {
  const viewer = new BpmnJS({ container: '#canvas' });
  const { warnings } = await viewer.importXML(xml);
  const root = viewer.get('canvas').getContainer().querySelector('.viewport');
  const seen = viewer.get('elementRegistry').filter(() => true).map(one => {
    const gfx = viewer.get('elementRegistry').getGraphics(one);
    const text = gfx.querySelector(':scope > .djs-visual text');
    const box = text && text.getBBox();
    const at = text && gfx.getCTM().inverse() && root.getCTM().inverse().multiply(text.getCTM());
    return {
      id: one.id.replace(/_label$/, ''), label: one.id.endsWith('_label'),
      text: text ? text.textContent : '',
      box: box ? [at.e + box.x, at.f + box.y, box.width, box.height] : null,
    };
  });
  viewer.destroy();
  return { warnings: warnings.map(one => one.message), seen };
}"""


@pytest.fixture(scope="module")
def seen(browser: Browser) -> dict[str, Any]:
    """What bpmn-js made of each diagram."""
    if not VIEWER.exists():
        unavailable("bpmn-js is not installed: run npm ci in app/assets")
    page = browser.new_page()
    page.set_content('<meta charset="utf-8"><div id="canvas" style="width:1600px;height:900px"></div>')
    page.add_script_tag(path=VIEWER)
    shown = {file: page.evaluate(READ, (SHELF / file).read_text(encoding="utf-8")) for file in FILES}
    page.close()
    return shown


@pytest.mark.parametrize("file", FILES)
def test_R056_rendered_labels_are_the_names_of_the_nodes(file: str, seen: dict[str, Any]) -> None:
    assert seen[file]["warnings"] == []
    drawn = drawing(file)
    shown = {one["id"]: _bare(one["text"]) for one in seen[file]["seen"] if one["text"]}
    names = {node.id: _bare(node.name) for node in drawn.nodes.values()}
    names |= {flow.id: _bare(flow.name) for flow in drawn.flows.values() if flow.name}
    assert {key: shown.get(key) for key in names} == names


@pytest.mark.parametrize("file", FILES)
def test_rendered_labels_cover_nothing(file: str, seen: dict[str, Any]) -> None:
    labels = {one["id"]: Box(*one["box"]) for one in seen[file]["seen"] if one["label"] and one["box"]}
    assert labels
    assert covered(labels, file) == []


@pytest.mark.parametrize("file", FILES)
def test_rendered_names_fit_into_their_shapes(file: str, seen: dict[str, Any]) -> None:
    nodes = drawing(file).nodes
    inside = [one for one in seen[file]["seen"] if one["id"] in nodes and not one["label"] and one["box"]]
    assert inside
    assert [one["id"] for one in inside if not nodes[one["id"]].box.contains(Box(*one["box"]))] == []


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
