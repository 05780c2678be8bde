// What is met seldom: a browser that keeps nothing, a part that does not come, a server that refuses, a page that is not trusted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, lines, openHouse } from './house.mjs';

const NAME = 'snug.lan';
const house = await openHouse({ SNUG_HOSTS: NAME, SNUG_SEARCHES_PER_MINUTE: '0' }, [
  `--host-resolver-rules=MAP ${NAME} 127.0.0.1`,
]);

test('where a browser keeps nothing one talks all the same', async () => {
  const rosa = await house.stranger();
  await rosa.page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException('no', 'SecurityError');
        },
      });
  });
  await rosa.enter('Rosa of nowhere');
  await rosa.say('Nothing of this is kept here');
  await rosa.sees('Nothing of this is kept here');
  await rosa.page.getByRole('button', { name: 'You', exact: true }).click();
  await rosa.page.getByRole('button', { name: 'How snug behaves…' }).click();
  await rosa.page.getByLabel('Light or dark').selectOption({ label: 'Dark' });
  await rosa.page.waitForFunction(() => getComputedStyle(document.documentElement).colorScheme === 'dark');
  await rosa.page.keyboard.press('Escape');
  await rosa.page.getByRole('button', { name: 'Emojis' }).click();
  await rosa.page.getByRole('dialog', { name: 'Emojis' }).locator('.grid button').first().click();
  await rosa.page.waitForFunction(() => /** @type {any} */ (document.querySelector('#say')).value !== '');
  await rosa.page.reload();
  await rosa.sees('Nothing of this is kept here');
  assert.deepEqual(rosa.complaints, []);
});

test('a part of the client that does not come says so, and is there after loading again', async () => {
  const rosa = await house.person('Rosa');
  await rosa.page.route(/\/view\/lazy\/keys\.js$/, (route) => route.abort());
  await rosa.box.fill('Begun before');
  await rosa.page.keyboard.press('Control+/');
  const sheet = rosa.page.getByRole('dialog', { name: 'This did not come' });
  await sheet.waitFor();
  await rosa.page.unroute(/\/view\/lazy\/keys\.js$/);
  await sheet.getByRole('button', { name: 'Load again' }).click();
  await rosa.settled();
  await rosa.boxHas('Begun before');
  await rosa.page.keyboard.press('Control+/');
  await rosa.page.getByRole('dialog', { name: 'Keys' }).waitFor();
});

test('whoever comes in by one tab is in by the others, too', async () => {
  const first = await house.stranger();
  await first.page.goto(house.server.url);
  const second = await first.page.context().newPage();
  await second.goto(house.server.url);
  await second.getByLabel('What do people call you?').waitFor();
  await first.enter('Rosa of two tabs');
  await second.locator('#say').waitFor();
});

test('a window that becomes narrow shows one thing at a time, and both again when it is wide', async () => {
  const rosa = await house.person('Rosa');
  const hall = rosa.page.getByRole('navigation', { name: 'Rooms' });
  await hall.waitFor();
  await rosa.page.setViewportSize({ width: 390, height: 844 });
  await hall.waitFor({ state: 'hidden' });
  await rosa.page.setViewportSize(DESK.viewport ?? { width: 1280, height: 800 });
  await hall.waitFor();
});

test('the first thing that Tab reaches leads past the hall to the box', async () => {
  const rosa = await house.person('Rosa');
  await rosa.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  await rosa.page.reload();
  await rosa.settled();
  const skip = rosa.page.getByRole('link', { name: 'Skip to the message box' });
  await skip.focus();
  await skip.press('Enter');
  await rosa.page.waitForFunction(() => document.activeElement?.id === 'say');
});

