import assert from 'node:assert/strict';
import { test } from 'node:test';
import { from, reset } from '../../../assets/core/log.js';
import { DOORS_MAX, PAGE_CHARS_MAX, PAGES_MAX, Shelf, WRITE_MS } from '../../../assets/store/lazy/shelf.js';
import { Rooms } from '../../../assets/store/rooms.js';
import { Session } from '../../../assets/store/session.js';

/** @typedef {import('../../../assets/store/lazy/shelf.js').Row} Row */

const ROSA = /** @type {any} */ ({ id: 3, name: 'Rosa', role: 'member', account: 'rosa', muted_until: 0 });
const NOOR = { ...ROSA, id: 4, name: 'Noor' };

/** @param {number} id @param {number} [head] @returns {any} */
const info = (id, head = 0) => ({
  ...{ id, name: `Room ${id}`, topic: '', kind: 'open', shows_past: true, slow_ms: 0, archived: false, made: false },
  ...{ since: 1, head, read: head, unread: 0, level: 'mentions' },
});

/** @param {number} room @param {number} seq @param {string} [text] @returns {any} */
const entry = (room, seq, text = `Line ${seq}`) => ({
  room,
  seq,
  at: room * 1000 + seq,
  by: { id: 9, name: 'Bea' },
  kind: 'message',
  text,
});

/** The database of one browser: what its shelf holds, by person and room. */
function database() {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  const db = {
    shelf: async () => structuredClone([...rows.values()]),
    keepShelf: (/** @type {number} */ user, /** @type {Row[]} */ fresh, /** @type {number[]} */ gone) => {
      for (const room of gone) rows.delete(`${user} ${room}`);
      for (const row of fresh) rows.set(`${user} ${row.room}`, structuredClone(row));
    },
    clearShelf: (/** @type {number | null} */ but) => {
      for (const key of rows.keys()) if (but === null || !key.startsWith(`${but} `)) rows.delete(key);
    },
  };
  return { rows, db };
}

/** A page that has just been opened. @param {ReturnType<typeof database>} browser @param {{me?: any, build?: string}} [how] */
async function open(browser, { me = ROSA, build = 'aaa' } = {}) {
  const rooms = new Rooms(
    async () => ({}),
    () => 'key',
  );
  const timeline = {
    reset: (/** @type {number} */ id, /** @type {number} */ head, /** @type {any[]} */ page) => {
      const room = rooms.get(id);
      if (room) room.log.value = reset(head, page);
    },
  };
  /** @type {{run: () => void, ms: number}[]} */
  const set = [];
  const timers = {
    set: (/** @type {() => void} */ run, /** @type {number} */ ms) => set.push({ run, ms }),
    clear: () => void set.pop(),
  };
  const shelf = await Shelf.open(/** @type {any} */ ({ db: browser.db, rooms, timeline, timers, me: () => me, build }));
  /** The server lets in and brings every room in step. @param {...[number, number]} heads */
  const welcome = (...heads) => {
    rooms.welcome(heads.map(([id, head]) => info(id, head)));
    for (const [id, head] of heads) timeline.reset(id, head, head > 0 ? [entry(id, head)] : []);
  };
  return { shelf, rooms, timeline, set, welcome };
}

test('what one page has seen the next one shows, with its cursor, its counts and all the server told of the room', async () => {
  const browser = database();
  const first = await open(browser);
  assert.equal(first.shelf.last, null);
  first.shelf.belong(ROSA);
  first.welcome([1, 7], [2, 0]);
  const [room] = first.rooms.list.peek();
  room.topic.value = 'Warm';
  room.unread.value = 2;
  first.shelf.write();

  const second = await open(browser);
  assert.deepEqual(second.shelf.last, ROSA);
  assert.equal(second.rooms.list.peek().length, 0, 'nothing is shown before it is known who is there');
  second.shelf.belong(ROSA);
  const [again, empty] = second.rooms.list.peek();
  assert.deepEqual([again.log.peek().cursor, again.log.peek().recent], [7, [entry(1, 7)]]);
  assert.deepEqual([again.topic.peek(), again.unread.peek(), again.countedTo], ['Warm', 2, 7]);
  assert.equal(/** @type {any} */ (again.info).level, 'mentions');
  assert.equal(empty.log.peek().cursor, 0);
});

test('a page of another build reads nothing of it, and neither does anybody else', async () => {
  const browser = database();
  const first = await open(browser);
  first.shelf.belong(ROSA);
  first.welcome([1, 7]);
  first.shelf.write();
  const newer = await open(browser, { build: 'bbb' });
  assert.equal(newer.shelf.last, null);
  const noor = await open(browser, { me: NOOR });
  noor.shelf.belong(NOOR);
  assert.equal(noor.rooms.list.peek().length, 0);
  assert.equal(browser.rows.size, 0);
});

test('when the server was quicker, what is kept is not shown any more', async () => {
  const browser = database();
  const first = await open(browser);
  first.shelf.belong(ROSA);
  first.welcome([1, 7]);
  first.shelf.write();
  const second = await open(browser);
  second.welcome([2, 5]);
  second.shelf.belong(ROSA);
  assert.deepEqual(
    second.rooms.list.peek().map(({ id }) => id),
    [2],
  );
});

test('only what has changed is written, a while after it has, or when the page goes', async () => {
  const browser = database();
  const { shelf, rooms, timeline, set, welcome } = await open(browser);
  shelf.belong(ROSA);
  welcome([1, 7], [2, 5]);
  shelf.hurry();
  assert.equal(browser.rows.size, 0, 'nothing waits');
  shelf.soon();
  shelf.soon();
  assert.deepEqual(
    set.map(({ ms }) => ms),
    [WRITE_MS],
  );
  set[0].run();
  assert.deepEqual([...browser.rows.keys()], ['3 1', '3 2', '3 0']);
  browser.rows.clear();
  timeline.reset(2, 6, [entry(2, 6)]);
  shelf.soon();
  shelf.hurry();
  assert.deepEqual([...browser.rows.keys()], ['3 2']);
  shelf.write();
  assert.equal(browser.rows.size, 1);
  rooms.left(2);
  assert.equal(browser.rows.size, 0, 'a room that one has left goes at once');
});

