// A link that has just been made: its picture to scan, and its text to copy.

import { say } from '../../core/words.js';
import { html, useEffect, useMemo, useRef, useState } from '../../vendor/preact.js';

/** The link; it is shown this once. @param {{url: string, qr: string, another: () => void}} props */
export function Link({ url, qr, another }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [done, setDone] = useState('');
  // The server's SVG is shown as a picture, never as part of the page.
  const picture = useMemo(() => URL.createObjectURL(new Blob([qr], { type: 'image/svg+xml' })), [qr]);
  useEffect(() => () => URL.revokeObjectURL(picture), [picture]);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
    return undefined;
  }, []);
  const copy = async () => {
    setDone((await copied(url, field.current)) ? say('link.copied') : say('link.theLinkIs'));
  };
  return html`<p class="faint">${say('link.letThem')}</p>
    <img class="qr" src=${picture} alt=${say('link.theLink')} width="220" height="220" />
    <div class="beside"><div class="field"><label for="url">${say('link.theLinkX')}</label><input id="url" readonly value=${url} ref=${field} /></div>
      <button class="enter" type="button" onClick=${copy}>${say('bots.copy')}</button></div>
    <p class="done" role="status">${done}</p>
    <p class="row"><button class="plain" type="button" onClick=${another}>${say('link.makeAnother')}</button></p>`;
}

/** Copies the link; on plain http, browsers have no clipboard for pages, but copy what is marked. @param {string} url @param {HTMLInputElement | null} field */
async function copied(url, field) {
  try {
    await navigator.clipboard.writeText(url);
    return true;
  } catch {
    field?.focus();
    field?.select();
    return document.execCommand('copy');
  }
}
