// form-js adds and removes rows without a word; here each row has a name, and what happened is read out.
import { make, say } from '../page.js';

const ROW = ['第 {n} 行', 'Row {n}'];
const ADDED = ['已新增一行，现有 {count} 行', 'A row was added; there are {count} now'];
const REMOVED = ['已删除一行，现有 {count} 行', 'A row was removed; there are {count} now'];
const LIST = '.fjs-form-field-dynamiclist';

export class Rows {
  /** @param {HTMLElement} host where the form is */
  constructor(host) {
    this.host = host;
    this.status = make('p', { class: 'visually-hidden', role: 'status' });
    host.after(this.status);
    this.counts = new Map();
    this.refresh(true);
  }

  /** Looks at the lists as they are drawn now. @param {boolean} [quietly] */
  refresh(quietly = false) {
    const before = this.counts;
    this.counts = new Map([...this.host.querySelectorAll(LIST)].map(list => [list, this.name(list)]));
    for (const [list, count] of this.counts) {
      const had = before.get(list);
      if (!quietly && had !== undefined && had !== count) this.status.textContent = say(count > had ? ADDED : REMOVED, { count });
    }
  }

  /** Names the list's own rows, not those of lists inside it, and counts them. @param {Element} list */
  name(list) {
    const rows = [...list.querySelectorAll('.fjs-repeat-row-container')].filter(row => row.closest(LIST) === list);
    rows.forEach((row, index) => {
      row.setAttribute('role', 'group');
      row.setAttribute('aria-label', say(ROW, { n: index + 1 }));
    });
    return rows.length;
  }
}
