// htmx, set up for a strict content security policy and for case data that must not linger in the browser.
import htmx from 'htmx.org';
import { announce, csrf, say } from '../page.js';

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // applicants' data stays out of local storage
  selfRequestsOnly: true,
  timeout: 20_000,
});

const FAILED = ['请求没有成功，请稍后重试。', 'The request did not succeed; please try again.'];
const UNREACHABLE = ['无法连接服务器，请检查网络后重试。', 'The server cannot be reached; check the network and try again.'];

document.addEventListener('htmx:configRequest', event => {
  event.detail.headers['X-CSRFToken'] = csrf();
});

document.addEventListener('htmx:responseError', event => {
  announce(reason(event.detail.xhr) ?? say(FAILED), 'danger');
});

for (const failure of ['htmx:sendError', 'htmx:timeout']) {
  document.addEventListener(failure, () => announce(say(UNREACHABLE), 'danger'));
}

/** What a `problem+json` answer says, or null. */
function reason(xhr) {
  if (!xhr.getResponseHeader('Content-Type')?.includes('json')) return null;
  try {
    const problem = JSON.parse(xhr.responseText);
    return problem.detail ?? problem.title ?? null;
  } catch {
    return null;
  }
}
