import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, PASSWORD } from './house.mjs';

const house = await openHouse();

/** The door of a room in the hall. @param {import('./house.mjs').Person} person @param {string | RegExp} name */
const door = (person, name) => person.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name });

test('who is called sees an amber count, the others a grey one, and a card leads there', async () => {
  const [rosa, bea, joss] = [await house.person('Rosa'), await house.person('Bea'), await house.person('Joss')];
  await rosa.opens('Kitchen');
  for (const person of [bea, joss]) {
    await person.joins('Kitchen');
    await person.goes('Lobby');
  }
  await rosa.say(`@${bea.name} the butter, please`);
  await door(bea, 'Kitchen 1 unread for you').locator('.n.at').waitFor();
  await door(joss, 'Kitchen 1 unread').waitFor();
  assert.equal(
    await door(joss, /Kitchen/)
      .locator('.n.at')
      .count(),
    0,
  );
  assert.match(await bea.page.title(), /^\(1\) Lobby/);
  const card = bea.page.locator('.card');
  await card.getByText('the butter, please').waitFor();
  assert.equal(await joss.page.locator('.card').count(), 0);
  await card.getByRole('link').click();
  await bea.page.getByRole('heading', { name: 'Kitchen', level: 1 }).waitFor();
  await bea.page.waitForFunction(() => document.activeElement?.textContent?.includes('the butter, please'));
  await card.waitFor({ state: 'detached' });
});

test('the level of a room is the same on all devices, and nothing is nothing', async () => {
  const olga = await house.owner();
  const rosa = await house.person('Rosa');
  await rosa.opens('Chatter');
  await olga.joins('Chatter');
  await olga.page.getByRole('button', { name: 'What you are told of' }).click();
  await olga.page.getByRole('button', { name: 'Only when somebody calls me' }).click();
  await olga.page.getByRole('dialog').waitFor({ state: 'detached' });
  const phone = await house.at(house.server.url);
  await phone.signIn('Olga', PASSWORD);
  await phone.goes('Chatter');
  await phone.page.getByRole('button', { name: 'What you are told of' }).click();
  await phone.page.getByRole('button', { name: 'Only when somebody calls me', pressed: true }).waitFor();
  await phone.page.getByRole('button', { name: 'Of nothing' }).click();
  await olga.goes('Lobby');
  await phone.goes('Lobby');
  await rosa.say('@Olga hello');
  await rosa.sees('hello');
  await rosa.goes('Lobby');
  await rosa.say('a sign that all of it is there');
  for (const person of [olga, phone]) {
    await person.sees('a sign that all of it is there');
    await door(person, 'Chatter').waitFor();
    assert.equal(
      await door(person, /Chatter/)
        .locator('.n')
        .count(),
      0,
    );
    assert.equal(await person.page.locator('.card').count(), 0);
    assert.doesNotMatch(await person.page.title(), /^\(/);
  }
});

test('what one has set holds after a reload and on one’s other device', async () => {
  const olga = await house.owner();
  const other = await house.at(house.server.url);
  await other.signIn('Olga', PASSWORD);
  await olga.looksAtSelf();
  await olga.page.getByRole('button', { name: 'How snug behaves…' }).click();
  await olga.page.getByLabel('Light or dark').selectOption({ label: 'Dark' });
  await olga.page.getByLabel('Enter breaks the line').check();
  await olga.page.getByText('the system can tell you when somebody calls').waitFor();
  await olga.page.keyboard.press('Escape');
  await other.page.waitForFunction(() => document.documentElement.style.colorScheme === 'dark');
  await olga.page.reload();
  await olga.settled();
  assert.equal(await olga.page.evaluate(() => document.documentElement.style.colorScheme), 'dark');
  await olga.box.fill('one');
  await olga.box.press('Enter');
  await olga.boxHas('one\n');
});

test('in quiet hours nothing shows up, and the counts go on', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.opens('Night');
  await bea.joins('Night');
  await bea.goes('Lobby');
  await bea.looksAtSelf();
  await bea.page.getByRole('button', { name: 'How snug behaves…' }).click();
  await bea.page.getByLabel('Quiet hours').check();
  await bea.page.getByLabel('From', { exact: true }).fill('00:00');
  await bea.page.getByLabel('To', { exact: true }).fill('23:59');
  await bea.page.keyboard.press('Escape');
  await rosa.say(`@${bea.name} are you asleep?`);
  await door(bea, 'Night 1 unread for you').waitFor();
  assert.equal(await bea.page.locator('.card').count(), 0);
});

