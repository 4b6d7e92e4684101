// form-js's viewer, made Chinese and given what the server found.
import { Form } from '@bpmn-io/form-js-viewer';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { chinese } from '../page.js';
import { word } from '../words/form.js';

if (chinese) flatpickr.localize(Mandarin);

/**
 * Shows the form in place of what the host holds.
 * `debounce: false`, because with form-js's 300 ms fast typing loses values.
 * @param {HTMLElement} host
 * @param {{schema: object, data?: object, readonly?: boolean}} given
 */
export async function openForm(host, { schema, data = {}, readonly = false }) {
  host.replaceChildren();
  const form = new Form({
    container: host,
    debounce: false,
    properties: { readOnly: readonly },
    additionalModules: [{ translate: ['value', word] }],
  });
  await form.importSchema(schema, data);
  return form;
}

/**
 * Puts the server's messages into the fields, and waits until they stand there.
 * @param {Form} form
 * @param {Record<string, string[]>} errors
 */
export async function showErrors(form, errors) {
  form._setState({ errors: byPath(errors) });
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** form-js keeps errors of list rows as {id: {0: {1: [message]}}}; the server writes "id[0][1]". */
function byPath(errors) {
  const tree = {};
  for (const [key, messages] of Object.entries(errors)) {
    const path = key.split(/[[\]]+/).filter(Boolean);
    const last = path.pop();
    if (last === undefined) continue;
    const place = path.reduce((node, part) => (node[part] ??= {}), tree);
    place[last] = messages;
  }
  return tree;
}
