import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse, PHONE } from './house.mjs';

/** @typedef {import('./house.mjs').Person} Person */

const house = await openHouse();

/** How far a message may move, in CSS pixels. */
const MOVES_PX_MAX = 1;

/** The first message in sight, and where it is. @param {Person} person */
const firstInSight = (person) =>
  person.log.evaluate((log) => {
    const top = log.getBoundingClientRect().top;
    const row = [...log.querySelectorAll('.msg')].find((one) => one.getBoundingClientRect().bottom > top);
    const words = row?.querySelector('.text');
    return { text: words?.textContent ?? '', y: words?.getBoundingClientRect().top ?? 0 };
  });

/** Where a message is now. @param {Person} person @param {string} text */
const whereIs = (person, text) =>
  person.log.evaluate((log, wanted) => {
    const words = [...log.querySelectorAll('.text')].find((one) => one.textContent === wanted);
    return words?.getBoundingClientRect().top ?? Number.NaN;
  }, text);

/** @param {Person} person */
const rowCount = (person) => person.page.locator('.log li').count();

/** Until the end of the log is in sight. @param {Person} person */
const atEnd = (person) =>
  person.page.waitForFunction(() => {
    const log = document.querySelector('.log');
    return log && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });

/** Scrolls to a distance from the top, and waits until the page has taken notice. @param {Person} person @param {number} top */
const scrollTo = (person, top) =>
  person.log.evaluate(
    (log, to) =>
      new Promise((resolve) => {
        log.addEventListener('scroll', () => requestAnimationFrame(() => resolve(undefined)), { once: true });
        log.scrollTop = to;
      }),
    top,
  );

/** A room with many lines, and a reader who has just come in. @param {string} name @param {string[]} texts @param {object} [options] */
async function fullRoom(name, texts, options) {
  const writer = await house.person('Writer');
  const room = await writer.opens(name);
  await writer.floods(room, texts);
  const reader = await house.person('Reader', options);
  if (options === PHONE) await reader.page.getByRole('link', { name: /^Rooms/ }).tap();
  await reader.joins(name);
  await atEnd(reader);
  return { writer, reader, room };
}

for (const [size, options] of /** @type {const} */ ([
  ['desk', undefined],
  ['phone', PHONE],
])) {
  test(`history that comes in above moves what one reads by at most one pixel (${size})`, async () => {
    const texts = lines(180, 'Long').map((text, index) => (index % 5 ? text : `${text} ${'which goes on and on '.repeat(12)}`));
    const { reader } = await fullRoom(`Long room ${size}`, texts, options);
    for (let page = 0; page < 3; page += 1) {
      const before = await rowCount(reader);
      const oldest = await reader.page.locator('.msg .text').first().textContent();
      await scrollTo(reader, 40);
      const seen = await firstInSight(reader);
      await reader.page.waitForFunction((text) => document.querySelector('.msg .text')?.textContent !== text, oldest);
      assert.ok((await rowCount(reader)) > before);
      const moved = (await whereIs(reader, seen.text)) - seen.y;
      assert.ok(Math.abs(moved) <= MOVES_PX_MAX, `${seen.text.slice(0, 12)} moved by ${moved}`);
    }
    await scrollTo(reader, 0);
    await reader.page.getByText(`This is where Long room ${size} begins.`).waitFor();
  });
}

test('a message that comes while one reads further up moves nothing; the pill and the title count it, and the pill jumps', async () => {
  const { writer, reader } = await fullRoom('Pill room', lines(80, 'Said'));
  await scrollTo(reader, 300);
  await reader.page.getByRole('button', { name: 'To the latest' }).waitFor();
  const seen = await firstInSight(reader);
  await writer.say('Fresh one');
  await writer.say('Fresh two');
  const pill = reader.page.getByRole('button', { name: '2 new below' });
  await pill.waitFor();
  assert.equal(await reader.page.title(), '(2) Pill room · snug');
  assert.ok(Math.abs((await whereIs(reader, seen.text)) - seen.y) <= MOVES_PX_MAX);
  await pill.click();
  await atEnd(reader);
  await reader.page.locator('.down').waitFor({ state: 'detached' });
  await reader.page.waitForFunction(() => document.title === 'Pill room · snug');
});

test('at the end the log follows what comes in, and a growing composer hides nothing', async () => {
  const { writer, reader } = await fullRoom('Flowing room', lines(60, 'Flow'));
  await writer.floods(Number(new URL(writer.page.url()).hash.slice(1)), lines(30, 'More'));
  await reader.sees('More 30');
  await atEnd(reader);
  await reader.box.fill('one\ntwo\nthree\nfour\nfive\nsix');
  await atEnd(reader);
  assert.ok(await reader.message('More 30').isVisible());
});

test('at most 400 rows stand in the page however far one scrolls, and all come back on the way down', async () => {
  const { reader } = await fullRoom('Endless room', lines(460, 'Endless'));
  const most = 400;
  for (let first = 0; first !== 1; ) {
    assert.ok((await rowCount(reader)) <= most);
    const oldest = await reader.page.locator('.msg .text').first().textContent();
    await scrollTo(reader, 10);
    await reader.page.waitForFunction((text) => document.querySelector('.msg .text')?.textContent !== text, oldest);
    first = Number((await reader.page.locator('.msg .text').first().textContent())?.split(' ')[1]);
  }
  assert.equal(await reader.page.getByText('Endless 460', { exact: true }).count(), 0);
  const seen = new Set();
  for (;;) {
    for (const text of await reader.texts()) seen.add(text);
    if (seen.has('Endless 460')) break;
    assert.ok((await rowCount(reader)) <= most);
    const newest = await reader.page.locator('.msg .text').last().textContent();
    await scrollTo(reader, 1e9);
    await reader.page.waitForFunction(
      (text) => [...document.querySelectorAll('.msg .text')].at(-1)?.textContent !== text,
      newest,
    );
  }
  for (const text of lines(460, 'Endless')) assert.ok(seen.has(text), `${text} came back`);
});

