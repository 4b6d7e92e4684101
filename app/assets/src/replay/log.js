// The record beside the diagram: a click on a line goes to that step.
import { make, say } from '../page.js';
import { moment } from './times.js';

export class Log {
  /**
   * @param {object[]} steps
   * @param {(position: number) => void} onChoose
   */
  constructor(steps, onChoose) {
    this.title = make('h2', { id: 'replay-log-title' }, say(['办理记录', 'Record']));
    this.buttons = steps.map((step, index) => {
      const more = [step.actor, step.note].filter(Boolean).join(' · ');
      return make(
        'button',
        { type: 'button', click: () => onChoose(index + 1) },
        make('time', {}, moment(step.at)),
        step.title,
        ...(more ? [make('small', {}, more)] : []),
      );
    });
    this.element = make('ol', { class: 'replay-log', tabindex: '-1' }, ...this.buttons.map(button => make('li', {}, button)));
  }

  /** Shows how far the case has come. */
  mark(position) {
    this.buttons.forEach((button, index) => {
      button.parentElement.classList.toggle('happened', index < position);
      if (index + 1 === position) button.setAttribute('aria-current', 'step');
      else button.removeAttribute('aria-current');
    });
    const line = this.buttons[position - 1]?.parentElement;
    if (line) this.element.scrollTop = line.offsetTop - this.element.offsetTop - this.element.clientHeight / 2;
  }
}
