// A case on its diagram, read-only, in #diagram.
//
// <script type="application/json" id="diagram-data"> holds
//   xml | xmlUrl   the diagram, or where to fetch it
//   marks          {done, current, late, incidents, flows}: ids of elements; flows: of sequence flows taken
//   badges         {element id: text}: who and when
//   counts         {element id: visits}
//   drill          {element id: address of the called diagram}
import { pageData, ready } from './page.js';
import { openDiagram } from './diagram/canvas.js';
import { legend } from './diagram/legend.js';
import { Painter } from './diagram/paint.js';

const host = document.getElementById('diagram');
const given = pageData('diagram-data');
if (host && given) start();

async function start() {
  const viewer = await openDiagram(host, given);
  if (viewer) {
    const painter = new Painter(viewer);
    painter.show(given.marks ?? {}, given);
    painter.link(given.drill ?? {});
    if (given.marks) host.after(legend(['done', 'current', 'late', 'incident'], { flow: true }));
  }
  ready();
}
