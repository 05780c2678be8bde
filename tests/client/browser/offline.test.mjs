import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, lines, openHouse, PASSWORD } from './house.mjs';
import { shelved } from './shelf.mjs';

/** @typedef {import('./house.mjs').Person} Person */

const house = await openHouse();

/** With a service worker, as on https and on the machine itself. @type {import('./house.mjs').ContextOptions} */
const WITH_WORKER = { ...DESK, serviceWorkers: 'allow' };

/** Until the service worker of this page's build holds all that a start needs. @param {Person} person */
const prepared = (person) => person.page.waitForFunction(() => navigator.serviceWorker.controller !== null);

/** What a hello of this page said of its cursors, and how many resets came, from here on. @param {Person} person */
function listens(person) {
  const heard = { cursors: /** @type {Record<string, number>[]} */ ([]), resets: 0 };
  person.page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(String(payload));
      if (frame.op === 'hello') heard.cursors.push(frame.cursors);
    });
    socket.on('framereceived', ({ payload }) => {
      if (JSON.parse(String(payload)).ev === 'reset') heard.resets += 1;
    });
  });
  return heard;
}

test('without a server the app opens, shows what was last seen, takes messages, and they go out once', async () => {
  const rosa = await house.person('Rosa', WITH_WORKER);
  await prepared(rosa);
  await rosa.opens('Cellar');
  for (const text of lines(3, 'Barrel')) await rosa.say(text);
  await rosa.sees('Barrel 3');
  await shelved(rosa, 'Barrel 3');
  await rosa.leaves();
  await house.server.stop();

  const page = await rosa.page.context().newPage();
  await page.goto(house.server.url);
  const again = Object.assign(Object.create(Object.getPrototypeOf(rosa)), rosa, { page });
  await page.getByText('What you write waits here.').waitFor();
  await again.goes('Cellar');
  assert.deepEqual(await again.texts(), lines(3, 'Barrel'));
  assert.equal(await page.locator('.self div span').textContent(), rosa.name);
  for (const text of lines(5, 'Dark')) await again.say(text);
  await page.locator('.wait').nth(4).waitFor();
  await page.reload();
  await page.locator('.wait').nth(4).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Cellar', level: 1 }).count(), 1);

  await house.server.start();
  await again.settled();
  await again.sees('Dark 5');
  await page.locator('.wait').first().waitFor({ state: 'detached' });
  const all = [...lines(3, 'Barrel'), ...lines(5, 'Dark')];
  assert.deepEqual(await again.texts(), all);
  const noor = await house.person('Noor');
  await noor.joins('Cellar');
  await noor.sees('Dark 5');
  assert.deepEqual(await noor.texts(), all);
  await page.context().close();
});

test('what is opened without a server speaks as it did with one', async () => {
  const rosa = await house.person('Rosa', WITH_WORKER);
  await prepared(rosa);
  await rosa.looksAtSelf();
  await rosa.page.getByRole('button', { name: 'How snug behaves…' }).click();
  await rosa.page.getByLabel('Language').selectOption({ label: 'Deutsch' });
  await rosa.page.locator('html[lang=de]').waitFor();
  await rosa.page.waitForFunction(
    async () =>
      (await caches.match(document.querySelector('script')?.src.replace('app.js', 'words/lazy/de.js') ?? '')) !== undefined,
  );
  await shelved(rosa, rosa.name);
  await house.server.stop();
  const devtools = await rosa.page.context().newCDPSession(rosa.page);
  await devtools.send('Network.clearBrowserCache');
  await rosa.page.reload();
  await rosa.page.locator('html[lang=de]').waitFor();
  await rosa.page.getByText('Der Server ist nicht erreichbar').first().waitFor();
  await house.server.start();
  await rosa.page.context().close();
});

