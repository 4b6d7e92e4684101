// Plain forms: one submit per click, and a question before acts that cannot be taken back.

/** Listens to every form of the page. `data-confirm` on a button or form asks first. */
export function guardForms() {
  document.addEventListener('submit', event => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
  document.addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
  });
  // A page that comes back from the browser's history may be sent again.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      form.removeAttribute('aria-busy');
    }
  });
}
