// A diagram with what the checker found on it, in #diagram; the list of findings stands beside it in the page.
//
// <script type="application/json" id="diagram-data"> holds {xml | xmlUrl, findings: [{severity, element, text}]}.
// In the page, every element with data-element="…" leads to that element of the diagram.
import { make, pageData, ready, say } from './page.js';
import { centre, openDiagram } from './diagram/canvas.js';
import { legend } from './diagram/legend.js';
import { shape } from './diagram/shapes.js';

const SEVERITIES = ['info', 'warning', 'error']; // rising
const NOWHERE = ['流程图上没有这个元素', 'This element is not on the diagram'];

const host = document.getElementById('diagram');
const given = pageData('diagram-data');
if (host && given) start();

async function start() {
  const viewer = await openDiagram(host, given);
  if (viewer) {
    mark(viewer, given.findings ?? []);
    host.after(legend(['error', 'warning', 'info']));
    for (const button of document.querySelectorAll('[data-element]')) {
      button.addEventListener('click', () => choose(viewer, button));
    }
    viewer.on('element.click', ({ element }) => highlight(listed(element.id)));
  }
  ready();
}

function choose(viewer, button) {
  highlight(button);
  button.toggleAttribute('data-nowhere', !centre(viewer, button.dataset.element));
  if (button.hasAttribute('data-nowhere')) button.title = say(NOWHERE);
}

function mark(viewer, findings) {
  for (const [id, found] of byElement(findings)) {
    const element = viewer.get('elementRegistry').get(id);
    if (!element || element === viewer.get('canvas').getRootElement()) continue;
    const worst = SEVERITIES[Math.max(...found.map(one => SEVERITIES.indexOf(one.severity)))];
    const text = found.map(one => one.text).join('\n');
    const click = () => {
      const button = listed(id);
      highlight(button);
      button?.focus();
    };
    viewer.get('canvas').addMarker(id, `is-${worst}`);
    const html = make('button', { type: 'button', class: 'badge-finding', title: text, 'aria-label': text, click }, shape(worst));
    viewer.get('overlays').add(id, 'finding', { position: { top: 0, left: 0 }, html });
  }
}

function byElement(findings) {
  const groups = new Map();
  for (const one of findings) {
    if (one.element) groups.set(one.element, [...(groups.get(one.element) ?? []), one]);
  }
  return groups;
}

/** The line of the page's list that belongs to an element. */
function listed(id) {
  return document.querySelector(`[data-element="${CSS.escape(id)}"]`);
}

function highlight(button) {
  for (const line of document.querySelectorAll('.finding-chosen')) line.classList.remove('finding-chosen');
  const line = button?.closest('li, tr');
  line?.classList.add('finding-chosen');
  line?.scrollIntoView({ block: 'nearest' });
}
