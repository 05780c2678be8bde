// Copying; on plain http browsers have no clipboard for pages, but copy what is marked.

import { say, sayMore } from '../../core/words.js';

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
