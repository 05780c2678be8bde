// A link that has just been made: its picture to scan, and its text to copy.

import { html, useEffect, useMemo, useRef, useState } from '../../vendor/preact.js';
import { wear } from './looks.js';

wear(`/* The picture is cut along the inner edge of the padding: none of the code's corners may be behind the arch. */
.qr{display:block;width:13.75rem;height:auto;margin:var(--s4) auto;padding:2.75rem var(--s3) var(--s3);border:1px solid var(--line);border-radius:50% 50% var(--s3) var(--s3)/2.75rem 2.75rem var(--s3) var(--s3);background:#fff}`);

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
    setDone((await copied(url, field.current)) ? 'Copied.' : 'The link is marked: copy it with Ctrl C.');
  };
  return html`<p class="faint">Let them scan this, or send them the link. It is shown only now.</p>
    <img class="qr" src=${picture} alt="The link as a QR code" width="220" height="220" />
    <div class="beside"><div class="field"><label for="url">The link</label><input id="url" readonly value=${url} ref=${field} /></div>
      <button class="enter" type="button" onClick=${copy}>Copy</button></div>
    <p class="done" role="status">${done}</p>
    <p class="row"><button class="plain" type="button" onClick=${another}>Make another</button></p>`;
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
