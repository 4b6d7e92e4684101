// bpmn-js's words in Chinese: those that a read-only diagram can show.
import { chinese, fill } from '../page.js';

const CHINESE = {
  'Open {element}': '打开“{element}”',
};

/**
 * bpmn-js's `translate` service.
 * @param {string} template
 * @param {Record<string, string>} [values]
 */
export function word(template, values) {
  return fill((chinese && CHINESE[template]) || template, values);
}
