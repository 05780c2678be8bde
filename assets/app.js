// Wires the floors together: network below, stores above it, views on top. The only reader of the browser's globals for
// them all.

import { title } from './core/names.js';
import { HALL, placeMessage, placeRoom, placeTicket, roomPlace } from './core/place.js';
import { makeKey } from './core/proto.js';
import { nextRoom, pageKey } from './core/shortcuts.js';
import { choose, direction, say, speak } from './core/words.js';
import { openDb } from './net/db.js';
import { Http } from './net/http.js';
import { Socket } from './net/socket.js';
import { Drafts } from './store/drafts.js';
import { OutboxStore } from './store/outbox.js';
import { Settings } from './store/prefs.js';
import { Presence } from './store/presence.js';
import { Reading } from './store/reading.js';
import { Rooms } from './store/rooms.js';
import { Session } from './store/session.js';
import { Timeline } from './store/timeline.js';
import { effect, html, options, render, signal } from './vendor/preact.js';
import { ahead } from './view/sheets.js';
import { Shell } from './view/shell.js';
import { WORDS } from './words/en.js';

/** @typedef {Awaited<ReturnType<typeof build>>} App */

const timers = {
  set: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clear: (/** @type {any} */ timer) => clearTimeout(timer),
};

/** The build that this page is of, as its own address says. */
const BUILD = import.meta.url.split('/').at(-2) ?? '';

const coarse = matchMedia('(pointer: coarse)');
const small = matchMedia('(width <= 46rem)');

/** The languages that are spoken; all but English have one table each, which is fetched before anything is shown. */
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'zh'];

/** What one has set, as this browser kept it: which language is spoken, before anybody else is asked. */
const prefs = new Settings(
  (op, fields) => app.session.ask(op, fields),
  keptIn('localStorage'),
  () => location.reload(),
);

/** Speaks the language that one has chosen, or the first of the browser's that is known; English when its table does not come. */
async function beginToSpeak() {
  let tag = choose([prefs.all.peek().language ?? '', ...navigator.languages], LANGUAGES);
  const words = () => import(`./words/lazy/${tag.slice(0, 2)}.js`);
  const table = /^en/.test(tag) ? { WORDS } : await words().catch(() => null);
  if (!table) tag = 'en';
  speak(tag, table?.WORDS ?? WORDS, words);
  Object.assign(document.documentElement, { lang: tag, dir: direction(tag) });
}

