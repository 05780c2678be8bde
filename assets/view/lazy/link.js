// A link that has just been made: its picture to scan, and its text to copy.

import { say } from '../../core/words.js';
import { html, useEffect, useMemo } from '../../vendor/preact.js';
import { ToCopy } from './copy.js';

/** The link; it is shown this once. @param {{url: string, qr: string, another: () => void}} props */
export function Link({ url, qr, another }) {
  // The server's SVG is shown as a picture, never as part of the page.
  const picture = useMemo(() => URL.createObjectURL(new Blob([qr], { type: 'image/svg+xml' })), [qr]);
  useEffect(() => () => URL.revokeObjectURL(picture), [picture]);
  return html`<p class="faint">${say('link.letThem')}</p>
    <img class="qr" src=${picture} alt=${say('link.theLink')} width="220" height="220" />
    <${ToCopy} id="url" label=${say('link.theLinkX')} value=${url} otherwise=${say('link.theLinkIs')} />
    <p class="row"><button class="plain" type="button" onClick=${another}>${say('link.makeAnother')}</button></p>`;
}
