// The front door: one question, and in.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { Sign } from './hall.js';

/** Asks for a name. @param {{app: import('../app.js').App}} props */
export function FrontDoor({ app }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    field.current?.focus();
    return undefined;
  }, []);

  const enter = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = field.current?.value.trim() ?? '';
    if (busy) return;
    if (!name) {
      setTrouble('A name is needed, so that the others know who is speaking.');
      return;
    }
    setBusy(true);
    const refused = await app.session.enter(name);
    setBusy(false);
    setTrouble(refused);
    if (refused) field.current?.focus();
  };

  return html`<main class="front">
    <form class="gate" onSubmit=${enter} novalidate>
      <${Sign} />
      <h1>Come in, it is warm.</h1>
      <label for="name">What do people call you?</label>
      <input id="name" name="name" autocomplete="nickname" autocapitalize="words" spellcheck=${false} enterkeyhint="go"
        aria-invalid=${trouble ? 'true' : undefined} aria-describedby="name-trouble" ref=${field} />
      <p class="trouble" id="name-trouble" role="alert">${trouble}</p>
      <button class="enter" aria-disabled=${busy ? 'true' : undefined}>Come in</button>
    </form>
  </main>`;
}
