// Instants as the centre's clock shows them, wherever the auditor sits.
const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** @param {string} at an ISO instant, or text that is shown as it is */
export function moment(at) {
  const time = /^\d{4}-\d{2}-\d{2}T/.test(at) ? Date.parse(at) : NaN;
  return Number.isNaN(time) ? at : FORMAT.format(time);
}