async function build() {
  const db = await openDb(keptIn('indexedDB'));
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
  const channel = new BroadcastChannel('snug');
  const http = new Http(fetch.bind(globalThis));
  const session = new Session({
    openSocket: (listener) => new Socket(WebSocket, url, timers, listener),
    http,
    timers,
    random: Math.random,
    claim: db.claim,
    tell: (word) => channel.postMessage(word),
    shelf: import('./store/lazy/shelf.js')
      .then(({ Shelf }) => Shelf.open({ db, rooms, timeline, timers, me: () => session.me.peek(), build: BUILD }))
      .catch(() => null),
    build: BUILD,
  });
  /** @param {string} op @param {object} fields */
  const ask = (op, fields) => session.ask(op, fields);
  const newKey = () => makeKey((bytes) => crypto.getRandomValues(bytes));
  const rooms = new Rooms(ask, newKey);
  const outbox = new OutboxStore({
    db,
    ask,
    isLive: () => session.isLive(),
    newKey,
    now: Date.now,
    timers,
    tell: (word) => channel.postMessage(word),
    bring: async (room, files) => (await uploads()).anew(room, files),
  });
  channel.onmessage = ({ data }) => {
    if ('drafted' in data) return drafts.heard(data);
    if (!('came' in data)) return outbox.heard(data);
    // Somebody has come in by another tab: whoever stands outside here, or was somebody else, begins anew as they.
    if (data.came !== session.me.peek()?.id) location.reload();
  };
  const reading = new Reading(rooms, () => session.me.peek()?.id ?? 0, ask, timers);
  const presence = new Presence(rooms, ask, timers);
  const timeline = new Timeline(rooms, session, outbox, reading, ask, timers);
  import('./store/lazy/quotes.js').then(
    ({ Quotes }) => {
      timeline.quoter = new Quotes(rooms, session, timeline.quotes);
    },
    () => {},
  );
  import('./store/lazy/faces.js').then(
    ({ seekFaces }) => seekFaces(session, timers),
    () => {},
  );
  const drafts = new Drafts(db, (word) => channel.postMessage(word), keptIn('sessionStorage'));
  /** Somebody who calls from another room. */
  const notice = signal(
    /** @type {{room: import('./store/room.js').Room, entry: import('./core/proto.js').Entry} | null} */ (null),
  );
  /** @type {Promise<import('./store/lazy/attention.js').Attention> | null} */
  let teller = null;
  /** @type {Promise<import('./store/lazy/uploads.js').Uploads> | null} */
  let begun = null;
  /** Those who bring files to the server, fetched when there is one. */
  const uploads = () => {
    begun ??= import('./store/lazy/uploads.js').then(({ Uploads }) => new Uploads({ db, http, drafts, session, newKey, timers }));
    return begun;
  };
  /** The dialog that is open, by its name in view/sheets.js. */
  const sheet = signal('');
  /** The message whose menu is open, and the button it belongs to. */
  const chosen = signal(/** @type {import('./view/lazy/menu.js').Chosen | null} */ (null));
  /** The link by which one has come, until it is used or put aside. */
  const ticket = signal(keptTicket());
  /** Something to be said quietly about the room one is in. */
  const word = signal('');
  /** The picture that is looked at closely. */
  const shown = signal(/** @type {HTMLAnchorElement | null} */ (null));
  /** Whether the hall is shown where there is place for one thing only. */
  const inHall = signal(location.hash === HALL);
  /** Whether there is place for one thing only. */
  const narrow = signal(small.matches);
  /** Whether one has gone from room to room in this page. */
  const moved = signal(false);
  /** Gives the focus a place when the button that had it goes: to write, or to read. @param {boolean} write */
  const rest = (write) => {
    const place = /** @type {HTMLElement | null} */ (document.querySelector(write ? '#say' : '.log'));
    place?.focus({ preventScroll: true });
  };
  const go = (/** @type {number} */ id) => {
    location.hash = roomPlace(id);
  };
  return {
    ...{ session, rooms, outbox, reading, presence, timeline, drafts, sheet, inHall, narrow, moved, go },
    ...{ http, ticket, timers, rest, chosen, shown, word, prefs, notice },
    /** Keeps nothing of what that person wrote here. */
    forget: db.clear,
    /** The link is used, or put aside. */
    dropTicket: () => {
      keepTicket(null);
      ticket.value = null;
    },
    goHall: () => {
      location.hash = HALL;
    },
    open: (/** @type {string} */ name) => {
      sheet.value = name;
    },
    toLatest: () => {
      timeline.latest();
      rest(false);
    },
    coarse: () => coarse.matches,
    /** Whether the browser lets this address have what only https has: a service worker, installing, system notifications. */
    secure: isSecureContext,
    act: (/** @type {'retry' | 'edit' | 'discard'} */ what, /** @type {string} */ key) => {
      if (what === 'retry') outbox.retry(key);
      const letter = what === 'retry' ? undefined : outbox.takeBack(key);
      if (what === 'edit' && letter?.target) drafts.edit(letter.room, letter.target, letter.text);
      else if (what === 'edit' && letter) drafts.giveBack(letter);
      db.sweep();
      rest(what === 'edit' || !coarse.matches);
    },
    /** Brings files to what one writes in a room. @param {number} room @param {Iterable<File>} files */
    attach: async (room, files) => (await uploads()).add(room, files),
    uploads,
    /** Whoever tells of what comes in. @returns {Promise<import('./store/lazy/attention.js').Attention>} */
    attention: () => {
      teller ??= import('./store/lazy/attention.js').then(({ Attention }) => new Attention(app));
      return teller;
    },
    /** Puts an emoji to a message, or takes one's own away. @param {number} room @param {import('./core/rows.js').MessageRow} row @param {string} emoji */
    react: (room, row, emoji) => {
      const me = session.me.peek()?.id ?? 0;
      const mine = row.reactions.some((reaction) => reaction.emoji === emoji && reaction.by.includes(me));
      outbox.react(room, row.seq, emoji, !mine);
    },
    /** Goes to a message, or says why not. @param {number} room @param {number} seq */
    jump: (/** @type {number} */ room, /** @type {number} */ seq) =>
      timeline.jumpTo(room, seq).then(
        (found) => {
          word.value = found ? '' : say('room.noMessage');
        },
        ({ refusal: { code, text } }) => {
          word.value = code === 'link_lost' ? say('room.messageAway') : text;
        },
      ),
    /** Begins an answer to a message of the current room. @param {number} seq */
    answer: (seq) => {
      drafts.answer(rooms.current.peek()?.id ?? 0, seq);
      rest(true);
    },
    /** Begins to give a message of one's own another text. @param {number} seq @param {string} text */
    edit: (seq, text) => {
      drafts.edit(rooms.current.peek()?.id ?? 0, seq, text);
      rest(true);
    },
  };
}

/** A place where this browser keeps things; none where it does not let a page. @param {'localStorage' | 'sessionStorage' | 'indexedDB'} name @returns {any} */
function keptIn(name) {
  try {
    return globalThis[name];
  } catch {
    return undefined;
  }
}

/** Where the link by which one has come is kept while this tab lives, so that a reload does not lose it. */
const TICKET = 'snug.ticket';

