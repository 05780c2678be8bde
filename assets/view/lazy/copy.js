// Copying; on plain http browsers have no clipboard for pages, but copy what is marked.

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
