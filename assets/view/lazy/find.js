// One field for everything: rooms and people by their names, and what was said by its words.

import { when } from '../../core/ago.js';
import { marked, rank } from '../../core/find.js';
import { roomPlace } from '../../core/place.js';
import { mayServe } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { findPeople } from '../../store/host.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Arch, gist, Icon } from '../parts.js';
import { useAttempt } from './attempt.js';
import { afterPause } from './pause.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Entry} Entry */
/** @typedef {import('../../core/proto.js').Person} Person */
/** @typedef {{entry: Entry, around: readonly Entry[]}} Hit */
/** @typedef {{hits: readonly Hit[], words: readonly string[], next?: unknown}} Found */
/** @typedef {{id: string, name: string, near: number, person?: Person, go: () => unknown}} Place */

/** The least that the server is asked for, in characters. */
const ASK_CHARS = 2;

/** How often an answer without hits is gone on from. */
const EMPTY_MAX = 5;

/** @type {Found} */
const NOTHING = { hits: [], words: [] };

/** @param {{app: App, room: import('../../store/room.js').Room | null, close: () => void}} props */
export function Find({ app, room, close }) {
  const [here, setHere] = useState(app.sheet.peek() === 'findHere' ? room : null);
  const [q, setQ] = useState('');
  const [active, setActive] = useState(0);
  const [entered, setEntered] = useState(false);
  const { found, trouble, told, more } = useSearch(app, q, here?.id);
  const places = usePlaces(app, q, here !== null);
  const goTo = (/** @type {Entry} */ { room: id, seq }) => {
    close();
    location.hash = roomPlace(id, seq);
  };
  const options = [
    ...places.map((place) => () => {
      close();
      place.go();
    }),
    ...found.hits.map(
      ({ entry }) =>
        () =>
          goTo(entry),
    ),
  ];
  const at = Math.min(active, options.length - 1);
  useEffect(() => {
    document.getElementById(`found-${at}`)?.scrollIntoView({ block: 'nearest' });
    return undefined;
  }, [at]);
  useEffect(() => {
    // Only now does the list follow the last letter that was typed before Enter.
    if (entered) options[at]?.();
    setEntered(false);
    return undefined;
  }, [entered]);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && options.length > 0) {
      event.preventDefault();
      setActive((to + options.length) % options.length);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      setEntered(true);
    }
    // A field for searching would be emptied first.
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    }
  };
  const type = (/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
    setQ(currentTarget.value);
    setActive(0);
  };
  const end = (/** @type {{currentTarget: HTMLElement}} */ { currentTarget: list }) => {
    if (list.scrollHeight - list.scrollTop - list.clientHeight < list.clientHeight) more();
  };
  const asked = q.trim().length >= ASK_CHARS;
  const summary = asked && found !== NOTHING && options.length === 0 && !trouble ? say('find.nothing') : '';
  return html`<${Dialog} title=${say('find.title')} close=${close}>
    ${here && html`<p class="strip"><b>${say('find.here', { room: here.name.value })}</b><span></span><button class="icon" type="button" aria-label=${say('find.everywhere')} onClick=${() => setHere(null)}><${Icon} name="x" /></button></p>`}
    <input type="search" autofocus autocomplete="off" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls="found" aria-label=${say('find.title')}
      aria-activedescendant=${at >= 0 ? `found-${at}` : undefined} placeholder=${say('find.placeholder')} value=${q} onInput=${type} onKeyDown=${key} />
    ${told}
    <p class="faint" role="status">${summary || (asked ? '' : say('find.hint'))}</p>
    <div class="found" id="found" role="listbox" aria-label=${say('find.results')} onScroll=${end}>
      ${places.map(
        (
          place,
          n,
        ) => html`<div key=${place.id} id=${`found-${n}`} role="option" aria-selected=${String(n === at)} onClick=${options[n]}>
        ${place.person ? html`<${Arch} person=${place.person} small />` : html`<span class="door"></span>`}<span>${place.name}</span></div>`,
      )}
      ${found.hits.map((hit, n) => html`<${Message} key=${`${hit.entry.room}-${hit.entry.seq}`} app=${app} hit=${hit} words=${found.words} n=${places.length + n} at=${at} go=${options[places.length + n]} />`)}
    </div>
  <//>`;
}

