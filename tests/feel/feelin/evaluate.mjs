// Reads {expression, context} a line (JSON), evaluates it with the feelin that the bundles use, and writes the value a
// line: JSON, with what JSON has no kind for as {"@": kind, "value": …}.
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.argv[2];
const load = path => import(pathToFileURL(join(modules, path)).href);
const { evaluate } = await load('@bpmn-io/feelin/dist/index.js');
const { DateTime, Duration } = await load('luxon/src/luxon.js');

const tagged = (kind, value) => ({ '@': kind, value });

function written(value) {
  if (value === undefined) return tagged('other', 'undefined');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : tagged('other', String(value));
  if (Array.isArray(value)) return value.map(written);
  if (DateTime.isDateTime(value)) {
    return value.isValid ? tagged('temporal', evaluate('string(x)', { x: value }).value) : tagged('other', 'invalid');
  }
  if (Duration.isDuration(value)) {
    const { years = 0, months = 0, ...rest } = value.toObject();
    return tagged('duration', [years * 12 + months, Duration.fromObject(rest).toMillis()]);
  }
  if (typeof value === 'function') return tagged('other', 'function');
  if ('start included' in value) {
    return tagged('range', [value.start, value.end, value['start included'], value['end included']].map(written));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return tagged('other', 'object');
  return tagged('context', Object.entries(value).map(([key, one]) => [key, written(one)]));
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { expression, context } = JSON.parse(line);
    answer = written(evaluate(expression, context).value);
  } catch (error) {
    answer = tagged('error', String(error.message).split('\n')[0]);
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