test('a soft tone sounds when somebody calls, if one wants it, and can be heard before', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await bea.page.evaluate(() => {
    const notes = { started: 0 };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...args) {
      notes.started += 1;
      return start.apply(this, args);
    };
    Object.assign(globalThis, { notes });
  });
  const started = (/** @type {number} */ wanted) =>
    bea.page.waitForFunction((wanted) => /** @type {any} */ (globalThis).notes.started === wanted, wanted);
  await bea.looksAtSelf();
  await bea.page.getByRole('button', { name: 'How snug behaves…' }).click();
  await bea.page.getByRole('button', { name: 'Hear it' }).click();
  await started(2);
  await bea.page.getByLabel('A soft tone when somebody calls').check();
  await bea.page.keyboard.press('Escape');
  await bea.page.locator('dialog').waitFor({ state: 'detached' });
  await bea.page.clock.install();
  await bea.opens('Somewhere else');
  await bea.page.clock.fastForward(10_000);
  await rosa.say(`@${bea.name} can you hear this?`);
  await bea.page.locator('.card').waitFor();
  await bea.page.locator('.card a').focus();
  await bea.page.keyboard.press('Escape');
  await bea.page.locator('.card').waitFor({ state: 'detached' });
  await started(4);
});

test('out of sight a notice of the system says who calls, and leads there', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.stranger()];
  await bea.page.addInitScript(() => {
    /** What the system would show. @type {any[]} */
    const shown = [];
    class Notification {
      static permission = 'granted';
      /** @param {string} title @param {{body: string, tag: string}} options */
      constructor(title, options) {
        Object.assign(this, { title, ...options, close() {} });
        shown.push(this);
      }
    }
    Object.assign(globalThis, { Notification, shown });
  });
  await bea.enter('Bea of the system');
  await rosa.opens('Cellar');
  await bea.joins('Cellar');
  await bea.goes('Lobby');
  await bea.page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true });
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await rosa.say(`@${bea.name} come down`);
  await bea.page.waitForFunction(() => /** @type {any} */ (globalThis).shown.length === 1);
  const { title, body, tag } = await bea.page.evaluate(() => {
    const { title, body, tag } = /** @type {any} */ (globalThis).shown[0];
    return { title, body, tag };
  });
  assert.equal(title, `${rosa.name} · Cellar`);
  assert.equal(body, `@${bea.name} come down`);
  assert.match(tag, /^snug-\d+$/, 'several tabs show one notice of a room');
  await bea.page.evaluate(() => /** @type {any} */ (globalThis).shown[0].onclick());
  await bea.page.getByRole('heading', { name: 'Cellar', level: 1 }).waitFor();
});

test('the system is asked whether it may tell only by the button in the settings, and never again after a no', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.stranger()];
  await bea.page.addInitScript(() => {
    const ASKED = 'asked';
    class Notification {
      static get permission() {
        return sessionStorage.getItem(ASKED) ? 'denied' : 'default';
      }
      static async requestPermission() {
        sessionStorage.setItem(ASKED, `${sessionStorage.getItem(ASKED) ?? ''}!`);
        return 'denied';
      }
    }
    Object.assign(globalThis, { Notification });
  });
  const asked = () => bea.page.evaluate(() => sessionStorage.getItem('asked'));
  const looks = async () => {
    await bea.looksAtSelf();
    await bea.page.getByRole('button', { name: 'How snug behaves…' }).click();
  };
  await bea.enter('Bea of few words');
  await bea.opens('Elsewhere');
  await rosa.say(`@${bea.name} are you there?`);
  await bea.page.locator('.card').waitFor();
  assert.equal(await asked(), null);
  await looks();
  await bea.page.getByRole('button', { name: 'Allow notices' }).click();
  await bea.page.getByText('This browser does not let snug show notices of the system.').waitFor();
  assert.equal(await asked(), '!');
  await bea.page.reload();
  await bea.settled();
  await looks();
  await bea.page.getByText('This browser does not let snug show notices of the system.').waitFor();
  assert.equal(await bea.page.getByRole('button', { name: 'Allow notices' }).count(), 0);
});