test('the worker keeps the page and its files alone, and nothing that anybody said', async () => {
  const rosa = await house.person('Rosa', WITH_WORKER);
  await prepared(rosa);
  await rosa.say('Not for the cache');
  await rosa.sees('Not for the cache');
  // A view that is fetched now is there without a server, too.
  await shelved(rosa, 'Not for the cache');
  await rosa.page.reload();
  await rosa.settled();
  await rosa.looksAtSelf();
  await rosa.page.waitForFunction(
    async () =>
      (await caches.match(document.querySelector('script')?.src.replace('app.js', 'view/lazy/you.js') ?? '')) !== undefined,
  );
  const kept = await rosa.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return { names, paths: requests.flat().map(({ url }) => new URL(url).pathname) };
  });
  assert.equal(kept.names.length, 1);
  assert.ok(kept.paths.includes('/') && kept.paths.length > 20, String(kept.paths));
  assert.deepEqual(
    kept.paths.filter((path) => path !== '/' && !/^\/assets\/[0-9a-f]{12}\/[\w/-]+\.(js|css|svg)$/.test(path)),
    [],
  );
  await house.server.stop();
  await rosa.page.reload();
  await rosa.looksAtSelf();
  await house.server.start();
  await rosa.page.context().close();
});

test('a reload goes on from what was last seen, without a reset, also past what was deleted meanwhile', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Loft');
  const noor = await house.person('Noor');
  await noor.joins('Loft');
  await noor.say('A word too many');
  await noor.say('A word that stays');
  await rosa.sees('A word that stays');
  await shelved(rosa, 'A word that stays');
  const address = rosa.page.url();
  await rosa.page.goto('about:blank');
  await noor.picks('A word too many', 'Delete…');
  await noor.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await noor.message('A word too many').waitFor({ state: 'detached' });
  await noor.say('Said meanwhile');
  await noor.sees('Said meanwhile');

  const heard = listens(rosa);
  await rosa.page.goto(address);
  await rosa.sees('Said meanwhile');
  assert.deepEqual(await rosa.texts(), ['Removed', 'A word that stays', 'Said meanwhile']);
  assert.equal(heard.resets, 0);
  assert.ok(Object.values(heard.cursors[0]).every((cursor) => cursor > 0) && Object.keys(heard.cursors[0]).length === 2);
  await shelved(rosa, 'A word too many', false);
});

test('what one has been removed from is gone with the first word of the server', async () => {
  const rosa = await house.owner();
  await rosa.opensPrivate('Den');
  const noor = await house.person('Noor');
  await rosa.brings(noor.name);
  await rosa.page.keyboard.press('Escape');
  await rosa.say('Between us');
  await noor.goes('Den');
  await noor.sees('Between us');
  await shelved(noor, 'Between us');
  await noor.page.goto('about:blank');
  await rosa.page.getByRole('button', { name: 'About this room' }).click();
  await rosa.page.getByRole('button', { name: `Remove ${noor.name}` }).click();
  await rosa.page.getByRole('button', { name: `Yes, remove ${noor.name}` }).click();
  await rosa.page.getByText(`${noor.name} is not in any more.`).waitFor();
  await noor.page.goto(house.server.url);
  await noor.settled();
  await noor.page.getByText('You are not in Den any more.').waitFor();
  assert.equal(await noor.page.getByRole('link', { name: 'Den' }).count(), 0);
  await shelved(noor, 'Between us', false);
});

test('a room that one leaves leaves the shelf at once, and whoever signs out leaves it empty', async () => {
  const olga = await house.owner();
  await olga.opens('Pantry');
  await olga.say('Jam');
  await olga.sees('Jam');
  await shelved(olga, 'Jam');
  await olga.page.getByRole('button', { name: 'About this room' }).click();
  await olga.page.getByRole('button', { name: 'Leave this room' }).click();
  await olga.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await olga.page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  await shelved(olga, 'Jam', false);
  await olga.page.reload();
  await olga.settled();
  assert.equal(await olga.page.getByText('You are not in').count(), 0);
  await olga.say('Bread');
  await olga.sees('Bread');
  await shelved(olga, 'Bread');
  await olga.signsOut();
  await shelved(olga, 'Bread', false);
  await shelved(olga, 'Lobby', false);
  await olga.signIn('Olga', PASSWORD);
  await olga.sees('Bread');
});

