// form-js draws radio buttons and check lists without a group name; screen readers need one.

const KINDS = { '.fjs-form-field-radio': 'radiogroup', '.fjs-form-field-checklist': 'group' };

/** Names every group of choices by its label. @param {HTMLElement} host */
export function nameGroups(host) {
  for (const [selector, role] of Object.entries(KINDS)) {
    for (const field of host.querySelectorAll(selector)) {
      const label = field.querySelector(':scope > .fjs-form-field-label');
      if (!label || field.getAttribute('role') === role) continue;
      label.id ||= `${field.querySelector('input')?.id ?? field.parentElement.id}-label`;
      field.setAttribute('role', role);
      field.setAttribute('aria-labelledby', label.id);
    }
  }
}
