// What form-js's own viewer makes of answers, many at a time. Bundled and called by tests/forms/differential.py.
import { Form, buildExpressionContext, sanitizeHTML } from '@bpmn-io/form-js-viewer';
import { options } from 'preact';

// A tick is one macrotask: effects and renders come as fast as they can, without waiting for frames.
const channel = new MessageChannel();
const waiting = [];
channel.port1.onmessage = () => waiting.shift()();
const soon = callback => {
  waiting.push(callback);
  channel.port2.postMessage(0);
};
const tick = () => new Promise(resolve => soon(resolve));
options.requestAnimationFrame = soon;

const text = value => JSON.stringify(value);

// Expression fields are computed once per change ("loop prevention"), in the order of their effects, so one that reads
// another may stay stale; here each is allowed again until nothing changes, as it does when somebody types on.
async function settle(form) {
  let before = '';
  for (let round = 0; round < 30; round++) {
    for (let i = 0; i < 4; i++) await tick();
    const now = text(form._getState().data);
    if (now === before) return;
    before = now;
    form.get('expressionLoopPreventer').reset();
    form._setState({});
  }
}

const isObject = value => value && typeof value === 'object' && !Array.isArray(value);
let fixed = new Set();

// The paths of lists whose rows nobody can add or remove: what is typed there goes over the rows that are there.
function fixedLists(schema) {
  const inner = (schema.components ?? []).flatMap(one => [...fixedLists(one)]);
  return new Set(schema.allowAddRemove === false ? [schema.path, ...inner] : inner);
}

function overlay(under, over, key = '') {
  if (fixed.has(key) && Array.isArray(under)) return under.map((row, index) => overlay(row, over[index] ?? {}));
  if (!isObject(under) || !isObject(over)) return over;
  const both = { ...under };
  for (const key of Object.keys(over)) both[key] = key in under ? overlay(under[key], over[key], key) : over[key];
  return both;
}

// What the person types, the fields that a condition may lock last: what is locked by then cannot be typed in.
async function type(form, answers) {
  const typed = overlay(form._getState().data, answers);
  form._setState({ data: form._getInitializedFieldData(JSON.parse(text(typed))) });
  await settle(form);
}

function unlocked(form, late) {
  const language = form.get('expressionLanguage');
  const registry = form.get('formFieldRegistry');
  const answers = {};
  for (const instance of form.get('formFieldInstanceRegistry').getAllKeyed()) {
    const field = registry.get(instance.id);
    if (!(field.key in late)) continue;
    const scope = buildExpressionContext(instance.expressionContextInfo);
    if (language.evaluateUnaryTest(field.readonly, scope) !== true) answers[field.key] = late[field.key];
  }
  return answers;
}

async function judgeOne(form, schema, { context, answers, late, files }) {
  await form.importSchema(schema, context);
  for (const key of files) form.get('fileRegistry').setFiles(key, [new File(['x'], 'x.txt')]);
  await settle(form);
  await type(form, answers);
  if (Object.keys(late).length) await type(form, unlocked(form, late));
  const { data, errors } = form.submit();
  return JSON.parse(text({ data, errors }));
}

window.judge = async (schema, cases) => {
  const container = document.createElement('div');
  document.body.append(container);
  const form = new Form({ container, debounce: false });
  fixed = fixedLists(schema);
  const verdicts = [];
  for (const one of cases) {
    try {
      verdicts.push(await judgeOne(form, schema, one));
    } catch (error) {
      verdicts.push({ failure: String(error) });
    }
  }
  form.destroy();
  container.remove();
  return verdicts;
};

window.sanitised = sanitizeHTML;

window.patterns = pairs => pairs.map(([source, value]) => new RegExp(source).test(value));
