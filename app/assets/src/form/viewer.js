// form-js's viewer, made Chinese and given what the server found.
import { Form } from '@bpmn-io/form-js-viewer';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { chinese } from '../page.js';
import { word } from '../words/form.js';
import { filesModule } from './files.js';

const READ_OUT = { yearAriaLabel: '年', monthAriaLabel: '月', hourAriaLabel: '时', minuteAriaLabel: '分' };
if (chinese) flatpickr.localize({ ...Mandarin, ...READ_OUT });

/**
 * Shows the form in place of what the host holds.
 * `debounce: false`, because with form-js's 300 ms fast typing loses values.
 * @param {HTMLElement} host
 * @param {{schema: object, data?: object, readonly?: boolean, uploadUrl?: string, largestFile?: number}} given
 */
export async function openForm(host, { schema, data = {}, readonly = false, ...files }) {
  host.replaceChildren();
  const form = new Form({
    container: host,
    debounce: false,
    properties: { readOnly: readonly },
    additionalModules: [{ translate: ['value', word] }, filesModule(files)],
  });
  await form.importSchema(schema, data);
  return form;
}

/**
 * Lets fields say what the server found wrong with them, each until its value changes, and shows all of it now.
 * form-js validates a field whenever it is mounted or left, which would wipe messages that were merely set.
 * @param {Form} form
 * @param {Record<string, string[]>} errors by field id; rows of a list as "id[0]"
 * @returns {Promise<() => object>} submits: the answers and what the fields themselves object to
 */
export async function showErrors(form, errors) {
  const validator = form.get('validator');
  const own = validator.validateFieldInstance.bind(validator);
  const refused = new Map();
  let submitting = false;
  validator.validateFieldInstance = (instance, value) => {
    const objections = own(instance, value);
    const key = instance.id + Object.values(instance.indexes ?? {}).map(index => `[${index}]`).join('');
    if (objections.length || submitting || !errors[key]) return objections;
    if (!refused.has(key)) refused.set(key, JSON.stringify(value));
    return refused.get(key) === JSON.stringify(value) ? errors[key] : [];
  };
  if (Object.keys(errors).length) {
    await drawn();
    form.validate();
    await drawn();
  }
  return () => {
    submitting = true; // what the server said of these answers must not keep others from being sent
    try {
      return form.submit();
    } finally {
      submitting = false;
    }
  };
}

/** form-js draws in the frame after a change. */
function drawn() {
  return new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}
