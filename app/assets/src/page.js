// What every bundle needs of the page: its language, its data, its elements, its announcements.

/** Whether the page is Chinese (`<html lang>` decides). */
export const chinese = !document.documentElement.lang.toLowerCase().startsWith('en');

/**
 * One of two wordings, with `{name}` filled in.
 * @param {[string, string]} words Chinese and English
 * @param {Record<string, string | number>} [values]
 */
export function say([zh, en], values = {}) {
  return fill(chinese ? zh : en, values);
}

/**
 * @param {string} template with `{name}` in it
 * @param {Record<string, string | number>} [values]
 */
export function fill(template, values = {}) {
  return template.replace(/{([^}]+)}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The JSON in `<script type="application/json" id="…">`, or null where the page has none.
 * @param {string} id
 */
export function pageData(id) {
  const script = document.getElementById(id);
  return script ? JSON.parse(script.textContent) : null;
}

/**
 * An element. Attributes that are false, null or undefined are left out; functions become listeners.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function draw(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** The CSRF token of the page. */
export function csrf() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute('content') ?? '';
}

/**
 * Says something to everybody: a line that screen readers read out. Errors stay until closed.
 * @param {string} text
 * @param {'info' | 'success' | 'danger'} [tone]
 */
export function announce(text, tone = 'info') {
  const region = document.getElementById('announcements');
  if (!region) return;
  const close = make('button', {
    type: 'button',
    class: 'btn-close',
    'aria-label': say(['关闭', 'Close']),
    click: () => line.remove(),
  });
  const line = make('div', { class: `alert alert-${tone} alert-dismissible`, role: tone === 'danger' ? 'alert' : null }, text, close);
  region.append(line);
}

/** Marks the page as ready: tests and screenshots wait for it. */
export function ready() {
  document.documentElement.dataset.ready = '1';
}

/**
 * Hours and minutes in the page's language.
 * @param {Date} time
 */
export function clockTime(time) {
  return time.toLocaleTimeString(chinese ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });
}
