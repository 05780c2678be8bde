// Finding people: a field to search in, and those whose names have it in them.

import { ago } from '../../core/ago.js';
import { say } from '../../core/words.js';
import { findPeople } from '../../store/host.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';
import { useAttempt } from './attempt.js';
import { Entry } from './form.js';
import { afterPause } from './pause.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Somebody} Somebody */

/** @type {Record<string, import('../../core/words.js').Word>} */
const ROLE_WORDS = {
  guest: 'people.guest',
  visitor: 'people.guest',
  moderator: 'people.moderator',
  owner: 'people.owner',
};

/** What somebody is here, where it is worth a word. @param {import('../../core/proto.js').Role} role */
export const roleInWords = (role) => (role in ROLE_WORDS ? say(ROLE_WORDS[role]) : '');

/** Where somebody is, in words. @param {{here?: boolean, away?: boolean, here_at?: number}} person @param {number} now */
export function whereabouts({ here, away, here_at: at = 0 }, now) {
  if (here) return say(away ? 'people.away' : 'people.here');
  return at > 0 && say('people.seen', { when: ago(at, now) });
}

/**
 * The people but oneself and `without`; `act` gives what stands at the end of a person's row, `first` are shown before those found.
 * @param {{app: App, id: string, label: string, autofocus?: boolean, without?: ReadonlySet<number>, first?: readonly Somebody[],
 *   act: (person: Somebody) => unknown}} props
 */
export function People({ app, id, label, autofocus, without, first = [], act }) {
  const [q, setQ] = useState('');
  const [found, setFound] = useState(/** @type {{people: readonly Somebody[], more: boolean} | null} */ (null));
  const { attempt, told } = useAttempt();
  useEffect(() => {
    const look = (/** @type {() => boolean} */ stale) =>
      attempt(
        async () => {
          const page = await findPeople(app.rooms, q.trim(), 0);
          if (!stale()) setFound(page);
        },
        undefined,
        stale,
      );
    return afterPause(app.timers, look, !found);
  }, [q]);
  const type = (/** @type {Event} */ event) => setQ(/** @type {HTMLInputElement} */ (event.currentTarget).value);
  // Enter looks for people; it never sends what stands around the search.
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter') event.preventDefault();
  };
  const me = app.session.me.value?.id;
  const kept = first.filter((person) => !found?.people.some((one) => one.id === person.id));
  const people = (found?.people ?? []).filter((person) => person.id !== me && !without?.has(person.id));
  return html`<${Entry} id=${id} label=${label} type="search" autocomplete="off" autofocus=${autofocus} onInput=${type} onKeyDown=${key} />
    ${told}
    <ul class="offers people">${[...kept, ...people].map((person) => html`<li key=${person.id}><${Arch} person=${person} small /><div><b>${person.name}</b><small>${roleInWords(person.role)}</small></div>${act(person)}</li>`)}</ul>
    <p class="faint" role="status">${summary(found, people.length, q, without)}</p>`;
}

/** @param {{people: readonly Somebody[], more: boolean} | null} found @param {number} count @param {string} q @param {ReadonlySet<number>} [without] */
function summary(found, count, q, without) {
  if (!found) return say('everybody.lookingAround');
  if (count === 0 && found.people.some((person) => without?.has(person.id)))
    return q.trim() ? say('people.theyAre') : say('people.everybodyIs');
  if (count === 0) return q.trim() ? say('everybody.nobodyOf') : say('people.nobodyElse');
  return found.more ? say('people.thereAre') : '';
}
