// Dots that run along the flows of a step. Decoration: the state never waits for them.
import { draw } from '../page.js';

const RUN_MS = 600;

/** @param {object} viewer @param {string[]} flows ids of sequence flows */
export function runTokens(viewer, flows) {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const layer = viewer.get('canvas').getLayer('tokens', 2);
  layer.replaceChildren();
  for (const id of flows) {
    const flow = viewer.get('elementRegistry').get(id);
    if (flow?.waypoints) run(layer, flow.waypoints);
  }
}

function run(layer, waypoints) {
  const path = draw('path', { d: `M${waypoints.map(({ x, y }) => `${x} ${y}`).join('L')}` });
  const dot = draw('circle', { r: 7, class: 'token' });
  layer.append(dot);
  const length = path.getTotalLength();
  const begun = performance.now();
  requestAnimationFrame(function step(now) {
    const part = Math.min(1, Math.max(0, (now - begun) / RUN_MS));
    const { x, y } = path.getPointAtLength(length * part);
    dot.setAttribute('cx', x);
    dot.setAttribute('cy', y);
    if (part === 1) dot.remove();
    else if (dot.isConnected) requestAnimationFrame(step);
  });
}
