import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from './house.mjs';

const house = await openHouse({ SNUG_SEARCHES_PER_MINUTE: '0' });

/** What stands in the list. @param {import('./house.mjs').Person} person */
const options = (person) => person.page.getByRole('listbox').getByRole('option');

test('a room is found by a few letters and gone to by Enter, and Esc gives the focus back', async () => {
  const rosa = await house.person('Rosa');
  for (const name of ['Kitchen table', 'Saturday LAN']) await rosa.opens(name);
  await rosa.page.keyboard.press('Control+k');
  const field = rosa.page.getByRole('combobox', { name: 'Find' });
  await field.fill('kit');
  await options(rosa).filter({ hasText: 'Kitchen table' }).waitFor();
  await field.press('Enter');
  await rosa.page.getByRole('heading', { name: 'Kitchen table', level: 1 }).waitFor();
  await rosa.page.getByRole('button', { name: /^Find a room or a word/ }).click();
  await rosa.page.getByRole('dialog', { name: 'Find' }).waitFor();
  await rosa.page.keyboard.press('Escape');
  await rosa.page.waitForFunction(() => document.activeElement?.textContent?.includes('Find a room or a word'));
});

test('Enter right behind the last letter goes where the letters lead, however slowly the page is drawn', async () => {
  const vera = await house.person('Vera');
  for (const name of ['Aviary', 'Zebra crossing']) await vera.opens(name);
  await vera.goes('Aviary');
  await vera.page.keyboard.press('Control+k');
  await options(vera).filter({ hasText: 'Zebra crossing' }).waitFor();
  await vera.page.getByRole('combobox', { name: 'Find' }).evaluate((/** @type {any} */ field) => {
    field.value = 'zeb';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  });
  await vera.page.getByRole('heading', { name: 'Zebra crossing', level: 1 }).waitFor();
});

test('what was said is found with its surroundings, and leads into the log at that place', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.opens('Long table');
  await bea.joins('Long table');
  await rosa.say('Just before it');
  await rosa.say('The Crème brûlée is <b>ready</b>');
  await rosa.say('Right behind it');
  await bea.sees('Right behind it');
  for (let n = 0; n < 110; n += 1) await rosa.say(`filler ${n}.`);
  await bea.sees('filler 109.');
  await bea.goes('Lobby');
  await bea.page.keyboard.press('Control+k');
  await bea.page.getByRole('combobox', { name: 'Find' }).fill('creme bru');
  const hit = options(bea).filter({ hasText: 'Crème brûlée' });
  await hit.waitFor();
  assert.deepEqual(await hit.locator('mark').allTextContents(), ['Crème', 'brû']);
  await hit.getByText('Just before it').waitFor();
  await hit.getByText('Right behind it').waitFor();
  await hit.click();
  await bea.page.getByRole('heading', { name: 'Long table', level: 1 }).waitFor();
  await bea.page.waitForFunction(() => document.activeElement?.textContent?.includes('Crème brûlée'));
});

test('this room alone is looked through with Ctrl Shift F, and everything else again without its sign', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Workshop');
  await rosa.say('a wooden spoon');
  await rosa.opens('Attic');
  await rosa.say('a silver spoon');
  await rosa.sees('a silver spoon');
  await rosa.page.keyboard.press('Control+Shift+F');
  await rosa.page.getByText('In Attic').waitFor();
  await rosa.page.getByRole('combobox', { name: 'Find' }).fill('spoon');
  await options(rosa).filter({ hasText: 'silver' }).waitFor();
  assert.equal(await options(rosa).count(), 1);
  await rosa.page.getByRole('button', { name: 'Look everywhere' }).click();
  await options(rosa).filter({ hasText: 'wooden' }).waitFor();
  await rosa.page.getByRole('combobox', { name: 'Find' }).fill('nothing at all here');
  await rosa.page.getByText('Nothing found.').waitFor();
  await rosa.page.getByRole('combobox', { name: 'Find' }).fill('from:nobodyatall x');
  await rosa.page.getByRole('dialog').getByText('There is nobody of that name').waitFor();
});

test('a link to a message opens there, also in a page that is just loading, and one that leads nowhere says so', async () => {
  const rosa = await house.person('Rosa');
  const room = await rosa.opens('Permanent');
  await rosa.say('link to me');
  for (let n = 0; n < 60; n += 1) await rosa.say(`filler ${n}.`);
  await rosa.sees('filler 59.');
  const seq = await rosa.message('link to me').getAttribute('data-seq');
  const other = await rosa.tab(`#${room}/${seq}`);
  await other.page.waitForFunction(() => document.activeElement?.textContent?.includes('link to me'));
  assert.equal(new URL(other.page.url()).hash, `#${room}`);
  await other.page.evaluate((id) => {
    location.hash = `#${id}/99999`;
  }, room);
  await other.page.getByText('That message is not here, or not for you to see.').waitFor();
});

test('a link of this house in a message opens in this page', async () => {
  const rosa = await house.person('Rosa');
  const room = await rosa.opens('Inside');
  await rosa.say('the first word');
  await rosa.sees('the first word');
  const seq = await rosa.message('the first word').getAttribute('data-seq');
  await rosa.say(`${house.server.url}#${room}/${seq}`);
  await rosa.page.getByRole('link', { name: /#\d+\/\d+$/ }).click();
  await rosa.page.waitForFunction(() => document.activeElement?.textContent?.includes('the first word'));
  assert.equal(rosa.page.context().pages().length, 1);
});

test('a day is gone to from the divider', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Days');
  await rosa.say('today');
  await rosa.sees('today');
  await rosa.page.getByRole('button', { name: 'Today' }).click();
  await rosa.page.getByLabel('To which day?').fill('2020-01-01');
  await rosa.page.getByRole('button', { name: 'Go there' }).click();
  await rosa.page.getByRole('dialog').waitFor({ state: 'detached' });
  await rosa.page.waitForFunction(() => document.querySelector('.aimed') !== null);
});
