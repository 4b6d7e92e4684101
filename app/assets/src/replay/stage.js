// The diagrams of a case, one visible at a time; each is drawn when it is first looked at.
import { make, say } from '../page.js';

export class Stage {
  /**
   * @param {{key: string, name: string}[]} diagrams
   * @param {(box: HTMLElement) => Promise<object | null>} draw
   * @param {() => void} onSwitch after somebody has chosen another diagram
   */
  constructor(diagrams, draw, onSwitch) {
    this.draw = draw;
    this.key = diagrams[0].key;
    this.boxes = new Map(diagrams.map(({ key, name }) => [key, make('div', { 'data-key': key, 'data-height': 'fixed', 'aria-label': name || null })]));
    this.tabs = new Map(diagrams.map(({ key, name }) => [key, make('button', {
      type: 'button',
      class: 'btn btn-sm',
      click: () => {
        this.follow(key);
        onSwitch();
      },
    }, name)]));
    this.promises = new Map();
    const tabs = make('div', { class: 'replay-tabs', role: 'group', 'aria-label': say(['流程图', 'Diagrams']) }, ...this.tabs.values());
    tabs.hidden = diagrams.length < 2;
    this.element = make('div', {}, tabs, ...this.boxes.values());
    this.follow(this.key);
  }

  /** Shows another diagram; does nothing for an unknown key. */
  follow(key) {
    if (!this.boxes.has(key)) return;
    this.key = key;
    for (const [one, box] of this.boxes) box.hidden = one !== key;
    for (const [one, tab] of this.tabs) tab.setAttribute('aria-pressed', String(one === key));
  }

  /** What `draw` gave for the visible diagram. */
  drawn() {
    const { key } = this;
    if (!this.promises.has(key)) this.promises.set(key, this.draw(this.boxes.get(key)));
    return this.promises.get(key);
  }
}
