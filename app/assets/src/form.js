// A task's form: form-js's viewer in #task-form, inside the page's own <form method="post">.
//
// <script type="application/json" id="form-data"> holds
//   schema    the .form file
//   data      what the fields show: the case's data under what was typed or saved so far
//   errors    the server's messages, {field id: [message]}; rows of a list as "id[0]"; "" for the form as a whole
//   unsaved   true where `data` holds answers that the server has refused and not kept
//   readonly  true where nothing may be typed
//   uploadUrl, largestFile  where files are posted, and the bytes that one may have; where the form takes files
//   draftUrl  where drafts are posted as {"answers": {…}}; without it none are saved
// What is inside #task-form before is the form without JavaScript; it gives way. The answers go into the hidden
// field `answers` as JSON. A button with `formnovalidate` sends them unchecked.
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import './form/form.css';
import { announce, pageData, ready, say } from './page.js';
import { Drafts } from './form/drafts.js';
import { arriving } from './form/files.js';
import { nameGroups } from './form/groups.js';
import { Rows } from './form/rows.js';
import { openForm, showErrors } from './form/viewer.js';
import { Summary } from './form/summary.js';

const host = document.getElementById('task-form');
const given = pageData('form-data');
if (host && given) {
  start().catch(error => {
    console.error(error);
    announce(say(['表单无法显示，请联系管理员。', 'The form cannot be shown; please tell an administrator.']), 'danger');
  });
}

async function start() {
  const page = host.closest('form');
  const form = await openForm(host, given);
  const rows = new Rows(host);
  // A listener that returns something ends the event for those after it: hence the braces.
  form.on('changed', () => {
    requestAnimationFrame(() => {
      nameGroups(host);
      rows.refresh();
    });
  });
  nameGroups(host);
  if (!given.readonly && page) {
    const summary = new Summary(host, given.errors);
    const drafts = new Drafts({ host, url: given.draftUrl, unsaved: given.unsaved, read: () => form._getSubmitData() });
    form.on('changed', () => {
      drafts.changed();
      summary.refresh();
    });
    const errors = given.errors ?? {};
    const submit = await showErrors(form, errors);
    if (Object.keys(errors).length) summary.open();
    sendThrough(page, { form, submit, summary, drafts });
  }
  ready();
}

/** Sends the answers with the page's form, once the fields agree. */
function sendThrough(page, { form, submit, summary, drafts }) {
  const answers = page.querySelector('input[name="answers"]') ?? page.appendChild(document.createElement('input'));
  Object.assign(answers, { type: 'hidden', name: 'answers' });
  let asking = false;

  page.addEventListener('submit', event => {
    if (event.target !== page || event.defaultPrevented) return; // form-js's own <form> lies inside ours
    const files = arriving();
    if (files) {
      event.preventDefault();
      files.then(() => page.requestSubmit(event.submitter));
      return;
    }
    if (!event.submitter?.formNoValidate) {
      asking = true;
      const { errors } = submit();
      asking = false;
      if (Object.keys(errors).length) {
        event.preventDefault();
        summary.open();
        return;
      }
    }
    answers.value = JSON.stringify(form._getSubmitData());
    drafts.stop();
  });

  // A submit button that the analyst has put into the form itself.
  form.on('submit', ({ errors }) => {
    if (asking) return;
    if (Object.keys(errors).length) summary.open();
    else page.requestSubmit(page.querySelector('button[type="submit"]:not([formnovalidate])'));
  });
}
