import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device } from '../../../assets/core/agent.js';
import { placeTicket } from '../../../assets/core/place.js';
import { speak } from '../../../assets/core/words.js';
import { Http } from '../../../assets/net/http.js';
import { OwnAccount } from '../../../assets/store/account.js';
import { Drafts } from '../../../assets/store/drafts.js';
import { Invitations, mayInvite } from '../../../assets/store/invitations.js';
import { OutboxStore } from '../../../assets/store/outbox.js';
import { Session } from '../../../assets/store/session.js';
import { WORDS } from '../../../assets/words/lazy/en.js';

speak('en', WORDS);

/** @typedef {import('../../../assets/core/outbox.js').Letter} Letter */

const TOKEN = 'vwppOv7XvYHCNvDXA2mafwTI7kphDnVfya-oOD3JiLM';
const ROSA = { id: 3, name: 'Rosa', role: 'member', account: 'rosa', muted_until: 0 };
const BEA = { id: 4, name: 'Bea', role: 'member', account: 'bea', muted_until: 0 };
const HOUSE = { setup: false, guests: false, sign_up: 'invitation' };

/**
 * A `fetch` that answers by `METHOD path`, and what it was asked. An answer is a status and a body, or nobody's.
 * @param {Record<string, [number, unknown] | 'away' | (() => [number, unknown])>} answers
 */
function fetchStub(answers) {
  /** @type {{what: string, body: any}[]} */
  const asked = [];
  const fetch = async (/** @type {string} */ url, /** @type {RequestInit} */ { method, body }) => {
    const what = `${method} ${url.replace('/api/v1/', '')}`;
    asked.push({ what, body: body ? JSON.parse(String(body)) : null });
    const answer = answers[what];
    if (answer === 'away' || !answer) throw new TypeError('Failed to fetch');
    const [status, words] = typeof answer === 'function' ? answer() : answer;
    return new Response(words === null ? null : JSON.stringify(words), { status });
  };
  return { http: new Http(/** @type {any} */ (fetch)), asked, answers };
}

/** @param {string} code @param {object} [more] */
const error = (code, more) => ({ error: { code, text: `Because of ${code}.`, ...more } });

test('a ticket is read from an address or from a whole link, and nothing else is one', () => {
  assert.deepEqual(placeTicket(`#setup=${TOKEN}`), { kind: 'setup', token: TOKEN });
  assert.deepEqual(placeTicket(` http://host:8080/#invitation=${TOKEN}\n`), { kind: 'invitation', token: TOKEN });
  for (const other of ['', '#7', '#rooms', '#setup=', '#setup=<script>', `#other=${TOKEN}`, `#setup=${TOKEN}&x`])
    assert.equal(placeTicket(other), null, other);
});

test('browsers are called by names that people know', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
  assert.equal(device(chrome), 'Chrome on Linux');
  assert.equal(device(`${chrome} Edg/150.0`), 'Edge on Linux');
  assert.equal(device('Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'), 'Firefox on Linux');
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19.0 Safari/604';
  assert.equal(device(phone), 'Safari on iPhone');
  assert.equal(device('Mozilla/5.0 (Linux; Android 16; Pixel) Chrome/150.0 Mobile Safari/537.36'), 'Chrome on Android');
  assert.equal(device('curl/8.14'), 'curl/8.14');
  assert.equal(device(''), 'An unknown device');
});

test('an answer is its JSON, a refusal has the code, the words and the wait, and silence says so', async () => {
  const { http, asked } = fetchStub({
    'GET me': [200, ROSA],
    'DELETE sessions/7': [204, null],
    'POST sessions': [429, error('rate_limited', { retry_after_ms: 4000 })],
    'POST guests': [502, '<html>'],
    'PATCH me': 'away',
  });
  assert.deepEqual(await http.ask('GET', 'me'), ROSA);
  assert.equal(await http.ask('DELETE', 'sessions/7'), null);
  assert.equal(asked[1].body, null);
  await assert.rejects(http.ask('POST', 'sessions', { account: 'a' }), (/** @type {any} */ { refusal }) => {
    assert.deepEqual(refusal, { code: 'rate_limited', text: 'Because of rate_limited.', retry_after_ms: 4000 });
    return true;
  });
  const code = (/** @type {Promise<any>} */ asking) => asking.catch((reason) => reason.refusal.code);
  assert.equal(await code(http.ask('POST', 'guests', {})), 'away');
  assert.equal(await code(http.ask('PATCH', 'me', {})), 'away');
});

