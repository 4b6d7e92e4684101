// The keyboard: `/` search, j and k through rows, `?` the help. Enter opens, because the row's link has the focus.
// People who speak or type by other means can switch the single keys off (WCAG 2.1.4).

const OFF = 'single-keys-off';

/** Starts listening, and binds the switch in the help dialog. */
export function listenToKeys() {
  const toggle = document.querySelector('#shortcuts [data-single-keys]');
  if (toggle) {
    toggle.checked = !off();
    toggle.addEventListener('change', () => {
      if (toggle.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, '1');
    });
  }
  for (const button of document.querySelectorAll('[data-opens-dialog]')) {
    button.hidden = false;
    button.addEventListener('click', () => document.getElementById(button.dataset.opensDialog)?.showModal());
  }
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off()) return;
    if (event.defaultPrevented || typing(event.target) || document.querySelector('dialog[open]')) return;
    if (ACTS[event.key]?.()) event.preventDefault();
  });
}

const ACTS = {
  '/': () => {
    const field = document.querySelector('[data-search], input[type="search"]');
    field?.focus();
    field?.select();
    return Boolean(field);
  },
  '?': () => {
    const help = document.getElementById('shortcuts');
    help?.showModal();
    return Boolean(help);
  },
  j: () => move(1),
  k: () => move(-1),
};

function move(by) {
  const links = [...document.querySelectorAll('[data-rows] [data-open]')];
  if (!links.length) return false;
  const now = links.findIndex(link => link.closest('tr, li')?.contains(document.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: 'nearest' });
  return true;
}

function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function off() {
  return localStorage.getItem(OFF) === '1';
}
