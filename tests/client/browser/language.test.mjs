import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finds } from './axe.mjs';
import { DESK, openHouse, PHONE } from './house.mjs';

const house = await openHouse();

/** Somebody who comes in by a browser of that language. @param {string} locale @param {string} name @param {object} [options] */
async function comesIn(locale, name, options = DESK) {
  const person = await house.stranger({ ...options, locale });
  await person.page.goto(house.server.url);
  await person.page.locator('#name').fill(name);
  await person.page.locator('.gate .enter').click();
  await person.page.locator('#say').waitFor();
  person.name = name;
  return person;
}

/** Whether anything reaches beyond the window. @param {import('./house.mjs').Person} person */
const overflows = (person) => person.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

test('the browser’s language is spoken, and another one that is chosen, on all one’s devices', async () => {
  const rosa = await comesIn('de-AT', 'Rosa L');
  const { page } = rosa;
  assert.equal(await page.getAttribute('html', 'lang'), 'de-AT');
  await page.getByText('Lobby').first().waitFor();
  await page.getByRole('button', { name: 'Du', exact: true }).click();
  await page.getByRole('dialog', { name: 'Du' }).waitFor();
  const other = await page.context().newPage();
  await other.goto(house.server.url);
  await other.locator('#say').fill('Begun before the language came');
  await page
    .locator('dialog')
    .getByRole('button', { name: /verhält/ })
    .click();
  await page.locator('#language').selectOption('fr');
  for (const one of [page, other]) await one.locator('html[lang^="fr"]').waitFor({ state: 'attached' });
  await other.waitForFunction(
    () => /** @type {any} */ (document.querySelector('#say'))?.value === 'Begun before the language came',
  );
  await page.locator('#say').waitFor();
  await page.reload();
  await page.locator('html[lang^="fr"]').waitFor({ state: 'attached' });
  assert.deepEqual(rosa.complaints, []);
});

for (const [name, options] of /** @type {const} */ ([
  ['desk', DESK],
  ['phone', PHONE],
]))
  test(`what is read from right to left is laid out so (${name})`, async () => {
    const omar = await comesIn('ar', `عمر ${name}`, options);
    const { page } = omar;
    assert.equal(await page.getAttribute('html', 'dir'), 'rtl');
    await page.locator('#say').fill(`مرحبا بالجميع ${name}!`);
    await page.locator('.say .go').click();
    await page
      .locator('.msg:not(.wait)')
      .filter({ hasText: `بالجميع ${name}` })
      .waitFor();
    await page.locator('#say').fill(`English, too, on a ${name}!`);
    await page.locator('.say .go').click();
    const english = page
      .locator('.msg')
      .filter({ hasText: `on a ${name}!` })
      .locator('.text');
    await english.waitFor();
    assert.equal(await english.evaluate((text) => getComputedStyle(text).direction), 'ltr', 'each text runs its own way');
    assert.equal(await overflows(omar), false);
    if (name === 'desk') {
      const hall = await page.locator('.hall').boundingBox();
      const room = await page.locator('.room').boundingBox();
      assert.ok(hall && room && hall.x > room.x, 'the hall is on the right');
      const arch = await page.locator('.msg .arch').first().boundingBox();
      const text = await page.locator('.msg .text').first().boundingBox();
      assert.ok(arch && text && arch.x > text.x, 'and so are the faces');
    }
    await page.locator('.msg').last().hover();
    await page.locator('.top .icon').last().click();
    await page.locator('dialog[open]').waitFor();
    assert.equal(await overflows(omar), false);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(omar.complaints, []);
  });

for (const [size, options] of /** @type {const} */ ([
  ['desk', DESK],
  ['phone', PHONE],
])) {
  test(`axe finds nothing in a room and its dialogs from right to left (${size})`, async () => {
    const noor = await comesIn('ar', `Noor ${size}`, { ...options, reducedMotion: 'reduce' });
    const { page } = noor;
    await page.locator('#say').fill('مرحبا **بكم** https://example.org');
    await page.locator('.go').click();
    await page.locator('.msg:not(.wait) a').first().waitFor();
    assert.equal(await page.getAttribute('html', 'dir'), 'rtl');
    await finds(noor, 'a room');
    await page.keyboard.press('Control+/');
    await page.locator('dialog').waitFor();
    await finds(noor, 'the keys');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.locator('dialog').waitFor();
    await finds(noor, 'finding');
  });
}