test('with nobody there any more nothing stays, and nothing is written', async () => {
  const browser = database();
  const { shelf, welcome } = await open(browser);
  shelf.belong(ROSA);
  welcome([1, 7]);
  shelf.write();
  shelf.drop();
  assert.equal(browser.rows.size, 0);
  shelf.write();
  assert.equal(browser.rows.size, 0);
});

test('the shelf is bounded: in rooms, in pages, and in what a page holds', async () => {
  const browser = database();
  const { shelf, timeline, welcome } = await open(browser);
  shelf.belong(ROSA);
  welcome(...Array.from({ length: DOORS_MAX + 5 }, (_, at) => /** @type {[number, number]} */ ([at + 1, 3])));
  const long = Array.from({ length: 50 }, (_, at) => entry(1000, at + 1, 'x'.repeat(8000)));
  timeline.reset(1000, 50, long);
  shelf.write();
  const rows = [...browser.rows.values()].filter(({ room }) => room !== 0);
  assert.equal(rows.length, DOORS_MAX);
  const pages = rows.filter(({ cursor }) => cursor);
  assert.ok(pages.length <= PAGES_MAX && pages.length > PAGES_MAX - 10);
  assert.ok(
    pages.every(({ room }) => room > 900),
    'those in which something was last',
  );
  const kept = browser.rows.get('3 1000')?.entries ?? [];
  assert.deepEqual([kept.at(-1)?.seq, kept.length], [50, Math.floor(PAGE_CHARS_MAX / JSON.stringify(long[49]).length)]);
});

test('whoever has come in again sees nothing from before that', () => {
  const log = from(reset(5, [entry(1, 3), entry(1, 4), entry(1, 5)]), 5);
  assert.deepEqual([log.cursor, log.entries.map(({ seq }) => seq), log.recent.map(({ seq }) => seq)], [5, [5], [5]]);
});

/** A session at its start, before a door that answers when and how the test says. @param {any} shelf */
function starting(shelf) {
  /** @type {(() => void)[]} */
  const waits = [];
  /** @type {(answer: any) => void} */ let answer = () => {};
  /** @type {any} */ let listener;
  /** @type {any} */ let welcome;
  const session = new Session(
    /** @type {any} */ ({
      openSocket: (/** @type {any} */ given) => {
        listener = given;
        return { connect() {}, drop() {}, request: async () => welcome };
      },
      http: { ask: () => new Promise((resolve) => (answer = resolve)) },
      timers: { set: (/** @type {() => void} */ run) => waits.push(run), clear() {} },
      random: () => 0,
      claim: async () => {},
      tell() {},
      shelf: Promise.resolve(shelf),
      build: 'aaa',
    }),
  );
  const belong = async function (/** @type {number} */ user) {
    // @ts-expect-error: whoever it is, a drawer of theirs.
    this.user = user;
  };
  const rooms = new Rooms(
    async () => ({}),
    () => 'key',
  );
  const crew = /** @type {any} */ ({
    ...{
      rooms,
      drafts: { belong },
      outbox: { belong, lose() {}, flush() {} },
      presence: { lose() {} },
      reading: { welcome() {} },
      prefs: { heard() {} },
    },
  });
  return {
    ...{ session, crew, waits },
    answers: (/** @type {any} */ words) => answer(words),
    greets: async (/** @type {any} */ words) => {
      welcome = words;
      listener.opened();
      await turn();
    },
  };
}

/** Until whatever can go on has gone on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A shelf of Rosa's that notes what is asked of it. */
function noting() {
  /** @type {string[]} */
  const did = [];
  const note = (/** @type {string} */ word) => () => void did.push(word);
  const belong = (/** @type {any} */ me) => void did.push(`belongs to ${me.name}`);
  return { did, shelf: { last: ROSA, belong, drop: note('drop'), soon: note('soon'), hurry: note('hurry') } };
}

test('before a door that is slow to answer, what was last seen is shown after a while', async () => {
  const { did, shelf } = noting();
  const { session, crew, waits } = starting(shelf);
  const started = session.start(crew);
  await turn();
  assert.deepEqual([did, session.me.peek()], [[], null]);
  waits[0]();
  await started;
  assert.deepEqual([did, session.me.peek(), session.link.peek().phase], [['belongs to Rosa'], ROSA, 'opening']);
});

test('whom the door does not know sees nothing of it, and nothing of it stays', async () => {
  const { did, shelf } = noting();
  const { session, crew, answers } = starting(shelf);
  const started = session.start(crew);
  await turn();
  answers({ me: null, setup: false, guests: true, sign_up: 'open' });
  await started;
  assert.deepEqual([did, session.me.peek()], [['drop'], null]);
  session.pack();
  assert.deepEqual(did, ['drop', 'hurry']);
});

test('a server of another build is told of, one of the same or of none is not', async () => {
  for (const [build, newer] of /** @type {const} */ ([
    ['bbb', true],
    ['aaa', false],
    [undefined, false],
  ])) {
    const { session, crew, answers, greets } = starting(null);
    const started = session.start(crew);
    await turn();
    answers({ me: ROSA, setup: false, guests: true, sign_up: 'open' });
    await started;
    await greets({ me: ROSA, rooms: [], limits: {}, build });
    assert.equal(session.newer.peek(), newer, String(build));
  }
});
