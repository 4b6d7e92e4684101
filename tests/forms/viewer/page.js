// What form-js's own viewer makes of answers, many at a time. Bundled and called by tests/forms/differential.py.
import { Form } from '@bpmn-io/form-js-viewer';
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

function overlay(under, over) {
  const isObject = value => value && typeof value === 'object' && !Array.isArray(value);
  if (!isObject(under) || !isObject(over)) return over;
  const both = { ...under };
  for (const key of Object.keys(over)) both[key] = key in under ? overlay(under[key], over[key]) : over[key];
  return both;
}

async function judgeOne(form, schema, { context, answers, files }) {
  await form.importSchema(schema, context);
  for (const key of files) form.get('fileRegistry').setFiles(key, [new File(['x'], 'x.txt')]);
  await settle(form);
  const typed = overlay(form._getState().data, answers);
  form._setState({ data: form._getInitializedFieldData(JSON.parse(text(typed))) });
  await settle(form);
  const { data, errors } = form.submit();
  return JSON.parse(text({ data, errors }));
}

window.judge = async (schema, cases) => {
  const container = document.createElement('div');
  document.body.append(container);
  const form = new Form({ container, debounce: false });
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

window.patterns = pairs => pairs.map(([source, value]) => new RegExp(source).test(value));
