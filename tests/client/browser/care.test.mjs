import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse, PHONE } from './house.mjs';

const house = await openHouse();

/** How far a message may move, in CSS pixels. */
const MOVES_PX_MAX = 1;

/** Refuses every send of a page in the server's place. @param {import('./house.mjs').Person} person */
async function refuses(person) {
  await person.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    route.onMessage((text) => {
      const { op, id } = JSON.parse(String(text));
      const error = { code: 'storage_full', text: 'The disk is full; nothing was stored.' };
      if (op === 'send') route.send(JSON.stringify({ re: id, error }));
      else server.send(text);
    });
  });
  await person.page.reload();
  await person.settled();
}

/** What has the focus. @param {import('./house.mjs').Person} person */
const focused = (person) => person.page.evaluate(() => document.activeElement?.id || document.activeElement?.className);

test('lists are shown as lists with the numbers that were typed, in messages of others and one’s own', async () => {
  const rosa = await house.person('Rosa');
  const noor = await house.person('Noor');
  await rosa.say(`We need:\n- bread for @${noor.name}\n- butter\n  - the good one\n7. last`);
  for (const person of [rosa, noor]) {
    await person.sees('the good one');
    const row = person.message('the good one');
    assert.deepEqual(await row.locator('.said > ul > li > .text').allTextContents(), [`bread for @${noor.name}`, 'butter']);
    assert.equal(await row.locator('ul ul li').textContent(), 'the good one');
    assert.equal(await row.locator('ol li').getAttribute('value'), '7');
  }
  assert.match((await noor.message('the good one').getAttribute('class')) ?? '', /told/);
});

test('a torn half of an emoji is sent as a mark of its loss, and the next message follows', async () => {
  const rosa = await house.person('Rosa');
  await rosa.box.evaluate((box) => {
    const field = /** @type {HTMLTextAreaElement} */ (box);
    field.value = 'torn \ud83d';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await rosa.box.press('Enter');
  await rosa.sees('torn \ufffd');
  await rosa.say('whole 😀');
  await rosa.sees('whole 😀');
});

test('what one reads stays in its place when the window changes its size', async () => {
  const writer = await house.person('Writer');
  const room = await writer.opens('Wide room');
  const words = 'a line that is long enough to break on a small window, and on a smaller one again, twice or more';
  await writer.floods(room, lines(120, words));
  const reader = await house.person('Reader');
  await reader.joins('Wide room');
  await reader.sees(`${words} 120`);
  await reader.log.evaluate((log) => {
    log.scrollTop = log.scrollHeight / 2;
  });
  await reader.page.getByRole('button', { name: 'To the latest' }).waitFor();
  const where = () =>
    reader.log.evaluate((log) => {
      const rows = [...log.querySelectorAll('.msg')];
      const top = log.getBoundingClientRect().top;
      const row = rows.find((one) => one.getBoundingClientRect().bottom > top);
      return { text: row?.querySelector('.text')?.textContent, bottom: row?.getBoundingClientRect().bottom ?? 0 };
    });
  const before = await where();
  for (const width of [760, 1180]) {
    await reader.page.setViewportSize({ width, height: 800 });
    await reader.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const after = await where();
    assert.equal(after.text, before.text, `${width} wide`);
    assert.ok(Math.abs(after.bottom - before.bottom) <= MOVES_PX_MAX, `${width} wide: moved by ${after.bottom - before.bottom}`);
  }
});

test('at midnight Today becomes Yesterday', async () => {
  const rosa = await house.stranger();
  await rosa.page.clock.install();
  await rosa.enter('Rosa before midnight');
  await rosa.say('Before midnight');
  await rosa.sees('Before midnight');
  const days = rosa.page.locator('.rule:not(.fresh)');
  assert.deepEqual(await days.allTextContents(), ['Today']);
  await rosa.page.clock.fastForward('24:00:00');
  await rosa.settled();
  await rosa.say('After midnight');
  await rosa.sees('After midnight');
  await days.filter({ hasText: 'Yesterday' }).waitFor();
  assert.equal(await days.filter({ hasText: 'Today' }).count(), 0);
});

test('no button takes the focus with it when it goes', async () => {
  const rosa = await house.person('Rosa');
  await refuses(rosa);
  await rosa.say('Refused');
  for (const [name, place] of [
    ['Try again', 'say'],
    ['Edit', 'say'],
  ]) {
    await rosa.page.getByRole('button', { name }).focus();
    await rosa.page.keyboard.press('Enter');
    assert.equal(await focused(rosa), place, name);
  }
  await rosa.boxHas('Refused');
  const noor = await house.person('Noor');
  const room = await noor.opens('Tall room');
  await noor.floods(room, lines(60));
  await rosa.joins('Tall room');
  await rosa.sees('Line 60');
  await rosa.log.evaluate((log) => {
    log.scrollTop = 0;
  });
  await rosa.page.getByRole('button', { name: 'To the latest' }).focus();
  await rosa.page.keyboard.press('Enter');
  await rosa.page.locator('.down').waitFor({ state: 'detached' });
  assert.equal(await focused(rosa), 'log');
});

test('a keyboard that is laid over the page leaves the composer in sight', async () => {
  const rosa = await house.stranger(PHONE);
  await rosa.page.addInitScript(() => {
    const fake = Object.assign(new EventTarget(), { height: innerHeight, scale: 1 });
    Object.defineProperty(globalThis, 'visualViewport', { value: fake });
  });
  await rosa.enter('Rosa with a keyboard');
  /** @param {number} height @param {number} scale */
  const resize = (height, scale) =>
    rosa.page.evaluate(
      (seen) => {
        const fake = /** @type {VisualViewport} */ (globalThis.visualViewport);
        Object.assign(fake, seen);
        fake.dispatchEvent(new Event('resize'));
      },
      { height, scale },
    );
  const bottom = () => rosa.page.locator('.say').evaluate((form) => form.getBoundingClientRect().bottom);
  await resize(480, 1);
  assert.ok((await bottom()) <= 480);
  await resize(844, 1);
  const open = await bottom();
  assert.ok(open > 480);
  await resize(300, 2);
  assert.equal(await bottom(), open, 'looking closer is no keyboard');
});
