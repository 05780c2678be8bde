// Finding people: a field to search in, and those whose names have it in them.

import { ago } from '../../core/ago.js';
import { say } from '../../core/words.js';
import { findPeople } from '../../store/host.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';
import { Entry } from './form.js';
import { afterPause } from './pause.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Somebody} Somebody */

/** What somebody is here, where it is worth a word. @type {Record<import('../../core/proto.js').Role, string>} */
export const ROLE_WORDS = { guest: 'guest', visitor: 'guest', member: '', moderator: 'moderator', owner: 'owner' };

/** Where somebody is, in words. @param {{here?: boolean, away?: boolean, here_at?: number}} person @param {number} now */
export function whereabouts({ here, away, here_at: at = 0 }, now) {
  if (here) return say(away ? 'people.away' : 'people.here');
  return at > 0 && say('people.seen', { when: ago(at, now) });
}

/**
 * The people but oneself and `without`; `act` gives what stands at the end of a person's row, `first` are shown before those found.
 * @param {{app: App, id: string, label: string, without?: ReadonlySet<number>, first?: readonly Somebody[],
 *   act: (person: Somebody) => unknown}} props
 */
export function People({ app, id, label, without, first = [], act }) {
  const [q, setQ] = useState('');
  const [found, setFound] = useState(/** @type {{people: readonly Somebody[], more: boolean} | null} */ (null));
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    const look = async (/** @type {() => boolean} */ stale) => {
      try {
        const page = await findPeople(app.rooms, q.trim(), 0);
        if (!stale()) setFound(page);
        if (!stale()) setTrouble('');
      } catch (reason) {
        if (!stale()) setTrouble(/** @type {Error} */ (reason).message);
      }
    };
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
  return html`<${Entry} id=${id} label=${label} type="search" autocomplete="off" onInput=${type} onKeyDown=${key} />
    <p class="trouble" role="alert">${trouble}</p>
    <ul class="offers people">${[...kept, ...people].map((person) => html`<li key=${person.id}><${Arch} person=${person} small /><div><b>${person.name}</b><small>${ROLE_WORDS[person.role]}</small></div>${act(person)}</li>`)}</ul>
    <p class="faint" role="status">${summary(found, people.length, q, without)}</p>`;
}

/** @param {{people: readonly Somebody[], more: boolean} | null} found @param {number} count @param {string} q @param {ReadonlySet<number>} [without] */
function summary(found, count, q, without) {
  if (!found) return 'Looking around…';
  if (count === 0 && found.people.some((person) => without?.has(person.id)))
    return q.trim() ? 'They are in.' : 'Everybody is in.';
  if (count === 0) return q.trim() ? 'Nobody of that name.' : 'Nobody else.';
  return found.more ? 'There are more people than these. Type a part of the name.' : '';
}