/** A database in memory. */
function fakeDb() {
  /** @type {Map<string, Letter & {user: number}>} */
  const letters = new Map();
  /** @type {Map<string, {user: number, room: number, text: string}>} */
  const drafts = new Map();
  /** @type {import('../../../assets/net/db.js').Db} */
  const db = {
    letters: async (user) => [...letters.values()].filter((one) => one.user === user).map(({ user: _, ...letter }) => letter),
    keep: (user, letter) => void letters.set(letter.key, { ...letter, user }),
    forget: (key) => void letters.delete(key),
    drafts: async (user) => [...drafts.values()].filter((one) => one.user === user),
    keepDraft: (user, draft) => void drafts.set(`${user} ${draft.room}`, { user, ...draft }),
    blob: async () => undefined,
    sweep() {},
    claim: async () => {},
    clear: async () => {},
    shelf: async () => [],
    keepShelf() {},
    clearShelf() {},
  };
  return { db, letters };
}

/** A session with everything that listens to it, on a socket that the test holds. @param {Parameters<typeof fetchStub>[0]} answers */
function standing(answers) {
  const { http, asked } = fetchStub(answers);
  const { db, letters } = fakeDb();
  /** @type {import('../../../assets/net/socket.js').Listener} */ let listener;
  /** @type {{op: string, fields: any}[]} */
  const sent = [];
  const counts = { connect: 0, drop: 0 };
  /** @type {Record<string, any>} */
  const replies = { send: { seq: 1 } };
  const socket = {
    connect: () => void counts.connect++,
    drop: () => void counts.drop++,
    request: async (/** @type {string} */ op, /** @type {any} */ fields) => {
      sent.push({ op, fields });
      return replies[op] ?? {};
    },
    probe() {},
  };
  /** @type {any[]} */
  const told = [];
  /** @type {(number | null)[]} */
  const claimed = [];
  const timers = { set: () => 0, clear() {} };
  const session = new Session(
    /** @type {any} */ ({
      openSocket: (/** @type {any} */ given) => {
        listener = given;
        return socket;
      },
      http,
      timers,
      random: () => 0,
      claim: async (/** @type {number | null} */ user) => void claimed.push(user),
      tell: (/** @type {any} */ word) => told.push(word),
    }),
  );
  let keys = 0;
  const outbox = new OutboxStore({
    ...{ db, timers, tell() {}, now: () => 1, bring: async () => [] },
    ask: (op, fields) => session.ask(op, fields),
    isLive: () => session.isLive(),
    newKey: () => `key-${keys++}`,
  });
  const drafts = new Drafts(db);
  /** @type {number[]} */
  const welcomed = [];
  const crew = /** @type {any} */ ({
    ...{ outbox, drafts, presence: { lose() {} }, reading: { welcome() {} }, prefs: { heard() {} } },
    rooms: {
      welcome: (/** @type {any[]} */ rooms) => void welcomed.push(rooms.length),
      forget: () => void welcomed.push(0),
      list: { peek: () => [] },
      get() {},
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  /** The server takes the socket and says who one is. @param {object} me */
  const live = async (me) => {
    replies.hello = { me, rooms: [], limits: {} };
    listener.opened();
    await settle();
  };
  const close = async (/** @type {number} */ code) => {
    listener.closed(code);
    await settle();
  };
  return { session, crew, outbox, drafts, sent, asked, told, claimed, counts, letters, welcomed, live, close, answers };
}

test('a stranger stands outside, and is told what the house allows; nothing is connected', async () => {
  const { session, crew, counts, claimed } = standing({ 'GET door': [200, { ...HOUSE, guests: true, me: null }] });
  await session.start(crew);
  assert.deepEqual(session.door.outside.value, { ...HOUSE, guests: true, why: '', was: null, text: '' });
  assert.equal(counts.connect, 0);
  assert.deepEqual(claimed, [null]);
});

test('a server that does not answer leaves the question open: the page tries to come in, and claims nothing', async () => {
  const { session, crew, counts, claimed } = standing({ 'GET door': 'away' });
  await session.start(crew);
  assert.equal(session.door.outside.value, null);
  assert.equal(counts.connect, 1);
  assert.deepEqual(claimed, []);
});

test('coming in tells the other tabs, and opens the door', async () => {
  const { session, crew, told, counts } = standing({
    'GET door': [200, { ...HOUSE, me: null }],
    'POST sessions': [201, ROSA],
    'POST invitations/accept': [201, { ...ROSA, room: 9 }],
  });
  await session.start(crew);
  assert.equal(await session.enter('sessions', { account: 'rosa', password: 'x' }), null);
  assert.equal(session.door.outside.value, null);
  assert.deepEqual(session.me.value, ROSA);
  assert.deepEqual(told, [{ came: 3 }]);
  assert.equal(counts.connect, 1);
  assert.equal(await session.enter('invitations/accept', { token: TOKEN }), 9);
  assert.equal(told.length, 1);
});

test('a session that ends (4401) leads to the door, keeps what was written, and the same person sends it', async () => {
  const { session, crew, outbox, drafts, live, close, sent, welcomed, answers } = standing({
    'GET door': [200, { ...HOUSE, me: ROSA }],
    'POST sessions': [201, ROSA],
  });
  await session.start(crew);
  await live(ROSA);
  drafts.set(1, 'Half a thought');
  session.tell({ type: 'offline' });
  outbox.post(1, 'Waiting');
  session.tell({ type: 'online' });
  answers['GET door'] = [200, { ...HOUSE, me: null }];
  await close(4401);
  assert.equal(session.door.outside.value?.why, 'ended');
  assert.deepEqual(session.door.outside.value?.was, ROSA);
  assert.equal(welcomed.at(-1), 0);
  await session.enter('sessions', {});
  await live(ROSA);
  assert.deepEqual(
    sent.filter(({ op }) => op === 'send').map(({ fields }) => fields.text),
    ['Waiting'],
  );
  assert.equal(drafts.get(1), 'Half a thought');
});

test('whoever else comes in sends nothing of the one before, whose letters wait in the database', async () => {
  const { session, crew, outbox, drafts, live, sent, letters } = standing({ 'GET door': [200, { ...HOUSE, me: ROSA }] });
  await session.start(crew);
  outbox.post(1, 'From Rosa');
  drafts.set(1, 'Rosa began');
  // Another tab has signed in as Bea: the cookie is hers when this one connects.
  await live(BEA);
  assert.deepEqual(
    sent.filter(({ op }) => op === 'send'),
    [],
  );
  assert.equal(drafts.get(1), '');
  outbox.post(1, 'From Bea');
  assert.deepEqual(
    sent.filter(({ op }) => op === 'send').map(({ fields }) => fields.text),
    ['From Bea'],
  );
  assert.deepEqual(
    [...letters.values()].filter((one) => one.user === 3).map((one) => one.text),
    ['From Rosa'],
  );
});

test('who is banned (4403, or by the door itself) is told so, and nothing knocks again by itself', async () => {
  const one = standing({ 'GET door': [200, { ...HOUSE, me: ROSA }] });
  await one.session.start(one.crew);
  await one.live(ROSA);
  one.answers['GET door'] = [200, { ...HOUSE, me: null }];
  await one.close(4403);
  assert.equal(one.session.door.outside.value?.why, 'banned');
  one.session.tell({ type: 'online' });
  one.session.tell({ type: 'visible' });
  assert.equal(one.counts.connect, 1);

  const other = standing({ 'GET door': [403, error('banned')] });
  await other.session.start(other.crew);
  assert.deepEqual(other.session.door.outside.value?.why, 'banned');
  assert.equal(other.session.door.outside.value?.text, 'Because of banned.');
});

test('refused handshakes are doubted: when the session is over, the door comes up', async () => {
  const { session, crew, close, answers } = standing({ 'GET door': [200, { ...HOUSE, me: ROSA }] });
  await session.start(crew);
  answers['GET door'] = [200, { ...HOUSE, me: null }];
  await close(1006);
  session.tell({ type: 'timer' });
  await close(1006);
  assert.equal(session.door.outside.value?.why, 'ended');
});

test('who signs out is not told that the session has ended; who may not stays in', async () => {
  const { session, crew, live, close, answers } = standing({ 'GET door': [200, { ...HOUSE, me: ROSA }] });
  await session.start(crew);
  await live(ROSA);
  await assert.rejects(session.leave(() => Promise.reject(new Error('no'))));
  assert.equal(session.link.value.phase, 'live');
  answers['GET door'] = [200, { ...HOUSE, me: null }];
  await session.leave(() => close(4401));
  assert.equal(session.door.outside.value?.why, '');
});

/** @param {Parameters<typeof fetchStub>[0]} answers @param {object} me */
function ownAccount(answers, me) {
  const { http, asked } = fetchStub(answers);
  /** @type {number[]} */
  const forgotten = [];
  const session = /** @type {any} */ ({ me: { value: me, peek: () => me }, leave: (/** @type {() => any} */ how) => how() });
  const timers = { set: (/** @type {() => void} */ run) => run(), clear() {} };
  return { own: new OwnAccount(http, session, async (user) => void forgotten.push(user), timers), asked, forgotten, session };
}

test('an export goes from page to page, and waits where the server asks for it', async () => {
  let asks = 0;
  const { own } = ownAccount(
    {
      'GET me/export': [200, { account: ROSA, entries: [1, 2], next: '/api/v1/me/export?after=1.2' }],
      'GET me/export?after=1.2': () => {
        asks += 1;
        if (asks === 1) return [429, error('rate_limited', { retry_after_ms: 5 })];
        return [200, { account: ROSA, entries: [3], next: null }];
      },
    },
    ROSA,
  );
  assert.deepEqual(await own.everything(), { account: ROSA, entries: [1, 2, 3] });
});

test('who has no account leaves nothing behind in the browser when they go; who has one does', async () => {
  const member = ownAccount({ 'DELETE sessions/current': [204, null] }, ROSA);
  await member.own.signOut();
  assert.deepEqual(member.forgotten, []);
  const guest = ownAccount({ 'DELETE sessions/current': [204, null] }, { ...ROSA, account: null });
  await guest.own.signOut();
  assert.deepEqual(guest.forgotten, [3]);
  const gone = ownAccount({ 'DELETE me': [204, null] }, ROSA);
  await gone.own.remove('secret');
  assert.deepEqual(gone.asked[0].body, { password: 'secret' });
  assert.deepEqual(gone.forgotten, [3]);
});

test('changes to oneself are shown at once', async () => {
  const { own, session, asked } = ownAccount(
    {
      'PATCH me': [200, { ...ROSA, name: 'Rosie' }],
      'POST me/account': [200, { ...ROSA, room: null }],
      'PUT me/password': [204, null],
    },
    ROSA,
  );
  await own.rename('Rosie');
  assert.equal(session.me.value.name, 'Rosie');
  await own.becomeMember({ account: 'rosa', password: 'x' });
  assert.deepEqual(session.me.value, ROSA);
  await own.changePassword('old', 'fresh');
  assert.deepEqual(asked.at(-1)?.body, { old: 'old', new: 'fresh' });
});

test('members bring guests and members, those who keep order their like, guests nobody', async () => {
  assert.deepEqual(mayInvite('guest'), []);
  assert.deepEqual(mayInvite('visitor'), []);
  assert.deepEqual(mayInvite(undefined), []);
  assert.deepEqual(mayInvite('member'), ['guest', 'member']);
  assert.deepEqual(mayInvite('owner'), ['guest', 'member', 'moderator']);
  const { http, asked } = fetchStub({
    'GET invitations': [200, { invitations: [{ id: 1 }] }],
    'DELETE invitations/1': [204, null],
    'POST invitations/look': [200, { role: 'guest' }],
  });
  const invitations = new Invitations(http);
  assert.deepEqual(await invitations.list(), [{ id: 1 }]);
  await invitations.revoke(1);
  await invitations.look(TOKEN);
  assert.deepEqual(asked.at(-1), { what: 'POST invitations/look', body: { token: TOKEN } });
});
