// Plain http on a LAN, by a name that browsers do not trust: everything is there but what only https has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse, PASSWORD } from './house.mjs';
import { shelved } from './shelf.mjs';

const NAME = 'snug.lan';
const house = await openHouse({ SNUG_HOSTS: NAME }, [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`]);
house.server.name = NAME;

test('on plain http one comes in, talks, writes without a server, and loses nothing', async () => {
  const rosa = await house.stranger();
  await rosa.page.goto((await house.server.setupLink).replace('127.0.0.1', NAME));
  await rosa.signUp('Rosa', 'Move in');
  const has = await rosa.page.evaluate(() => ({
    secure: isSecureContext,
    worker: 'serviceWorker' in navigator,
    caches: 'caches' in globalThis,
    uuid: 'randomUUID' in crypto,
    manifest: document.querySelector('link[rel=manifest]') !== null,
  }));
  assert.deepEqual(has, { secure: false, worker: false, caches: false, uuid: false, manifest: true });
  assert.equal(new URL(rosa.page.url()).hostname, NAME);
  await rosa.opens('Barn');
  for (const text of lines(3, 'Bale')) await rosa.say(text);
  await rosa.sees('Bale 3');
  await rosa.goes('Lobby');
  await rosa.box.fill('Begun in the lobby');
  await rosa.goes('Barn');

  await house.server.stop();
  await rosa.page.getByText('What you write waits here.').waitFor();
  for (const text of lines(2, 'Straw')) await rosa.say(text);
  await rosa.page.locator('.wait').nth(1).waitFor();
  await house.server.start();
  await rosa.page.reload();
  await rosa.settled();
  await rosa.sees('Straw 2');
  await rosa.page.locator('.wait').first().waitFor({ state: 'detached' });
  assert.deepEqual(await rosa.texts(), [...lines(3, 'Bale'), ...lines(2, 'Straw')]);
  await rosa.goes('Lobby');
  assert.equal(await rosa.box.inputValue(), 'Begun in the lobby');
  await rosa.signsOut();
  await rosa.signIn('Rosa', PASSWORD);
  assert.equal(await rosa.box.inputValue(), 'Begun in the lobby');
  assert.deepEqual(rosa.complaints, []);
});

test('after a reload what was last seen stands there until the server has said hello', async () => {
  const noor = await house.person('Noor');
  for (const text of lines(2, 'Seen')) await noor.say(text);
  await noor.sees('Seen 2');
  await shelved(noor, 'Seen 2');
  await noor.page.goto('about:blank');
  let links = 0;
  let open = () => {};
  const opened = new Promise((resolve) => {
    open = () => resolve(null);
  });
  await noor.page.routeWebSocket(/\/ws$/, async (route) => {
    links += 1;
    if (links === 1) await opened;
    const server = route.connectToServer();
    route.onMessage((text) => server.send(text));
    server.onMessage((text) => route.send(text));
  });
  await noor.page.goto(house.server.url);
  await noor.sees('Seen 2');
  assert.equal(await noor.page.getByText('Here, quietly').count(), 0);
  await noor.say('Written before hello');
  await noor.page.locator('.wait').filter({ hasText: 'Written before hello' }).waitFor();
  open();
  await noor.settled();
  await noor.sees('Written before hello');
  const texts = await noor.texts();
  assert.deepEqual(
    texts.filter((text) => /Seen|Written/.test(text)),
    [...lines(2, 'Seen'), 'Written before hello'],
  );
});