test('a page of history that the server refuses at the top is asked for again by itself', async () => {
  const { reader } = await fullRoom('Refused room', lines(70, 'Refused'));
  let refusals = 0;
  await reader.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    route.onMessage((text) => {
      const { op, id } = JSON.parse(String(text));
      if (op !== 'history' || refusals === 2) return server.send(text);
      refusals += 1;
      const error = { code: 'rate_limited', text: 'Too many questions. Wait a moment.', retry_after_ms: 50 };
      return route.send(JSON.stringify({ re: id, error }));
    });
  });
  await reader.page.reload();
  await reader.sees('Refused 70');
  await reader.log.evaluate((log) => log.scrollTo(0, 0));
  await reader.page.getByText('This is where Refused room begins.').waitFor();
  assert.equal(refusals, 2);
});

test('Escape leads from far up to the newest message', async () => {
  const { reader } = await fullRoom('Escape room', lines(60, 'Escape'));
  await scrollTo(reader, 10);
  await reader.page.getByRole('button', { name: 'To the latest' }).waitFor();
  await reader.log.focus();
  await reader.page.keyboard.press('Escape');
  await atEnd(reader);
});

test('from far up, the pill leads straight to the newest message', async () => {
  const { reader } = await fullRoom('Deep room', lines(460, 'Deep'));
  for (let pages = 0; pages < 8; pages += 1) {
    const oldest = await reader.page.locator('.msg .text').first().textContent();
    await scrollTo(reader, 10);
    await reader.page.waitForFunction((text) => document.querySelector('.msg .text')?.textContent !== text, oldest);
  }
  assert.equal(await reader.page.getByText('Deep 460', { exact: true }).count(), 0);
  await reader.page.getByRole('button', { name: 'To the latest' }).click();
  await reader.page.getByText('Deep 460', { exact: true }).waitFor();
  await atEnd(reader);
});

test('what came while one was away stands below one divider, which stays until one leaves the room', async () => {
  const { writer, reader } = await fullRoom('Divided room', lines(3, 'Old'));
  await reader.goes('Lobby');
  await writer.say('New one');
  await reader.page.getByRole('link', { name: 'Divided room 1 unread' }).click();
  const divider = reader.page.getByText(/^New since \d\d:\d\d$/);
  await divider.waitFor();
  const order = await reader.page.locator('.fresh, .msg').allTextContents();
  assert.match(order.at(-2) ?? '', /New since/);
  await reader.page.mouse.move(400, 400);
  await reader.page.getByRole('link', { name: 'Divided room', exact: true }).waitFor();
  await writer.say('New two');
  await reader.sees('New two');
  assert.equal(await divider.count(), 1);
  await reader.goes('Lobby');
  await reader.goes('Divided room');
  assert.equal(await divider.count(), 0);
});

test('nothing is read while nobody is there: no focus, no hand, or the end out of sight', async () => {
  const { writer, reader } = await fullRoom('Quiet room', lines(60, 'Quiet'));
  const blur = () => reader.page.evaluate(() => dispatchEvent(new Event('blur')));
  await reader.page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => document.body.dataset.away === undefined });
    document.body.dataset.away = '';
  });
  await blur();
  await writer.say('Unseen');
  await reader.sees('Unseen');
  assert.equal(await reader.page.title(), '(1) Quiet room · snug');
  await reader.page.evaluate(() => {
    delete document.body.dataset.away;
    dispatchEvent(new Event('focus'));
  });
  assert.equal(await reader.page.title(), '(1) Quiet room · snug', 'focus alone reads nothing');
  await reader.page.mouse.move(300, 300);
  await reader.page.waitForFunction(() => document.title === 'Quiet room · snug');
  const second = await reader.tab();
  await second.page.getByRole('link', { name: 'Quiet room', exact: true }).waitFor();
});

test('new messages of others are read out once, author first; history and one’s own are not', async () => {
  const { writer, reader } = await fullRoom('Spoken room', lines(120, 'Spoken'));
  const region = reader.page.locator('#announce');
  assert.equal(await region.getAttribute('aria-live'), 'polite');
  await scrollTo(reader, 10);
  await reader.page.getByText('Spoken 60', { exact: true }).waitFor({ state: 'attached' });
  assert.equal(await region.textContent(), '');
  await reader.say('My own');
  await reader.sees('My own');
  await writer.say('Listen');
  await reader.sees('Listen');
  assert.deepEqual(await region.locator('p').allTextContents(), [`${writer.name}: Listen`]);
});

test('who comes back to more than a page of news is led to the first of it', async () => {
  const [writer, reader] = [await house.person('Writer'), await house.person('Reader')];
  const room = await writer.opens('News room');
  await reader.joins('News room');
  await reader.goes('Lobby');
  await writer.floods(room, lines(180, 'News'));
  await writer.sees('News 180');
  await reader.goes('News room');
  await reader.sees('News 180');
  const first = reader.page.getByRole('button', { name: 'To the first unread' });
  await first.click();
  await reader.page.waitForFunction(() => document.activeElement?.querySelector('.text')?.textContent === 'News 1');
  await first.waitFor({ state: 'detached' });
  await reader.page.getByText(/^New since/).waitFor();
});
