// Saves what is typed, as it is typed, and says when. Nothing typed is lost without a question.
import { clockTime, csrf, make, say } from '../page.js';

const PAUSE_MS = 1000; // after the last key
const LATEST_MS = 8000; // while somebody types without a pause
const RETRY_MS = [2000, 5000, 15_000, 30_000];

const SAVED = ['草稿已于 {time} 保存', 'Draft saved at {time}'];
const FAILED = ['草稿暂时无法保存，正在重试；请不要关闭本页', 'The draft cannot be saved at the moment; retrying. Please keep this page open'];
const REFUSED = ['草稿未保存：{reason}', 'The draft was not saved: {reason}'];
const LOGIN = ['登录已过期，请在新窗口重新登录', 'your session has ended; log in again in another window'];
const GONE = ['任务已有变化，请刷新', 'the task has changed; reload the page'];

export class Drafts {
  /**
   * @param {{host: HTMLElement, url?: string, unsaved?: boolean, read: () => object}} options
   *   `read` gives the answers as they stand
   */
  constructor({ host, url, unsaved = false, read }) {
    this.url = url;
    this.read = read;
    this.kept = JSON.stringify(read());
    this.dirty = unsaved;
    this.failures = 0;
    this.ended = false;
    this.status = document.getElementById('draft-status') ?? make('p', { id: 'draft-status' });
    this.status.setAttribute('role', 'status');
    if (!this.status.isConnected) host.after(this.status);
    window.addEventListener('beforeunload', event => {
      if (this.dirty && !this.ended) event.preventDefault();
    });
    window.addEventListener('online', () => this.failures && this.save());
    if (unsaved) this.plan(PAUSE_MS);
  }

  /** Something in the form may have changed. */
  changed() {
    if (this.ended || (!this.dirty && JSON.stringify(this.read()) === this.kept)) return;
    this.dirty = true;
    this.since ??= Date.now();
    const left = this.since + LATEST_MS - Date.now();
    this.plan(Math.max(0, Math.min(PAUSE_MS, left)));
  }

  /** The answers are on their way as a whole: no more drafts, no question on leaving. */
  stop() {
    this.ended = true;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  plan(delay) {
    clearTimeout(this.timer);
    if (this.url && !this.ended) this.timer = setTimeout(() => this.save(), delay);
  }

  async save() {
    if (this.saving || this.ended) return;
    this.saving = true;
    this.since = undefined;
    const answers = JSON.stringify(this.read());
    try {
      await this.send(answers);
    } catch {
      this.again();
    } finally {
      this.saving = false;
    }
  }

  /** @param {string} answers as JSON */
  async send(answers) {
    this.request = new AbortController();
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf(), Accept: 'application/json' },
      body: `{"answers":${answers}}`,
      redirect: 'manual',
      signal: this.request.signal,
    });
    if (answer.ok) this.done(answers);
    else if (answer.status >= 500 || answer.status === 429) this.again();
    else await this.refused(answer);
  }

  done(answers) {
    this.kept = answers;
    this.failures = 0;
    this.dirty = JSON.stringify(this.read()) !== answers;
    if (this.dirty) this.plan(PAUSE_MS);
    this.say(say(SAVED, { time: clockTime(new Date()) }), 'saved');
  }

  again() {
    if (this.ended) return;
    this.plan(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
    this.failures += 1;
    this.say(say(FAILED), 'failed');
  }

  /** The server will not have this draft, and trying again would not help until something changes. */
  async refused(answer) {
    const login = answer.type === 'opaqueredirect' || answer.status === 401;
    const problem = login ? null : await answer.json().catch(() => null);
    this.say(say(REFUSED, { reason: problem?.detail ?? problem?.title ?? say(login ? LOGIN : GONE) }), 'failed');
  }

  /** @param {string} text @param {'saved' | 'failed'} state */
  say(text, state) {
    this.status.dataset.state = state;
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}
