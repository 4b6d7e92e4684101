// One shape per state, drawn, so that no state is told by colour alone.
import { draw } from '../page.js';

const PATHS = {
  done: 'M2.5 8.5 L6.3 12 L13.5 4', // a tick
  current: 'M4.5 2.5 L13 8 L4.5 13.5 Z', // pointing on
  late: 'M3 3 H13 V13 H3 Z', // a square
  incident: 'M8 1.5 L14.5 8 L8 14.5 L1.5 8 Z', // a diamond
  error: 'M3 3 H13 V13 H3 Z',
  warning: 'M8 2 L14.5 13.5 H1.5 Z', // a triangle
  info: 'M8 2 A6 6 0 1 1 7.99 2 Z', // a disc
};

/** @param {keyof typeof PATHS} name */
export function shape(name) {
  return draw(
    'svg',
    { viewBox: '0 0 16 16', width: 14, height: 14, class: `shape shape-${name}`, 'aria-hidden': 'true', focusable: 'false' },
    draw('path', { d: PATHS[name] }),
  );
}
