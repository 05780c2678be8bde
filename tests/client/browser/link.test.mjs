import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse } from './house.mjs';

const house = await openHouse();

test('a server that comes back is found again, and what was said meanwhile is there', async () => {
  const rosa = await house.person('Rosa');
  const noor = await house.person('Noor');
  await rosa.page.context().setOffline(true);
  await rosa.page.getByText('No network. What you write waits here.').waitFor();
  await noor.say('Said meanwhile');
  await noor.sees('Said meanwhile');
  await rosa.page.context().setOffline(false);
  await rosa.sees('Said meanwhile');
  await house.server.stop();
  await rosa.page.getByText('The server is out of reach. What you write waits here.').waitFor();
  await house.server.start();
  await rosa.page.getByRole('button', { name: 'Try now' }).click();
  await rosa.settled();
  await noor.settled();
  await noor.say('And after');
  await rosa.sees('And after');
  assert.equal(await rosa.message('Said meanwhile').count(), 1);
});

test('a link that has gone silent is dropped and made anew', async () => {
  const rosa = await house.stranger();
  await rosa.page.clock.install();
  let links = 0;
  let mute = false;
  await rosa.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    const mine = links;
    links += 1;
    route.onMessage((text) => {
      if (mine > 0 || !mute) server.send(text);
    });
    server.onMessage((text) => {
      if (mine > 0 || !mute) route.send(text);
    });
  });
  await rosa.enter('Rosa and the silence');
  mute = true;
  assert.equal(links, 1);
  await rosa.page.clock.runFor(41_000);
  await rosa.page.waitForFunction(() => document.querySelector('.self small')?.textContent === 'Here, quietly');
  await rosa.say('Through the new link');
  await rosa.sees('Through the new link');
  assert.equal(links, 2);
});

test('a hole in the log is noticed and filled', async () => {
  const rosa = await house.stranger();
  const noor = await house.person('Noor');
  let links = 0;
  await rosa.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    links += 1;
    const first = links === 1;
    server.onMessage((text) => {
      if (!(first && String(text).includes('"Hole 2"'))) route.send(text);
    });
  });
  await rosa.enter('Rosa at the hole');
  for (const text of lines(3, 'Hole')) {
    await noor.say(text);
    await noor.sees(text);
  }
  await rosa.sees('Hole 3');
  assert.deepEqual(
    (await rosa.texts()).filter((text) => text.startsWith('Hole')),
    lines(3, 'Hole'),
  );
  assert.equal(links, 2);
});
