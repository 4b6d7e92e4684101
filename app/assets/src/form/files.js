// The file field of our forms, in place of form-js's: files are uploaded as soon as they are chosen, and the answer
// holds what the server knows them by, [{id, name, size, type, hash}]. So they stay chosen whatever becomes of the form.
import { Errors, FilePicker, Label, useExpressionEvaluation, useSingleLineTemplateEvaluation } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { csrf, say } from '../page.js';

const MEGABYTE = 1024 * 1024;
const CHOOSE = ['选择文件', 'Choose a file'];
const REMOVE = ['移除 {name}', 'Remove {name}'];
const SENDING = ['正在上传 {name}…', 'Uploading {name}…'];
const SENT = ['已上传 {name}', '{name} uploaded'];
const REMOVED = ['已移除 {name}', '{name} removed'];
const NOTHING = ['未选择文件', 'No file chosen'];
const LARGEST = ['每个不超过 {size} MB', 'at most {size} MB each'];
const KINDS = ['可上传 {kinds}', 'Files taken: {kinds}'];
const ANY = 'pdf ofd docx xlsx png jpg';
const TOO_LARGE = ['“{name}”超过 {size} MB，请压缩或拆分后再上传', '“{name}” is larger than {size} MB; make it smaller or split it'];
const WRONG = ['“{name}”不是要求的类型，可以上传 {kinds}', '“{name}” is not of the kinds that are asked for: {kinds}'];
const FAILED = ['“{name}”上传失败，请检查网络后重新选择', '“{name}” could not be uploaded; check the network and choose it again'];

const underway = new Set();

/** Settles when no file is on its way any more. @returns {Promise<void> | null} null when none is */
export function arriving() {
  return underway.size ? Promise.allSettled([...underway]).then(() => arriving() ?? undefined) : null;
}

/**
 * The module that makes form-js use this field.
 * @param {{uploadUrl?: string, largestFile?: number}} given without an address files are only shown
 */
export function filesModule({ uploadUrl, largestFile = 0 }) {
  class Registered {
    constructor(formFields) {
      const field = props => FilesField({ ...props, uploadUrl, largestFile });
      field.config = { ...FilePicker.config, sanitizeValue: ({ value }) => listed(value) };
      formFields.register('filepicker', field);
    }
  }
  Registered.$inject = ['formFields'];
  return { __init__: ['filesField'], filesField: ['type', Registered] };
}

const listed = value => (Array.isArray(value) ? value.filter(one => one?.id) : null);

function FilesField({ field, onChange, domId, errors = [], disabled, readonly, value, uploadUrl, largestFile }) {
  const { label, accept = '', multiple = false, validate = {} } = field;
  const kinds = useSingleLineTemplateEvaluation(accept, { debug: true }) ?? '';
  const answer = useExpressionEvaluation(typeof multiple === 'string' ? multiple : '');
  const several = typeof multiple === 'string' ? answer === true : multiple;
  const input = useRef(null);
  const button = useRef(null);
  const files = useRef([]);
  const here = useRef(true);
  const [said, tell] = useState('');
  const [problems, complain] = useState([]);
  files.current = listed(value) ?? [];
  useEffect(() => () => void (here.current = false), []);

  const put = chosen => {
    files.current = chosen;
    onChange({ value: chosen.length ? chosen : null });
  };
  const take = async file => {
    const wrong = objection(file, kinds, largestFile);
    if (wrong) return complain(list => [...list, wrong]);
    tell(say(SENDING, { name: file.name }));
    try {
      const kept = await send(file, uploadUrl);
      if (!here.current) return undefined; // its row has been removed meanwhile
      put(several ? [...files.current.filter(one => one.id !== kept.id), kept] : [kept]);
      return tell(say(SENT, { name: kept.name }));
    } catch (problem) {
      tell('');
      return complain(list => [...list, problem.message]);
    }
  };
  const chosen = () => {
    const picked = [...input.current.files];
    input.current.value = '';
    complain([]);
    track(picked.reduce((before, file) => before.then(() => take(file)), Promise.resolve()));
  };
  const remove = gone => {
    put(files.current.filter(one => one.id !== gone.id));
    tell(say(REMOVED, { name: gone.name }));
    button.current?.focus();
  };

  const still = disabled || readonly || !uploadUrl;
  const classes = ['fjs-form-field', 'fjs-form-field-filepicker', errors.length && 'fjs-has-errors', disabled && 'fjs-disabled', readonly && 'fjs-readonly'];
  return h('div', { class: classes.filter(Boolean).join(' ') },
    h(Label, { htmlFor: domId, label, required: validate.required }),
    h('ul', { class: 'file-list', hidden: !files.current.length },
      files.current.map(one => h('li', { key: one.id },
        h('a', { href: `/files/${encodeURIComponent(one.id)}`, download: true }, one.name ?? one.id), ' ',
        h('small', null, size(one.size)), ' ',
        !still && h('button', { type: 'button', class: 'btn btn-sm', 'aria-label': say(REMOVE, one), onClick: () => remove(one) }, '×')))),
    h('div', { class: 'fjs-filepicker-container' },
      h('button', {
        type: 'button', id: domId, ref: button, disabled: still, class: 'fjs-button fjs-filepicker-button', 'aria-describedby': `${domId}-hint ${domId}-error-message`,
        onClick: () => input.current.click(),
      }, say(CHOOSE)),
      h('input', {
        type: 'file', class: 'visually-hidden', ref: input, tabIndex: -1, 'aria-hidden': 'true', multiple: several || undefined, accept: kinds || undefined,
        disabled: still, onChange: chosen,
      }),
      h('span', { class: 'file-status', role: 'status' }, said || (files.current.length ? '' : say(NOTHING)))),
    !still && h('div', { class: 'file-hint', id: `${domId}-hint` }, hint(kinds, largestFile)),
    h('div', { role: 'alert' }, problems.length ? h('ul', { class: 'file-problems' }, problems.map(text => h('li', { key: text }, text))) : null),
    h(Errors, { id: `${domId}-error-message`, errors }));
}

/** Why a file need not even be sent, or nothing. */
function objection(file, kinds, largest) {
  const endings = kinds.split(',').map(one => one.trim().toLowerCase()).filter(Boolean);
  const named = endings.length && endings.every(one => one.startsWith('.'));
  if (named && !endings.some(one => file.name.toLowerCase().endsWith(one))) return say(WRONG, { name: file.name, kinds: endings.join(' ') });
  return largest && file.size > largest ? say(TOO_LARGE, { name: file.name, size: largest / MEGABYTE }) : '';
}

async function send(file, url) {
  const body = new FormData();
  body.append('file', file);
  const answer = await fetch(url, { method: 'POST', headers: { 'X-CSRFToken': csrf(), Accept: 'application/json' }, body, redirect: 'manual' })
    .catch(() => null);
  if (answer?.ok) return answer.json();
  const problem = await answer?.json().catch(() => null);
  throw new Error(problem?.title ?? say(FAILED, { name: file.name }));
}

function track(work) {
  underway.add(work);
  work.finally(() => underway.delete(work));
}

const hint = (kinds, largest) =>
  [say(KINDS, { kinds: kinds.replaceAll(',', ' ') || ANY }), largest ? say(LARGEST, { size: largest / MEGABYTE }) : ''].filter(Boolean).join(say(['，', '; ']));

const size = bytes => (bytes >= MEGABYTE ? `${(bytes / MEGABYTE).toFixed(1)} MB` : bytes ? `${Math.max(1, Math.round(bytes / 1024))} KB` : '');
