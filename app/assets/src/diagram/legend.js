// What the colours and shapes mean, in words.
import { make, say } from '../page.js';
import { shape } from './shapes.js';

const WORDS = {
  done: ['已办结', 'Done'],
  current: ['办理中', 'In progress'],
  late: ['超期', 'Overdue'],
  incident: ['异常，待处理', 'Incident, needs attention'],
  error: ['错误，必须修改', 'Error, must be mended'],
  warning: ['警告', 'Warning'],
  info: ['提示', 'Note'],
};
const FLOW = ['已走过的流转', 'Flow taken'];

/**
 * @param {(keyof typeof WORDS)[]} names
 * @param {{flow?: boolean}} [options]
 */
export function legend(names, { flow = false } = {}) {
  const items = names.map(name => make('li', {}, shape(name), say(WORDS[name])));
  if (flow) items.push(make('li', {}, make('span', { class: 'key-flow' }), say(FLOW)));
  return make('ul', { class: 'key', 'aria-label': say(['图例', 'Legend']) }, ...items);
}