test('on plain http a text, a link and code are copied, and pasted elsewhere', async () => {
  const rosa = await house.stranger();
  rosa.name = 'Rosa in the open';
  await rosa.page.goto(house.server.url.replace('127.0.0.1', NAME));
  await rosa.page.getByLabel('What do people call you?').fill(rosa.name);
  await rosa.page.getByRole('button', { name: 'Come in' }).click();
  await rosa.settled();
  assert.equal(await rosa.page.evaluate(() => isSecureContext), false);
  await rosa.say('To be `copied`:\n```\nlet it = 1;\n```');
  const pasted = async () => {
    await rosa.box.fill('');
    await rosa.box.press('Control+v');
    return rosa.box.inputValue();
  };
  await rosa.opensMenu('To be');
  await rosa.page.getByRole('button', { name: 'Copy the text' }).click();
  await rosa.page.locator('.menu').waitFor({ state: 'detached' });
  assert.match(await pasted(), /^To be `copied`:\n```/);
  await rosa.opensMenu('To be');
  await rosa.page.getByRole('button', { name: 'Copy a link to it' }).click();
  await rosa.page.locator('.menu').waitFor({ state: 'detached' });
  assert.match(await pasted(), /^http:\/\/snug\.lan:\d+\/#1\/\d+$/);
  await rosa.message('To be').hover();
  await rosa.message('To be').locator('.code').getByRole('button', { name: 'Copy' }).click();
  await rosa.page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await pasted(), 'let it = 1;');
});

test('a link is marked and copied when it has been made', async () => {
  const olga = await house.owner();
  await olga.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await olga.page.getByRole('button', { name: 'Invite somebody' }).click();
  await olga.page.getByRole('button', { name: 'Make a link' }).click();
  const field = olga.page.getByLabel('The link', { exact: true });
  const link = await field.inputValue();
  await olga.page.getByRole('dialog').getByRole('button', { name: 'Copy', exact: true }).click();
  await olga.page.getByText('Copied.').waitFor();
  assert.equal(await olga.page.evaluate(() => navigator.clipboard.readText()), link);
  assert.ok(await field.evaluate((/** @type {any} */ one) => one.selectionEnd - one.selectionStart === one.value.length));
});

test('what the server refuses outside of forms is said in the sheet where it was asked', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Deaf');
  await rosa.page.route('**/api/v1/me/face', (route) =>
    route.fulfill({ status: 403, json: { error: { code: 'muted', text: 'You are muted.' } } }),
  );
  await rosa.looksAtSelf();
  await rosa.unfolds('How people see you');
  const sheet = rosa.page.getByRole('dialog', { name: 'You' });
  const other = (await sheet.getByRole('radio', { checked: false }).first().getAttribute('aria-label')) ?? '';
  await sheet.getByLabel(other, { exact: true }).check({ force: true });
  await sheet.getByRole('alert').filter({ hasText: 'You are muted' }).waitFor();
  assert.equal(await sheet.getByLabel(other, { exact: true }).isChecked(), false);
  await rosa.page.keyboard.press('Escape');

  await rosa.page.getByRole('button', { name: 'What you are told of' }).click();
  await rosa.page.getByRole('button', { name: 'Of nothing' }).waitFor();
  await rosa.page.context().setOffline(true);
  await rosa.page.getByText('What you write waits here.').waitFor();
  await rosa.page.getByRole('button', { name: 'Of nothing' }).click();
  await rosa.page.getByRole('dialog').getByRole('alert').getByText('Nothing was done').waitFor();
  await rosa.page.context().setOffline(false);
});

test('the arrows go through what was found, from the first one up to the last, and further pages come below it', async () => {
  const rosa = await house.person('Rosa');
  const room = await rosa.opens('Orchard');
  await rosa.floods(room, lines(60, 'pippin'));
  await rosa.sees('pippin 60');
  await rosa.page.keyboard.press('Control+k');
  const field = rosa.page.getByRole('combobox', { name: 'Find' });
  const options = rosa.page.getByRole('listbox').getByRole('option');
  await field.fill('pippin');
  await options.filter({ hasText: 'pippin 60' }).first().waitFor();
  const first = await options.count();
  await field.press('ArrowUp');
  await options
    .nth(first - 1)
    .and(rosa.page.locator('[aria-selected=true]'))
    .waitFor();
  // The last one scrolls into sight, and more come below it.
  await options.nth(first).waitFor();
  await field.press('ArrowDown');
  await options.nth(first).and(rosa.page.locator('[aria-selected=true]')).waitFor();
});

test('somebody is found by their name, and one is in the room with them', async () => {
  const [olga, bea] = [await house.owner(), await house.person('Beatrix')];
  await olga.page.keyboard.press('Control+k');
  await olga.page.getByRole('combobox', { name: 'Find' }).fill(bea.name);
  await olga.page.getByRole('listbox').getByRole('option').filter({ hasText: bea.name }).first().click();
  await olga.page.getByRole('heading', { name: bea.name, level: 1 }).waitFor();
});
