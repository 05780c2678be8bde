// Copying; on plain http browsers have no clipboard for pages, but copy what is marked.

import { say, sayMore } from '../../core/words.js';
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';

/** Copies the code beside its button, which says so until one goes on. @param {any} button */
export async function copyCode(button) {
  const host = /** @type {Element} */ (button.parentElement);
  const [done] = await Promise.all([copyText(host.querySelector('code')?.textContent ?? '', host), sayMore()]);
  if (!done) return;
  const name = button.getAttribute('aria-label');
  button.classList.add('done');
  button.setAttribute('aria-label', say('code.copied'));
  const back = () => {
    button.classList.remove('done');
    button.setAttribute('aria-label', name);
  };
  button.addEventListener('blur', back, { once: true });
}

/** Copies a text; what it marks stands in `host`, for a dialog lets nothing else be marked. @param {string} text @param {Element} host */
export async function copyText(text, host) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement('textarea'), { value: text, className: 'sr', readOnly: true });
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    host.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    before?.focus();
    return done;
  }
}

/**
 * A text that is shown this once, marked, with a button that copies it; `otherwise` says how to where the browser does not let a page.
 * @param {{id: string, label: string, value: string, otherwise: string}} props
 */
export function ToCopy({ id, label, value, otherwise }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [done, setDone] = useState('');
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
    // What it begins with is in sight, not its end.
    field.current?.scrollTo(0, 0);
    return undefined;
  }, []);
  const copy = async () => {
    const host = field.current?.parentElement;
    setDone(host && (await copyText(value, host)) ? say('link.copied') : otherwise);
    field.current?.select();
  };
  return html`<div class="beside"><div class="field"><label for=${id}>${label}</label><input id=${id} readonly value=${value} ref=${field} /></div>
      <button class="enter" type="button" onClick=${copy}>${say('bots.copy')}</button></div>
    <p class="done" role="status">${done}</p>`;
}
