// What is wrong, in one place above the form: it takes the focus, and each line leads to its field.
import { make, say } from '../page.js';

const TITLE = ['有 {count} 处需要更正', '{count} things need correcting'];

export class Summary {
  /**
   * @param {HTMLElement} host where the form is
   * @param {Record<string, string[]>} [errors] the server's messages, for those that no field on the screen shows
   */
  constructor(host, errors = {}) {
    this.host = host;
    this.errors = errors;
    this.box = null;
    this.waiting = false;
  }

  /** Shows the summary and moves the focus to it, once form-js has drawn its messages. */
  open() {
    this.afterDrawing(() => {
      if (this.draw()) this.box.focus();
    });
  }

  /** Follows the fields while they are being corrected. */
  refresh() {
    if (this.box) this.afterDrawing(() => this.draw());
  }

  afterDrawing(act) {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      this.waiting = false;
      act();
    }));
  }

  /** Draws the list anew; false, and no box, when nothing is wrong. */
  draw() {
    const lines = [...this.fieldLines(), ...this.otherLines()];
    if (!lines.length) {
      this.box?.remove();
      this.box = null;
      return false;
    }
    if (!this.box) {
      this.box = make('div', { class: 'error-summary', role: 'group', tabindex: '-1', 'aria-labelledby': 'error-summary-title' });
      this.host.before(this.box);
    }
    const title = make('h2', { id: 'error-summary-title' }, say(TITLE, { count: lines.length }));
    this.box.replaceChildren(title, make('ul', {}, ...lines));
    return true;
  }

  fieldLines() {
    return [...this.host.querySelectorAll('.fjs-form-field-error')].map(message => {
      const field = message.closest('.fjs-form-field');
      const target = field.querySelector('input:not([type="hidden"]), textarea, select, button');
      if (target) target.id ||= `${message.id}-field`;
      const row = field.closest('.fjs-repeat-row-container')?.getAttribute('aria-label') ?? '';
      const own = (field.querySelector('.fjs-label-content')?.firstChild?.textContent ?? '').replace(/[。.]$/, '');
      const label = [row, own].filter(Boolean).join(say([' ', ', ']));
      const link = make('a', { href: `#${target?.id ?? message.id}`, click: event => jump(event, target) });
      const text = message.textContent;
      const told = own && text.startsWith(say([`“${own}”`, `“${own}”`])); // the server's words name their field
      link.textContent = told ? text : `${label}${label ? say(['：', ': ']) : ''}${text}`;
      return make('li', {}, link);
    });
  }

  /** Messages for the form as a whole, or for fields that are not on the screen. */
  otherLines() {
    const shown = new Set([...this.host.querySelectorAll('.fjs-form-field-error li')].map(item => item.textContent));
    const messages = Object.entries(this.errors)
      .filter(([key]) => key === '' || !this.host.querySelector(`[id*="-${CSS.escape(key.split('[')[0])}"]`))
      .flatMap(([, texts]) => texts);
    return messages.filter(text => !shown.has(text)).map(text => make('li', {}, text));
  }
}

function jump(event, target) {
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: 'center' });
}
