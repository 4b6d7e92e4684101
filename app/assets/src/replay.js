// Steps through a case on its diagrams, in #replay. What is inside #replay before is the record without JavaScript.
//
// <script type="application/json" id="replay-data"> holds
//   xml | xmlUrl                 the diagram; or, where diagrams call diagrams,
//   diagrams                     [{key, name, xml | xmlUrl}], the case's own first
//   steps                        [{seq, at, title, actor, note, …}] with a Delta of fold.js on each, or
//                                {deltas: {diagram key: Delta}}; `at` is an ISO instant or ready-made text
// The address's #step=12 opens a step; the arrows, Home and End move.
import './replay/replay.css';
import { make, pageData, ready, say } from './page.js';
import { openDiagram } from './diagram/canvas.js';
import { legend } from './diagram/legend.js';
import { Painter } from './diagram/paint.js';
import { Controls } from './replay/controls.js';
import { deltaOf, fold } from './replay/fold.js';
import { Log } from './replay/log.js';
import { Stage } from './replay/stage.js';
import { runTokens } from './replay/tokens.js';
import { moment } from './replay/times.js';

const host = document.getElementById('replay');
const given = pageData('replay-data');
if (host && given) start();

async function start() {
  const { steps } = given;
  const diagrams = given.diagrams ?? [{ key: '', name: '', xml: given.xml, xmlUrl: given.xmlUrl }];
  const log = new Log(steps, position => controls.go(position));
  const stage = new Stage(diagrams, async box => {
    const viewer = await openDiagram(box, diagrams.find(one => one.key === box.dataset.key));
    return viewer && { viewer, painter: new Painter(viewer) };
  }, () => show(controls.position, false));
  const show = async (position, playing) => {
    const step = steps[position - 1];
    if (step && playing) stage.follow(diagrams.find(one => deltaOf(step, one.key).entered?.length)?.key);
    log.mark(position);
    history.replaceState(null, '', `#step=${position}`);
    const drawn = await stage.drawn();
    if (!drawn || position !== controls.position) return;
    const state = fold(steps, position, stage.key);
    drawn.painter.show(state, state);
    if (step && playing) runTokens(drawn.viewer, deltaOf(step, stage.key).flows ?? []);
  };
  const controls = new Controls(steps.length, show, position => describe(steps, position));
  lay(stage, controls, log);
  await stage.drawn();
  controls.go(Number(location.hash.match(/^#step=(\d+)$/)?.[1] ?? steps.length));
  ready();
}

function lay(stage, controls, log) {
  const key = legend(['done', 'current', 'late', 'incident'], { flow: true });
  host.classList.add('replay');
  host.replaceChildren(
    make('section', { class: 'replay-stage' }, stage.element, controls.element, key),
    make('section', { class: 'replay-side', 'aria-labelledby': 'replay-log-title' }, log.title, log.element),
  );
}

function describe(steps, position) {
  const count = say(['第 {position} 步，共 {length} 步', 'Step {position} of {length}'], { position, length: steps.length });
  const step = steps[position - 1];
  if (!step) return count;
  return [count, moment(step.at), step.title, step.actor].filter(Boolean).join(' · ');
}
