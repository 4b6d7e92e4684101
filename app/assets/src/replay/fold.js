// The state of a case after n steps, from the steps alone. Any step is shown at once, and back is as easy as on.

/**
 * @typedef {object} Delta what one step changed on one diagram; everything may be missing
 * @property {string[]} [entered] elements, in order; once per visit
 * @property {string[]} [left] completed
 * @property {string[]} [cancelled] left without being completed
 * @property {string[]} [flows] sequence flows taken
 * @property {string[]} [late] found overdue
 * @property {string[]} [incidents]
 * @property {string[]} [resolved] incidents gone
 * @property {Record<string, string>} [badge] element id to who and when
 *
 * @typedef {Delta & {deltas?: Record<string, Delta>}} Step `deltas` by diagram key where there are several diagrams
 */

/**
 * @param {Step[]} steps
 * @param {number} count of steps that have happened
 * @param {string} key of the diagram
 */
export function fold(steps, count, key) {
  const state = { open: {}, done: new Set(), late: new Set(), incidents: new Set(), flows: new Set(), counts: {}, badges: {} };
  for (const step of steps.slice(0, count)) apply(state, deltaOf(step, key));
  return { ...state, current: Object.keys(state.open).filter(id => state.open[id] > 0) };
}

/** @param {Step} step @param {string} key @returns {Delta} */
export function deltaOf(step, key) {
  return (step.deltas ? step.deltas[key] : step) ?? {};
}

function apply(state, delta) {
  for (const id of delta.entered ?? []) {
    state.open[id] = (state.open[id] ?? 0) + 1;
    state.counts[id] = (state.counts[id] ?? 0) + 1;
  }
  for (const id of delta.left ?? []) {
    close(state, id);
    state.done.add(id);
  }
  for (const id of delta.cancelled ?? []) close(state, id);
  for (const id of delta.flows ?? []) state.flows.add(id);
  for (const id of delta.late ?? []) state.late.add(id);
  for (const id of delta.incidents ?? []) state.incidents.add(id);
  for (const id of delta.resolved ?? []) state.incidents.delete(id);
  Object.assign(state.badges, delta.badge);
}

function close(state, id) {
  state.open[id] = Math.max(0, (state.open[id] ?? 0) - 1);
}
