import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';
import { register, trusted } from '../../../assets/store/lazy/worker.js';

const SOURCE = readFileSync(path.resolve(import.meta.dirname, '../../../assets/sw.js'), 'utf8');
const ORIGIN = 'https://snug.example';

/** What a fake server says, by the path. @typedef {Record<string, () => Promise<Response> | Response>} Server */

/** All caches of a browser. */
function fakeCaches() {
  /** @type {Map<string, Map<string, Response>>} */
  const all = new Map();
  const pathOf = (/** @type {string | Request} */ what) => new URL(typeof what === 'string' ? what : what.url, ORIGIN).pathname;
  const open = async (/** @type {string} */ name) => {
    const held = all.get(name) ?? new Map();
    all.set(name, held);
    return {
      match: async (/** @type {any} */ what) => held.get(pathOf(what))?.clone(),
      put: async (/** @type {any} */ what, /** @type {Response} */ answer) => void held.set(pathOf(what), answer),
    };
  };
  return { all, open, pathOf };
}

/** A worker of one build beside what earlier ones have left. @param {string} build @param {Server} server @param {ReturnType<typeof fakeCaches>} [store] */
function hire(build, server, store = fakeCaches()) {
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {};
  /** @type {string[]} */
  const asked = [];
  const counts = { skipped: 0, claimed: 0 };
  /** Pages that stand open, and places that were opened. @type {any[]} */
  const pages = [];
  /** @type {string[]} */
  const opened = [];
  /** @type {(() => void)[]} */
  const clocks = [];
  const fetch = async (/** @type {any} */ what) => {
    const pathname = store.pathOf(what);
    asked.push(pathname);
    const answer = server[pathname];
    if (!answer) throw new TypeError('no network');
    return answer();
  };
  const caches = {
    open: async (/** @type {string} */ name) => {
      const cache = await store.open(name);
      const addAll = async (/** @type {string[]} */ paths) => {
        for (const one of paths) await cache.put(one, await fetch(one));
      };
      return { ...cache, addAll };
    },
    keys: async () => [...store.all.keys()],
    delete: async (/** @type {string} */ name) => store.all.delete(name),
    match: async (/** @type {any} */ what) => {
      for (const held of store.all.values()) if (held.has(store.pathOf(what))) return held.get(store.pathOf(what))?.clone();
      return undefined;
    },
  };
  const self = {
    location: { origin: ORIGIN },
    addEventListener: (/** @type {string} */ name, /** @type {(event: any) => void} */ run) => {
      listeners[name] = run;
    },
    skipWaiting: async () => void counts.skipped++,
    clients: {
      claim: async () => void counts.claimed++,
      matchAll: async () => pages,
      openWindow: async (/** @type {string} */ place) => void opened.push(place),
    },
  };
  const code = SOURCE.replaceAll('BUILDHASH', build).replace("'FIRSTLOAD'", "'app.js', 'app.css'");
  const setTimeout = (/** @type {() => void} */ run) => void clocks.push(run);
  vm.runInNewContext(code, { self, caches, fetch, URL, Promise, Error, setTimeout });
  return {
    ...{ store, asked, counts, clocks, pages, opened },
    /** Somebody presses on a notice of the system. @param {string} place */
    async pressed(place) {
      let done = Promise.resolve();
      const notification = { data: place, close: () => {} };
      listeners.notificationclick({ notification, waitUntil: (/** @type {Promise<void>} */ work) => (done = work) });
      await done;
    },
    /** @param {'install' | 'activate'} name */
    async lives(name) {
      let done = Promise.resolve();
      listeners[name]({ waitUntil: (/** @type {Promise<void>} */ work) => (done = work) });
      await done;
    },
    /** What a page gets; `undefined` when the worker leaves it to the browser. @param {string} where @param {{mode?: string, method?: string, origin?: string}} [how] */
    async gives(where, { mode = 'cors', method = 'GET', origin = ORIGIN } = {}) {
      /** @type {Promise<Response> | undefined} */ let answer;
      /** @type {Promise<unknown>[]} */
      const after = [];
      const request = { url: origin + where, mode, method };
      listeners.fetch({
        request,
        respondWith: (/** @type {Promise<Response>} */ given) => (answer = given),
        waitUntil: (/** @type {Promise<unknown>} */ work) => after.push(work),
      });
      const text = answer && (await (await answer).text());
      await Promise.all(after);
      return text;
    },
  };
}

/** A server that serves one build. @param {string} build @returns {Server} */
const serving = (build) => ({
  '/': () => new Response(`<script src="/assets/${build}/app.js">`),
  [`/assets/${build}/app.js`]: () => new Response(`app of ${build}`),
  [`/assets/${build}/app.css`]: () => new Response(`looks of ${build}`),
  [`/assets/${build}/view/lazy/you.js`]: () => new Response(`you of ${build}`),
});

const PAGE = { mode: 'navigate' };

test('the worker takes in the first load of its build, and opens the app by it when nobody answers', async () => {
  const server = serving('aaa');
  const worker = hire('aaa', server);
  await worker.lives('install');
  await worker.lives('activate');
  assert.deepEqual([...(worker.store.all.get('snug-aaa')?.keys() ?? [])], ['/assets/aaa/app.js', '/assets/aaa/app.css', '/']);
  assert.deepEqual(worker.counts, { skipped: 1, claimed: 1 });
  for (const where of Object.keys(server)) delete server[where];
  assert.match((await worker.gives('/?from=home', PAGE)) ?? '', /aaa/);
  assert.equal(await worker.gives('/assets/aaa/app.js'), 'app of aaa');
});

