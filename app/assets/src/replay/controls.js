// Slider, buttons and speed of the replay. They know a position and a length, and nothing of cases.
import { make, say } from '../page.js';

const SPEEDS = [0.5, 1, 2, 4];
const STEP_MS = 1400;

export class Controls {
  /**
   * @param {number} length number of steps; the position runs from 0, before everything, to `length`
   * @param {(position: number, playing: boolean) => void} onMove
   * @param {(position: number) => string} describe what stands at a position, for screen readers and beside the slider
   */
  constructor(length, onMove, describe) {
    Object.assign(this, { length, onMove, describe, position: 0, timer: null });
    this.slider = make('input', {
      type: 'range',
      min: 0,
      max: length,
      step: 1,
      class: 'replay-slider',
      'aria-label': say(['回放进度', 'Position']),
      input: () => this.go(Number(this.slider.value)),
    });
    this.play = make('button', { type: 'button', class: 'btn btn-primary replay-play', click: () => this.toggle() });
    this.speed = make(
      'select',
      { class: 'form-select', 'aria-label': say(['播放速度', 'Speed']) },
      ...SPEEDS.map(times => make('option', { value: times, selected: times === 1 }, `${times}×`)),
    );
    this.where = make('output', { class: 'replay-where', role: 'status' });
    this.element = make(
      'div',
      { class: 'replay-controls', role: 'group', 'aria-label': say(['回放', 'Replay']) },
      make('button', { type: 'button', class: 'btn', click: () => this.go(this.position - 1) }, say(['上一步', 'Back'])),
      this.play,
      make('button', { type: 'button', class: 'btn', click: () => this.go(this.position + 1) }, say(['下一步', 'Next'])),
      this.slider,
      this.where,
      this.speed,
    );
    this.label();
    document.addEventListener('keydown', event => this.key(event));
  }

  /** Goes to a position; by hand, so that playing ends. */
  go(position) {
    this.stop();
    this.move(position);
  }

  move(position) {
    this.position = Math.min(Math.max(position, 0), this.length);
    this.slider.value = String(this.position);
    const text = this.describe(this.position);
    this.slider.setAttribute('aria-valuetext', text);
    this.where.textContent = text;
    this.onMove(this.position, this.timer !== null);
  }

  toggle() {
    if (this.timer !== null) return this.stop();
    if (this.position === this.length) this.move(0);
    this.tick();
    return undefined;
  }

  tick() {
    this.timer = setTimeout(() => {
      this.move(this.position + 1);
      if (this.position < this.length) this.tick();
      else this.stop();
    }, STEP_MS / Number(this.speed.value));
    this.label();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.label();
  }

  label() {
    this.play.textContent = say(this.timer === null ? ['播放', 'Play'] : ['停止', 'Stop']);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return; // the slider moves by itself
    if (event.target.closest?.('.diagram-canvas')) return; // there the arrows move the drawing
    const to = {
      ArrowLeft: this.position - 1,
      ArrowRight: this.position + 1,
      Home: 0,
      End: this.length,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.go(to);
  }
}