/** @param {{app: App, hit: Hit, words: readonly string[], n: number, at: number, go: () => void}} props */
function Message({ app, hit: { entry, around }, words, n, at, go }) {
  const room = app.rooms.get(entry.room)?.name.value ?? '';
  const near = (/** @type {Entry} */ one) =>
    html`<small class="near" dir="auto"><b>${one.by.name}</b> ${gist(one.text ?? '')}</small>`;
  return html`<div id=${`found-${n}`} class="hit" role="option" aria-selected=${String(n === at)} onClick=${go}>
    <${Arch} person=${entry.by} small />
    <div><small>${entry.by.name} · ${room} · ${when(entry.at, Date.now())}</small>
      ${around.filter((one) => one.seq < entry.seq).map(near)}
      <p dir="auto">${marked(entry.text ?? '', words).map(({ text, found }) => (found ? html`<mark>${text}</mark>` : text))}</p>
      ${around.filter((one) => one.seq > entry.seq).map(near)}</div></div>`;
}

/** What the server finds, a while after the last letter. @param {App} app @param {string} q @param {number} [room] */
function useSearch(app, q, room) {
  const [found, setFound] = useState(NOTHING);
  const { attempt, trouble, told } = useAttempt();
  const [going, setGoing] = useState(false);
  const offset = -new Date().getTimezoneOffset();
  /** @param {unknown} [before] @returns {Promise<Found>} */
  const ask = (before) => app.session.ask('search', { text: q, room, before, offset });
  useEffect(() => {
    if (q.trim().length < ASK_CHARS) {
      void attempt(async () => setFound(NOTHING));
      return undefined;
    }
    const look = (/** @type {() => boolean} */ stale) =>
      attempt(
        async () => {
          let page = await ask();
          for (let empty = 0; page.hits.length === 0 && page.next && empty < EMPTY_MAX && !stale(); empty += 1)
            page = await ask(page.next);
          if (!stale()) setFound(page);
        },
        undefined,
        stale,
      );
    return afterPause(app.timers, look);
  }, [q, room]);
  const more = async () => {
    if (!found.next || going) return;
    setGoing(true);
    await attempt(async () => {
      const page = await ask(found.next);
      setFound((held) => (held === found ? { ...page, hits: [...found.hits, ...page.hits] } : held));
    });
    setGoing(false);
  };
  return { found, trouble, told, more };
}

/** Rooms and people whose names fit. @param {App} app @param {string} q @param {boolean} none @returns {readonly Place[]} */
function usePlaces(app, q, none) {
  const [people, setPeople] = useState(/** @type {readonly Person[]} */ ([]));
  const may = mayServe(app.session.me.value?.role, 'listPeople');
  useEffect(() => {
    if (!may || none || q.trim().length < ASK_CHARS) {
      setPeople([]);
      return undefined;
    }
    const look = (/** @type {() => boolean} */ stale) =>
      findPeople(app.rooms, q.trim(), 0).then(
        ({ people: some }) => !stale() && setPeople(some),
        () => !stale() && setPeople([]),
      );
    return afterPause(app.timers, look);
  }, [q, none]);
  if (none) return [];
  const me = app.session.me.value?.id;
  const rooms = app.rooms.ordered.value.map((room, n) => {
    const [person] = room.kind === 'direct' ? room.people.value : [];
    return { id: `room ${room.id}`, name: room.name.value, near: -n, person, go: () => app.go(room.id) };
  });
  const known = new Set(
    app.rooms.directs.value.filter((room) => room.people.value.length === 1).map((room) => room.people.value[0].id),
  );
  const others = people
    .filter(({ id }) => id !== me && !known.has(id))
    .map((person) => {
      const go = async () => app.go(await app.rooms.direct([person.id]));
      return { id: `person ${person.id}`, name: person.name, near: -1000, person, go };
    });
  return rank([...rooms, ...others], q);
}
