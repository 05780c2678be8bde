// Forms that ask the server for something: one thing at a time, one place for what went wrong, and the wait when it asks
// for one.

import { say } from '../../core/words.js';
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';

/** Which field is at fault, by the server's code. @type {Record<string, string>} */
const AT_FAULT = {
  bad_name: 'name',
  name_taken: 'name',
  name_needed: 'name',
  bad_password: 'password',
  wrong_credentials: 'password',
};

/**
 * What a form is about (`id` is of the place for what went wrong): whether it waits for an answer, what went wrong and with which field, what was
 * done, and for how many seconds the server wants to be left alone.
 * @typedef {{id: string, busy: boolean, trouble: string, fault: string, done: string, left: number,
 *   run: (work: (typed: Record<string, string>) => Promise<unknown>, done?: string) => (event: Event) => Promise<void>}} Task
 */

const IDLE = { busy: false, trouble: '', fault: '', done: '' };

/** The task of one form. @param {string} [id] @returns {Task} */
export function useTask(id = 'trouble') {
  const [state, setState] = useState(IDLE);
  const [left, setLeft] = useState(0);
  const here = useRef(true);
  useEffect(
    () => () => {
      here.current = false;
    },
    [],
  );
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);

  /** @type {Task['run']} */
  const run =
    (work, done = '') =>
    async (event) => {
      event.preventDefault();
      if (state.busy || left > 0) return;
      const form = event.currentTarget instanceof HTMLFormElement ? event.currentTarget : null;
      setState({ ...IDLE, busy: true });
      try {
        await work(form ? /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))) : {});
        if (here.current) setState({ ...IDLE, done });
      } catch (reason) {
        const { message: trouble, refusal } = /** @type {Error & {refusal?: import('../../core/proto.js').Refusal}} */ (reason);
        const fault = AT_FAULT[refusal?.code ?? ''] ?? '';
        if (!here.current) return;
        setState({ ...IDLE, trouble, fault });
        setLeft(Math.ceil((refusal?.retry_after_ms ?? 0) / 1000));
        const field = /** @type {HTMLInputElement | null} */ (fault ? form?.querySelector(`[data-as="${fault}"]`) : null);
        field?.focus();
        if (fault === 'password') field?.select();
      }
    };
  return { id, ...state, left, run };
}

/** Something is missing that the server need not be asked about. @param {string} code @param {string} text @returns {Error} */
export const missing = (code, text) => Object.assign(new Error(text), { refusal: { code, text } });

/**
 * A field with its label. `as` says what it is to the server's refusals; the rest goes to the input.
 * @param {{id: string, label: string, as?: string, value?: string, hint?: string, task?: Task} & Record<string, unknown>} props
 */
export function Entry({ id, label, as, value, hint, task, ...rest }) {
  const bad = task && as && task.fault === as;
  return html`<div class="field"><label for=${id}>${label}</label>
    <input id=${id} name=${id} data-as=${as} defaultValue=${value ?? ''} spellcheck=${false} autocapitalize="none"
      aria-invalid=${bad ? 'true' : undefined} aria-describedby=${bad ? task.id : hint && `${id}-hint`} ...${rest} />
    ${hint && html`<p class="faint" id=${`${id}-hint`}>${hint}</p>`}</div>`;
}

/** A password, which may be looked at. @param {{id: string, label: string, fresh?: boolean, as?: string, hint?: string, task?: Task}} props */
export function Password({ fresh, as = 'password', ...props }) {
  const [shown, setShown] = useState(false);
  return html`<div class="secret"><${Entry} ...${props} as=${as} type=${shown ? 'text' : 'password'} autocomplete=${fresh ? 'new-password' : 'current-password'} />
    <button type="button" aria-pressed=${shown ? 'true' : 'false'} aria-label=${say('form.showLabel', { label: props.label })} onClick=${() => setShown(!shown)}>${say(shown ? 'form.hide' : 'form.show')}</button></div>`;
}

/** What went wrong, or was done. @param {{task: Task}} props */
export function Trouble({ task }) {
  return html`<p class="trouble" id=${task.id} role="alert">${task.trouble}</p><p class="done" role="status">${task.done}</p>`;
}

/** The button that sends a form; while the server wants to be left alone, it says how long. `grave` ends something, `quiet` does it without shouting. @param {{task: Task, grave?: boolean, quiet?: boolean, children?: unknown}} props */
export function Submit({ task, grave, quiet, children }) {
  const rests = task.busy || task.left > 0;
  return html`<button class=${[quiet ? 'plain' : 'enter', grave && 'grave'].filter(Boolean).join(' ')} aria-disabled=${rests ? 'true' : undefined}>${task.left > 0 ? say('form.againIn', { n: task.left }) : children}</button>`;
}