test('a page of another build, or an error, is not taken in, and nothing of this build is then in use', async () => {
  const mixed = hire('aaa', { ...serving('aaa'), '/': () => new Response('/assets/bbb/app.js') });
  await assert.rejects(mixed.lives('install'));
  assert.equal(mixed.counts.skipped, 0);
  await assert.rejects(
    hire('aaa', { ...serving('aaa'), '/': () => new Response('/assets/aaa/', { status: 503 }) }).lives('install'),
  );
  assert.equal(mixed.store.all.get('snug-aaa')?.has('/'), false);
});

test("the page is the server's while it answers in time; a proxy that cannot reach it, and silence, are no answer", async () => {
  const server = serving('aaa');
  const worker = hire('aaa', server);
  await worker.lives('install');
  server['/'] = () => new Response('newer');
  assert.equal(await worker.gives('/', PAGE), 'newer');
  server['/'] = () => new Response('bad gateway', { status: 502 });
  assert.match((await worker.gives('/', PAGE)) ?? '', /aaa/);
  server['/'] = () => new Promise(() => {});
  const slow = worker.gives('/', PAGE);
  worker.clocks.at(-1)?.();
  assert.match((await slow) ?? '', /aaa/);
});

test('where nothing is kept any more, the page waits for the server, however long that takes', async () => {
  const worker = hire('aaa', serving('aaa'));
  assert.match((await worker.gives('/', PAGE)) ?? '', /aaa/);
  await assert.rejects(hire('aaa', {}).gives('/', PAGE), /no network/);
});

test('what is fetched later is kept when it comes, and nothing that is not of this build', async () => {
  const server = serving('aaa');
  server['/assets/old/app.js'] = () => new Response('old');
  server['/assets/aaa/none.js'] = () => new Response('no such file', { status: 404 });
  const worker = hire('aaa', server);
  await worker.lives('install');
  for (const where of ['/assets/aaa/view/lazy/you.js', '/assets/old/app.js', '/assets/aaa/none.js']) await worker.gives(where);
  assert.deepEqual([...(worker.store.all.get('snug-aaa')?.keys() ?? [])].slice(3), ['/assets/aaa/view/lazy/you.js']);
  delete server['/assets/aaa/view/lazy/you.js'];
  assert.equal(await worker.gives('/assets/aaa/view/lazy/you.js'), 'you of aaa');
});

test('what people say and send is never touched', async () => {
  const worker = hire('aaa', serving('aaa'));
  for (const where of ['/api/v1/door', '/api/v1/files/7/a.png', '/ws', '/hooks/x', '/sw.js', '/icons/192.png'])
    assert.equal(await worker.gives(where), undefined, where);
  assert.equal(await worker.gives('/api/v1/files/7/a.pdf', PAGE), undefined);
  assert.equal(await worker.gives('/', { method: 'POST' }), undefined);
  assert.equal(await worker.gives('/assets/aaa/app.js', { origin: 'https://elsewhere.example' }), undefined);
  assert.equal(worker.asked.length, 0);
});

test('with a new build in use the older ones go, but for the last, whose pages may still stand open', async () => {
  const store = fakeCaches();
  await store.open('photos of another app');
  for (const build of ['aaa', 'bbb', 'ccc']) {
    const worker = hire(build, serving(build), store);
    await worker.lives('install');
    await worker.lives('activate');
  }
  assert.deepEqual([...store.all.keys()], ['photos of another app', 'snug-bbb', 'snug-ccc']);
  assert.equal(await hire('ccc', {}, store).gives('/assets/bbb/app.js'), 'app of bbb');
});

test('the one policy of the page lets the service worker through, and nothing else', async () => {
  /** @type {any} */ let rules;
  const trustedTypes = {
    createPolicy: (/** @type {string} */ name, /** @type {any} */ given) => {
      assert.equal(name, 'snug');
      rules = given;
      return given;
    },
  };
  assert.equal(trusted(trustedTypes), '/sw.js');
  assert.deepEqual(Object.keys(rules), ['createScriptURL']);
  for (const other of ['/other.js', 'https://elsewhere.example/sw.js', '//sw.js'])
    assert.throws(() => rules.createScriptURL(other), TypeError);
  assert.equal(trusted(undefined), '/sw.js');
  /** @type {any[]} */
  const registered = [];
  /** @param {(url: string) => Promise<any>} register */
  const container = (register) => /** @type {any} */ ({ register, controller: null, addEventListener: () => {} });
  await register(
    container(async (url) => void registered.push(url)),
    undefined,
  );
  await register(
    container(() => Promise.reject(new Error('site data is off'))),
    undefined,
  );
  assert.deepEqual(registered, ['/sw.js']);
});

test('a notice of the system leads to its place: in the page that stands open, or in a new one', async () => {
  const worker = hire('aaaaaaaaaaaa', serving('aaaaaaaaaaaa'));
  await worker.pressed('#7/12');
  assert.deepEqual(worker.opened, ['/#7/12']);
  const went = /** @type {string[]} */ ([]);
  worker.pages.push({ focus: async () => went.push('focus'), navigate: async (/** @type {string} */ place) => went.push(place) });
  await worker.pressed('#7/13');
  assert.deepEqual([worker.opened, went], [['/#7/12'], ['focus', '/#7/13']]);
});