test('what an earlier version of the client has kept in the browser is still there', async () => {
  for (const version of [1, 2]) {
    const rosa = await house.person('Rosa');
    const user = await rosa.page.evaluate(async () => (await (await fetch('/api/v1/me')).json()).id);
    await rosa.page.goto(`${house.server.url}healthz`);
    await rosa.page.evaluate(
      ({ version, user }) =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('snug');
          const opening = indexedDB.open('snug', version);
          opening.onupgradeneeded = () => {
            const old = version === 1;
            const outbox = opening.result.createObjectStore('outbox', { keyPath: 'key' });
            const drafts = opening.result.createObjectStore('drafts', { keyPath: old ? 'room' : ['user', 'room'] });
            for (const store of old ? [] : [outbox, drafts]) store.createIndex('user', 'user');
            drafts.put(old ? { room: 1, text: 'From before' } : { user, room: 1, text: 'From before' });
          };
          opening.onsuccess = () => {
            opening.result.close();
            resolve(null);
          };
        }),
      { version, user },
    );
    await rosa.page.goto(house.server.url);
    await rosa.settled();
    assert.equal(await rosa.box.inputValue(), 'From before', `version ${version}`);
    await rosa.say('It is all there');
    await rosa.sees('It is all there');
    await shelved(rosa, 'It is all there');
    await rosa.leaves();
  }
});

test('a page of an older build says so quietly, and loads the newer one without losing what was begun', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Study');
  let build = '000000000000';
  await rosa.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    route.onMessage((text) => server.send(text));
    server.onMessage((text) => {
      const frame = JSON.parse(String(text));
      if (frame.result?.build && build) frame.result.build = build;
      route.send(JSON.stringify(frame));
    });
  });
  await rosa.page.reload();
  await rosa.settled();
  const notice = rosa.page.getByRole('status').filter({ hasText: 'There is a newer snug.' });
  await notice.waitFor();
  await rosa.box.fill('I had just begun');
  build = '';
  await notice.getByRole('button', { name: 'Load it' }).click();
  await rosa.page.waitForFunction(() => performance.getEntriesByType('navigation')[0].toJSON().type === 'reload');
  await rosa.settled();
  await notice.waitFor({ state: 'detached' });
  assert.equal(await rosa.box.inputValue(), 'I had just begun');
  await rosa.page.getByRole('heading', { name: 'Study', level: 1 }).waitFor();
});

test('the browser is willing to install it, with colours of the house', async () => {
  const rosa = await house.person('Rosa', WITH_WORKER);
  await prepared(rosa);
  const devtools = await rosa.page.context().newCDPSession(rosa.page);
  const { errors, data, url } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.equal(url, `${house.server.url}app.webmanifest`);
  const manifest = JSON.parse(data ?? '');
  assert.deepEqual([manifest.name, manifest.start_url, manifest.display], ['snug', '/', 'standalone']);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A window of its own is all that a browser under test has to be told apart from one that somebody sits at.
  assert.deepEqual(
    installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
    [],
  );
  for (const icon of manifest.icons) {
    const drawn = await rosa.page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, icon.src);
    if (icon.sizes !== 'any') assert.equal(icon.sizes, drawn.join('x'));
  }
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await rosa.page.emulateMedia({ colorScheme: scheme });
    const { told, hall } = await rosa.page.evaluate((wanted) => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (!canvas) throw new Error('no canvas');
      canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
      const hex = [red, green, blue].map((one) => one.toString(16).padStart(2, '0')).join('');
      const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector(`meta[name="theme-color"][media*="${wanted}"]`));
      return { told: meta?.content, hall: `#${hex}` };
    }, scheme);
    assert.equal(told, hall, scheme);
    if (scheme === 'light') assert.deepEqual([manifest.theme_color, manifest.background_color], [hall, hall]);
  }
});

test('a notice of the system leads to its message in the page that stands open, and the draft stays', async () => {
  const ida = await house.person('Ida', { ...WITH_WORKER, permissions: ['notifications'] });
  const room = await ida.opens('Bell tower');
  await ida.say('it rings');
  await ida.sees('it rings');
  await ida.goes('Lobby');
  await ida.box.fill('half a word');
  await prepared(ida);
  await ida.page.evaluate(() => Object.assign(window, { stands: true }));
  const [worker] = ida.page.context().serviceWorkers();
  await worker.evaluate(async (place) => {
    const self = /** @type {any} */ (globalThis);
    // Only a hand at the screen may give a page the focus; the rest is the browser's own.
    self.WindowClient.prototype.focus = async () => {};
    await self.registration.showNotification('Bell tower', { data: place });
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new self.NotificationEvent('notificationclick', { notification }));
  }, `#${room}/2`);
  await ida.page.getByRole('heading', { name: 'Bell tower', level: 1 }).waitFor();
  await ida.sees('it rings');
  assert.equal(await ida.page.evaluate(() => 'stands' in window), true);
  await ida.goes('Lobby');
  await ida.boxHas('half a word');
});
