// Puts the state of a case on its diagram: colours, shapes, badges, visits, ways into called diagrams.
import { make, say } from '../page.js';
import { shape } from './shapes.js';

/** Later ones win where an element is in several states. */
const STATES = ['done', 'current', 'late', 'incident'];

/**
 * @typedef {object} Marks what to show; ids that the diagram does not have are passed over
 * @property {Iterable<string>} [done]
 * @property {Iterable<string>} [current]
 * @property {Iterable<string>} [late]
 * @property {Iterable<string>} [incidents]
 * @property {Iterable<string>} [flows] sequence flows taken
 */

export class Painter {
  constructor(viewer) {
    this.canvas = viewer.get('canvas');
    this.overlays = viewer.get('overlays');
    this.registry = viewer.get('elementRegistry');
    this.shown = new Map();
  }

  /**
   * Shows this state, in place of the one before.
   * @param {Marks} marks
   * @param {{badges?: Record<string, string>, counts?: Record<string, number>}} [more]
   */
  show(marks, { badges = {}, counts = {} } = {}) {
    const wanted = this.wanted(marks);
    for (const [id, state] of this.shown) {
      if (wanted.get(id) !== state) this.canvas.removeMarker(id, `is-${state}`);
    }
    for (const [id, state] of wanted) {
      if (this.shown.get(id) !== state) this.canvas.addMarker(id, `is-${state}`);
    }
    this.shown = wanted;
    this.overlays.remove({ type: 'state' });
    for (const [id, state] of wanted) {
      if (state !== 'taken') this.put(id, { top: 0, left: 0 }, shape(state));
    }
    this.putTexts(badges, counts);
  }

  putTexts(badges, counts) {
    for (const [id, text] of Object.entries(badges)) {
      const state = this.shown.get(id) ?? 'done';
      this.put(id, { top: -3, left: 9 }, make('span', { class: `badge-text badge-${state}` }, text));
    }
    for (const [id, count] of Object.entries(counts)) {
      if (count > 1) this.put(id, { bottom: 8, right: 14 }, make('span', { class: 'badge-count' }, `×${count}`));
    }
  }

  /** @param {Record<string, string>} links element id to the address of the called diagram */
  link(links) {
    for (const [id, href] of Object.entries(links)) {
      const name = this.registry.get(id)?.businessObject.name ?? id;
      const label = say(['展开“{name}”的流程图', 'Open the diagram of {name}'], { name });
      this.put(id, { bottom: 10, left: 6 }, make('a', { class: 'badge-link', href, 'aria-label': label }, say(['展开', 'Open'])), 'link');
    }
  }

  put(id, position, html, type = 'state') {
    const element = this.registry.get(id);
    if (element && element !== this.canvas.getRootElement()) this.overlays.add(id, type, { position, html });
  }

  wanted(marks) {
    const wanted = new Map();
    const mark = (ids, state) => {
      for (const id of ids ?? []) if (this.registry.get(id)) wanted.set(id, state);
    };
    mark(marks.flows, 'taken');
    for (const state of STATES) mark(state === 'incident' ? marks.incidents : marks[state], state);
    return wanted;
  }
}
