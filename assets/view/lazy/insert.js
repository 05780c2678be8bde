// Putting text into a field as if it had been typed, so that Ctrl Z takes it back.

/**
 * Replaces what stands from `from` to `to`; the caret stands after it.
 * @param {HTMLTextAreaElement} field @param {number} from @param {number} to @param {string} text
 */
export function insert(field, from, to, text) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(from, to);
  if (document.execCommand(text ? 'insertText' : 'delete', false, text)) return;
  field.setRangeText(text, from, to, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
