import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse } from './house.mjs';

const house = await openHouse();

/** The lines of a room that begin with a word, as somebody reads them who comes in now. @param {string} word */
async function readByAnother(word) {
  const reader = await house.person('Reader');
  await reader.page.getByText('Reader').first().waitFor();
  const texts = (await reader.texts()).filter((text) => text.startsWith(word));
  await reader.leaves();
  return texts;
}

test('twenty messages written offline survive closing the tab and a server restart, arrive once, in order', async () => {
  const rosa = await house.person('Rosa');
  const all = lines(20, 'Offline');
  await rosa.page.context().setOffline(true);
  await rosa.page.getByText('No network.').waitFor();
  for (const text of all) await rosa.say(text);
  await rosa.page.locator('.wait').nth(19).waitFor();
  assert.equal(await rosa.page.getByText('Waiting for the network. It will go out by itself.').count(), 20);
  await rosa.leaves();
  await house.server.stop();
  await rosa.page.context().setOffline(false);
  await house.server.start();
  const again = await rosa.tab();
  await again.sees('Offline 20');
  await again.page.locator('.wait').first().waitFor({ state: 'detached' });
  assert.deepEqual(
    (await again.texts()).filter((text) => text.startsWith('Offline')),
    all,
  );
  assert.deepEqual(await readByAnother('Offline'), all);
});

test('a lost confirmation never doubles a message', async () => {
  const rosa = await house.person('Rosa');
  let deaf = true;
  await rosa.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    let sent = 0;
    route.onMessage((text) => {
      const { op, id } = JSON.parse(String(text));
      if (op === 'send') sent = id;
      server.send(text);
    });
    server.onMessage((text) => {
      const frame = JSON.parse(String(text));
      if (!deaf || sent === 0) route.send(text);
      else if (frame.re === sent) {
        deaf = false;
        route.close({ code: 1001, reason: '' });
      }
    });
  });
  await rosa.page.reload();
  await rosa.settled();
  await rosa.say('Confirmed by nobody');
  await rosa.sees('Confirmed by nobody');
  assert.equal(deaf, false, 'the confirmation was taken away');
  assert.equal(await rosa.message('Confirmed by nobody').count(), 1);
  assert.deepEqual(await readByAnother('Confirmed'), ['Confirmed by nobody']);
});

test('a server that is killed in the middle of many messages loses none and doubles none', async () => {
  const rosa = await house.person('Rosa');
  const all = lines(12, 'Killed');
  for (const [index, text] of all.entries()) {
    await rosa.say(text);
    if (index === 5) await house.server.stop('SIGKILL');
  }
  await rosa.page.locator('.wait').filter({ hasText: 'Killed 12' }).waitFor();
  await house.server.start();
  await rosa.sees('Killed 12');
  await rosa.page.locator('.wait').first().waitFor({ state: 'detached' });
  assert.deepEqual(
    (await rosa.texts()).filter((text) => text.startsWith('Killed')),
    all,
  );
  assert.deepEqual(await readByAnother('Killed'), all);
});

test('two tabs share one outbox and a message shows once in each', async () => {
  const one = await house.person('Rosa');
  const two = await one.tab();
  await one.page.context().setOffline(true);
  await one.page.getByText('No network.').waitFor();
  for (const text of lines(3, 'Tab')) await one.say(text);
  await one.page.context().setOffline(false);
  for (const tab of [one, two]) {
    await tab.sees('Tab 3');
    assert.deepEqual(
      (await tab.texts()).filter((text) => text.startsWith('Tab')),
      lines(3, 'Tab'),
    );
  }
  assert.deepEqual(await readByAnother('Tab'), lines(3, 'Tab'));
});

test('what a closed tab has left behind is sent by the one that is still open', async () => {
  const one = await house.person('Rosa');
  const two = await one.tab();
  await two.page.clock.install();
  await two.page.reload();
  await two.settled();
  await house.server.stop();
  await one.say('Left behind');
  await one.page.locator('.wait').filter({ hasText: 'Left behind' }).waitFor();
  await one.leaves();
  await house.server.start();
  await two.page.clock.runFor(40_000);
  await two.sees('Left behind');
  assert.deepEqual(await readByAnother('Left'), ['Left behind']);
});

test('two tabs have the same draft, and what one has sent the other has no more', async () => {
  const rosa = await house.person('Rosa');
  const other = await rosa.tab();
  await rosa.box.fill('Begun in the first');
  await other.boxHas('Begun in the first');
  await other.box.press('End');
  await other.box.pressSequentially(', ended in the second');
  await rosa.boxHas('Begun in the first, ended in the second');
  await other.box.press('Enter');
  await rosa.sees('Begun in the first, ended in the second');
  await rosa.boxHas('');
  await rosa.box.fill('Kept');
  await other.boxHas('Kept');
  await other.page.reload();
  await other.settled();
  await other.boxHas('Kept');
});

test('drafts survive a reload, one per room, and the message goes to the room where Send was pressed', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Attic');
  await rosa.box.fill('For the attic');
  await rosa.goes('Lobby');
  assert.equal(await rosa.box.inputValue(), '');
  await rosa.box.fill('For the lobby');
  await rosa.page.reload();
  await rosa.settled();
  assert.equal(await rosa.box.inputValue(), 'For the lobby');
  await rosa.page.getByRole('link', { name: 'Attic draft' }).waitFor();
  await rosa.goes('Attic');
  assert.equal(await rosa.box.inputValue(), 'For the attic');
  await house.server.stop();
  await rosa.box.press('Enter');
  await rosa.goes('Lobby');
  await house.server.start();
  await rosa.settled();
  await rosa.goes('Attic');
  await rosa.sees('For the attic');
  assert.equal(await rosa.box.inputValue(), '');
  await rosa.goes('Lobby');
  assert.equal(await rosa.message('For the attic').count(), 0);
});
