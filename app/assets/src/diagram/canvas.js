// A read-only BPMN diagram: opened, fitted, zoomed. Its watermark stays where bpmn.io puts it.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './canvas.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { make, say } from '../page.js';
import { word } from '../words/diagram.js';

const MARGIN = 24; // pixels around the drawing: room for badges
const TOOLS = 36; // pixels above it
const SIGN = 44; // pixels below it: nothing may cover bpmn.io's sign
const LARGEST = 1.1; // a small diagram is not blown up
const BARE = [
  '文件里没有图形信息（BPMNDI），画不出流程图；请在建模工具里画好后重新导出',
  'The file has no drawing (BPMNDI); draw it in a modelling tool and export it again',
];
const FAILED = ['流程图无法显示：{reason}', 'The diagram cannot be shown: {reason}'];

/**
 * Opens a diagram in `host` and returns its viewer; where it cannot be drawn, says so in `host` and returns null.
 * @param {HTMLElement} host
 * @param {{xml?: string, xmlUrl?: string}} source
 */
export async function openDiagram(host, source) {
  const canvas = make('div', { class: 'diagram-canvas' });
  host.classList.add('diagram');
  host.setAttribute('role', 'group');
  if (!host.hasAttribute('aria-label')) host.setAttribute('aria-label', say(['流程图', 'Diagram']));
  host.replaceChildren(canvas);
  const viewer = new NavigatedViewer({
    container: canvas,
    zoomScroll: { enabled: false },
    overlays: { defaults: { scale: { min: 0.7 } } }, // badges stay legible when a large drawing is fitted
    additionalModules: [{ translate: ['value', word] }],
  });
  try {
    await viewer.importXML(source.xml ?? (await load(source.xmlUrl)));
  } catch (error) {
    viewer.destroy();
    // bpmn-js knows this case by its words only.
    const told = error.message === 'no diagram to display' ? say(BARE) : say(FAILED, { reason: error.message });
    host.replaceChildren(make('p', { class: 'diagram-failed' }, told));
    return null;
  }
  host.prepend(tools(viewer));
  wheelWhenFocused(viewer, canvas);
  fitHeight(viewer, host, canvas);
  fit(viewer);
  new ResizeObserver(() => fit(viewer)).observe(canvas);
  return viewer;
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.text();
}

/** Shows the whole drawing, centred. */
export function fit(viewer) {
  const canvas = viewer.get('canvas');
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !inner.width) return;
  const scale = Math.min(
    LARGEST,
    (outer.width - 2 * MARGIN) / inner.width,
    (outer.height - MARGIN - SIGN) / inner.height,
  );
  look(canvas, { ...inner, height: inner.height + (SIGN - MARGIN) / scale }, scale);
}

/** Selects an element and puts it into the middle; false where the diagram has no such element. */
export function centre(viewer, id) {
  const element = viewer.get('elementRegistry').get(id);
  if (!element) return false;
  const canvas = viewer.get('canvas');
  canvas.setRootElement(canvas.findRoot(element));
  if (element !== canvas.getRootElement()) {
    viewer.get('selection').select(element);
    look(canvas, canvas.getAbsoluteBBox(element) && box(element), Math.max(0.8, canvas.zoom()));
  }
  return true;
}

function box(element) {
  if (!element.waypoints) return element;
  const xs = element.waypoints.map(point => point.x);
  const ys = element.waypoints.map(point => point.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function look(canvas, { x, y, width, height }, scale) {
  const { outer } = canvas.viewbox();
  const [wide, high] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: x + width / 2 - wide / 2, y: y + height / 2 - high / 2, width: wide, height: high });
}

/** As high as the drawing needs at this width, within what CSS allows. */
function fitHeight(viewer, host, canvas) {
  if (host.dataset.height === 'fixed') return;
  const { inner } = viewer.get('canvas').viewbox();
  const scale = Math.min(LARGEST, (canvas.clientWidth - 2 * MARGIN) / inner.width);
  host.style.height = `${Math.ceil(inner.height * scale + MARGIN + SIGN + TOOLS)}px`;
}

function tools(viewer) {
  const by = factor => () => viewer.get('canvas').zoom(viewer.get('canvas').zoom() * factor, 'auto');
  const button = (text, label, click) =>
    make('button', { type: 'button', class: 'btn btn-sm', 'aria-label': say(label), title: say(label), click }, text);
  return make(
    'div',
    { class: 'diagram-tools', role: 'toolbar', 'aria-label': say(['缩放', 'Zoom']) },
    button('+', ['放大', 'Zoom in'], by(1.25)),
    button('−', ['缩小', 'Zoom out'], by(0.8)),
    button(say(['全图', 'Fit']), ['显示全图', 'Fit the whole diagram'], () => fit(viewer)),
  );
}

/** The wheel scrolls the page, until somebody has clicked into the diagram. */
function wheelWhenFocused(viewer, canvas) {
  const scroll = viewer.get('zoomScroll');
  canvas.addEventListener('pointerdown', () => scroll.toggle(true));
  document.addEventListener('pointerdown', event => {
    if (!canvas.contains(event.target)) scroll.toggle(false);
  });
}