const keptTicket = () => placeTicket(keptIn('sessionStorage')?.getItem(TICKET) ?? '');

/** @param {string | null} hash */
function keepTicket(hash) {
  if (hash) keptIn('sessionStorage')?.setItem(TICKET, hash);
  else keptIn('sessionStorage')?.removeItem(TICKET);
}

/** Takes a token out of the address and the history at once: it is a secret. @param {App} app */
function takeTicket(app) {
  const ticket = placeTicket(location.hash);
  if (!ticket) return;
  keepTicket(location.hash);
  history.replaceState(null, '', location.pathname);
  app.ticket.value = ticket;
}

/** Follows the address, the keyboard, the network and the focus. @param {App} app */
function listen(app) {
  const { session, rooms, reading } = app;
  /** The message that the address names, until one is there. */
  const wanted = signal(0);
  const follow = () => {
    takeTicket(app);
    app.inHall.value = location.hash === HALL;
    const room = placeRoom(location.hash);
    if (room !== null) rooms.go(room);
    wanted.value = placeMessage(location.hash);
    app.word.value = '';
  };
  follow();
  effect(() => {
    const room = rooms.current.value;
    if (!wanted.value || !room || session.link.value.phase !== 'live') return undefined;
    const seq = wanted.peek();
    wanted.value = 0;
    // The address names the room again, so that the same message can be gone to once more.
    history.replaceState(null, '', roomPlace(room.id));
    void app.jump(room.id, seq);
    return undefined;
  });
  addEventListener('hashchange', () => {
    app.moved.value = true;
    follow();
  });
  addEventListener('keydown', (event) => {
    const key = app.sheet.peek() === '' ? pageKey(event) : null;
    if (key?.do === 'latest' && !app.drafts.leave(app.rooms.current.peek()?.id ?? 0)) app.timeline.latest();
    if (key?.do === 'find' || key?.do === 'findHere' || key?.do === 'keys') {
      event.preventDefault();
      app.open(key.do);
    }
    if (key?.do === 'region') {
      event.preventDefault();
      void import('./view/lazy/regions.js').then(
        ({ lead }) => lead(key.by),
        () => {},
      );
    }
    if (key?.do !== 'room') return;
    event.preventDefault();
    const list = rooms.ordered.peek().map((room) => ({ id: room.id, unread: room.lit.peek() ? 1 : 0 }));
    const next = nextRoom(list, rooms.current.peek()?.id ?? 0, key.by, key.unread);
    if (next !== null) app.go(next);
  });
  const look = () => reading.focus(document.hasFocus() && document.visibilityState === 'visible');
  look();
  addEventListener('focus', look);
  addEventListener('blur', look);
  document.addEventListener('visibilitychange', () => {
    look();
    if (document.visibilityState === 'visible') session.tell({ type: 'visible' });
  });
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(name, () => reading.touch(), { passive: true, capture: true });
  }
  const seen = globalThis.visualViewport;
  seen?.addEventListener('resize', () => {
    // Safari lays its keyboard over the page and moves the page up; where the keyboard resizes it, both stay as they are.
    if (seen.scale !== 1) return;
    document.documentElement.style.setProperty('--tall', `${seen.height}px`);
    scrollTo(0, 0);
  });
  small.addEventListener('change', () => {
    app.narrow.value = small.matches;
  });
  addEventListener('pagehide', () => session.pack());
  addEventListener('online', () => session.tell({ type: 'online' }));
  addEventListener('offline', () => session.tell({ type: 'offline' }));
  effect(() => {
    // Whoever has lost the room they were in is in another one, and the address says so.
    const named = placeRoom(location.hash);
    if (!rooms.lost.value.some((one) => one.id === named)) return undefined;
    app.moved.value = true;
    history.replaceState(null, '', rooms.current.peek() ? roomPlace(rooms.current.peek()?.id ?? 0) : HALL);
    return undefined;
  });
  effect(() => {
    document.title = title(rooms.calls.value || rooms.unread.value, rooms.current.value?.name.value ?? '');
    return undefined;
  });
}

// One frame, one rendering, however many entries came in. A page that is not shown is not drawn.
options.debounceRendering = (run) => void requestAnimationFrame(run);

await beginToSpeak();
const app = await build();
listen(app);
render(html`<${Shell} app=${app} />`, document.body);
effect(() => {
  document.documentElement.style.colorScheme = app.prefs.all.value.theme ?? '';
  return undefined;
});
app.session.start(app);
// Not needed to read and write; when it does not come, nothing is told of but by lamps and counts.
app.attention().catch(() => {});
(globalThis.requestIdleCallback ?? setTimeout)(() => void ahead().catch(() => {}));
if (isSecureContext && navigator.serviceWorker)
  import('./store/lazy/worker.js')
    .then(({ register }) => register(navigator.serviceWorker, /** @type {any} */ (globalThis).trustedTypes))
    .catch(() => {});
