import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, PHONE } from './house.mjs';

const house = await openHouse({ SNUG_GUESTS: 'no' });

/** @typedef {import('./house.mjs').Person} Person */

let people = 0;

/** Somebody who has come in by an invitation. @param {string} name @param {string} [as] @param {import('./house.mjs').ContextOptions} [options] */
async function comes(name, as = 'A member, who stays', options = undefined) {
  people += 1;
  const person = await house.at(await olga.invites({ 'Who comes?': as }), options);
  await person.signUp(`${name}${people}`, 'Come in');
  return person;
}

const olga = await house.owner();
const mo = await comes('Mo', 'A moderator, who keeps order');
const bea = await comes('Bea');
const joss = await comes('Joss');

/** Says something in the lobby that both see. @param {Person} by @param {string} text */
async function said(by, text) {
  await by.say(text);
  for (const person of [by, mo]) await person.sees(text);
}

/** What a message's menu offers. @param {Person} person @param {string} text @returns {Promise<string[]>} */
async function offered(person, text) {
  await person.opensMenu(text);
  const names = await person.page.locator('.menu button').allTextContents();
  await person.page.keyboard.press('Escape');
  return names;
}

test('a menu offers only what the rights allow', async () => {
  await said(bea, 'For the menus');
  const all = ['Answer', 'Put an emoji…'];
  assert.deepEqual(await offered(bea, 'For the menus'), [...all, 'Edit', 'Copy the text', 'Copy a link to it', 'Delete…']);
  assert.deepEqual(await offered(joss, 'For the menus'), [
    ...all,
    'Copy the text',
    'Copy a link to it',
    `Write to ${bea.name} alone`,
    `About ${bea.name}`,
    'Report…',
  ]);
  assert.deepEqual(await offered(mo, 'For the menus'), [
    ...all,
    'Copy the text',
    'Copy a link to it',
    `Write to ${bea.name} alone`,
    `About ${bea.name}`,
    'Report…',
    'Delete…',
    `Mute ${bea.name}…`,
    `Remove ${bea.name} from this room…`,
    `Ban ${bea.name}…`,
  ]);
  await olga.say('By the owner');
  await mo.sees('By the owner');
  assert.deepEqual(await offered(mo, 'By the owner'), [
    ...all,
    'Copy the text',
    'Copy a link to it',
    'Write to Olga alone',
    'About Olga',
    'Report…',
    'Delete…',
  ]);
});

test('a menu is reached by the keys alone, and gives the focus back', async () => {
  await said(bea, 'Found by keys');
  await said(joss, 'And one more below');
  // Tab stops at the message that had the focus last; nobody has been anywhere yet.
  await bea.page.reload();
  await bea.sees('And one more below');
  await bea.log.focus();
  await bea.page.keyboard.press('Tab');
  const words = () => bea.page.evaluate(() => document.activeElement?.querySelector('.text')?.textContent);
  assert.equal(await words(), 'And one more below');
  await bea.page.keyboard.press('ArrowUp');
  assert.equal(await words(), 'Found by keys');
  await bea.page.keyboard.press('Enter');
  await bea.page.locator('.menu').waitFor();
  await bea.page.keyboard.press('End');
  assert.equal(await bea.page.evaluate(() => document.activeElement?.textContent), 'Delete…');
  await bea.page.keyboard.press('Enter');
  await bea.page.getByRole('dialog', { name: 'Delete your message?' }).waitFor();
  await bea.page.keyboard.press('Escape');
  await bea.page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await words(), 'Found by keys');
  await bea.page.keyboard.press('Tab');
  await bea.page.keyboard.press('Tab');
  const label = () => bea.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  assert.equal(await label(), 'Answer', 'its buttons come behind it');
});

test('a long press opens the menu at the lower edge of a phone', async () => {
  const phone = await comes('Pim', 'A member, who stays', PHONE);
  await phone.sees('For the menus');
  const words = phone.message('Found by keys').locator('.text');
  await words.dispatchEvent('pointerdown', { pointerType: 'touch', clientX: 100, clientY: 300, bubbles: true });
  await phone.page.locator('.menu.low').waitFor();
  await phone.page.getByRole('button', { name: 'Report…' }).tap();
  await phone.page.getByRole('dialog', { name: 'Report this message' }).waitFor();
});

test('a deleted message is gone for everybody, also for who comes later, and counts as unread no more', async () => {
  await joss.opens('Elsewhere');
  await bea.say('A slip of the tongue');
  await mo.sees('A slip of the tongue');
  await joss.page.getByRole('link', { name: 'Lobby 1 unread' }).waitFor();
  await bea.picks('A slip of the tongue', 'Delete…');
  await bea.page.getByRole('button', { name: 'Delete', exact: true }).click();
  for (const person of [bea, mo]) {
    await person.message('A slip of the tongue').waitFor({ state: 'detached' });
    await person.page.locator('.gone').first().waitFor();
  }
  await joss.page.getByRole('link', { name: 'Lobby', exact: true }).waitFor();
  await bea.page.reload();
  await bea.sees('For the menus');
  assert.equal(await bea.message('A slip of the tongue').count(), 0);
  assert.equal(await bea.message('Removed').getByRole('button').count(), 0);
  await joss.goes('Lobby');
});

test('a moderator deletes what somebody else wrote', async () => {
  await said(joss, 'Not for this house');
  await mo.picks('Not for this house', 'Delete…');
  await mo.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await joss.message('Not for this house').waitFor({ state: 'detached' });
});

test('who is muted is told for how long, keeps their draft, and writes again when it ends', async () => {
  await said(bea, 'Loud words');
  await bea.box.fill('Even louder');
  await mo.picks('Loud words', `Mute ${bea.name}…`);
  await mo.page.getByLabel('For how long?').selectOption({ label: '10 minutes' });
  await mo.page.getByRole('button', { name: 'Mute', exact: true }).click();
  await mo.page.getByText('can read, and not write').waitFor();
  await mo.page.getByRole('button', { name: 'Close' }).last().click();
  await bea.page.getByText('You cannot write for 10 min.').waitFor();
  await bea.box.press('Enter');
  assert.equal(await bea.box.inputValue(), 'Even louder');
  assert.equal(await bea.message('Even louder').count(), 0);

  await mo.page.getByRole('button', { name: 'Everybody' }).click();
  await mo.page.getByLabel('Who?').fill(bea.name);
  await mo.page.getByText(/muted for/).waitFor();
  await mo.page.getByRole('button', { name: `About ${bea.name}` }).click();
  await mo.page.getByRole('button', { name: 'End the mute' }).click();
  await bea.page.getByText('You cannot write').waitFor({ state: 'detached' });
  await mo.page.keyboard.press('Escape');
  await bea.box.press('Enter');
  await mo.sees('Even louder');
});

test('a report reaches a moderator, who deals with it', async () => {
  await said(bea, 'Something unkind');
  await joss.picks('Something unkind', 'Report…');
  await joss.page.getByRole('button', { name: 'Report', exact: true }).click();
  await joss.page.getByText('A few words are needed').waitFor();
  await joss.page.getByLabel('What is wrong with it?').fill('It hurts');
  await joss.page.keyboard.press('Enter');
  await joss.page.getByText('The moderators will look at it.').waitFor();
  await joss.page.getByRole('button', { name: 'Close' }).last().click();
  await mo.page.getByRole('button', { name: 'Keeping order' }).click();
  const report = mo.page.locator('.reports li').filter({ hasText: 'It hurts' });
  await report.getByText('Something unkind').waitFor();
  await report.getByRole('button', { name: /^Dealt with/ }).click();
  await report.getByRole('button', { name: /^Not yet/ }).waitFor();
  await mo.page.getByText('Nothing waits.').waitFor();
  await mo.page.keyboard.press('Escape');
});

test('in slow mode a second message waits, and goes out by itself, while other rooms do not wait', async () => {
  const room = await mo.opens('Slow lane');
  await bea.joins('Slow lane');
  await mo.page.getByRole('button', { name: 'About this room' }).click();
  await mo.unfolds('Settings');
  await mo.page.getByLabel('How often may one write?').selectOption({ label: 'Every 5 seconds' });
  await mo.page.getByText('That holds from now on.').waitFor();
  await mo.page.keyboard.press('Escape');
  await bea.page.getByText('one message every 5 s').waitFor();
  await bea.say('First');
  await bea.sees('First');
  await bea.say('Second');
  await bea.page.getByText('This room takes its time. It will go out by itself.').waitFor();
  await bea.goes('Lobby');
  await bea.say('Meanwhile here');
  await bea.sees('Meanwhile here');
  await bea.page.goto(`${house.server.url}#${room}`);
  await mo.sees('Second');
  assert.deepEqual((await mo.texts()).slice(-2), ['First', 'Second']);
});

test('an archived room is for reading only', async () => {
  await mo.page.getByRole('button', { name: 'About this room' }).click();
  await mo.unfolds('Settings');
  await mo.page.getByLabel('Archived').check();
  await mo.page.keyboard.press('Escape');
  await bea.page.getByText('This room is archived').waitFor();
  assert.equal(await bea.page.locator('textarea').count(), 0);
  await bea.goes('Lobby');
  await mo.goes('Lobby');
});

test('somebody who is banned while watching stands outside at once, until the ban is lifted', async () => {
  const pest = await comes('Pest');
  await said(pest, 'Buy this');
  await mo.picks('Buy this', `Ban ${pest.name}…`);
  await mo.page.getByLabel('Why?').fill('Sells things');
  await mo.page.getByRole('button', { name: 'Ban', exact: true }).click();
  await mo.page.getByText('is out, and cannot come in').waitFor();
  await mo.page.getByRole('button', { name: 'Close' }).last().click();
  await pest.page.getByRole('heading', { name: 'This door stays closed.' }).waitFor();
  await mo.page.getByRole('button', { name: 'Keeping order' }).click();
  await mo.unfolds('Who is kept out');
  await mo.page.getByText('Sells things').waitFor();
  await mo.page.getByRole('button', { name: `Lift the ban of ${pest.name}` }).click();
  await mo.page.getByText('Nobody.', { exact: true }).waitFor();
  await mo.page.keyboard.press('Escape');
  await pest.page.getByRole('button', { name: 'Sign in as somebody else' }).click();
  await pest.signIn(pest.name);
});

test('addresses are kept out, each for a reason, and let in again', async () => {
  await mo.page.getByRole('button', { name: 'Keeping order' }).click();
  await mo.unfolds('Who is kept out');
  await mo.page.getByRole('button', { name: 'Keep them out' }).click();
  await mo.page.getByText('An address is needed').waitFor();
  await mo.page.getByLabel('Addresses').fill('192.0.2.0/24');
  await mo.page.getByLabel('Why').fill('Knocks all night');
  await mo.page.getByRole('button', { name: 'Keep them out' }).click();
  await mo.page.getByText('Knocks all night').waitFor();
  await mo.page.getByRole('button', { name: 'Lift the ban of 192.0.2.0/24' }).click();
  await mo.page.getByText('Nobody.', { exact: true }).waitFor();
  await mo.page.keyboard.press('Escape');
});

test('one is led into the room with somebody from the list of everybody, and from who they are', async () => {
  await bea.page.getByRole('button', { name: 'Everybody' }).click();
  await bea.page.getByRole('button', { name: `Write to ${mo.name}` }).click();
  await bea.page.getByRole('heading', { name: mo.name, level: 1 }).waitFor();
  await bea.goes('Lobby');
  await said(mo, 'Who am I?');
  await bea.sees('Who am I?');
  await bea.message('Who am I?').locator('.arch').first().click();
  await bea.page
    .getByRole('dialog', { name: mo.name })
    .getByRole('button', { name: `Write to ${mo.name}` })
    .click();
  await bea.page.getByRole('heading', { name: mo.name, level: 1 }).waitFor();
  await bea.goes('Lobby');
});

test('the owner appoints and disables, and reads what was done', async () => {
  await olga.page.getByRole('button', { name: 'Everybody' }).click();
  await olga.page.getByRole('button', { name: `About ${joss.name}` }).click();
  await olga.page.getByLabel('What they are here').selectOption({ label: 'Moderator, who keeps order' });
  await olga.page.getByRole('button', { name: 'Save' }).click();
  await olga.page.getByText('That is their role now.').waitFor();
  await joss.page.getByRole('button', { name: 'Keeping order' }).waitFor();
  await olga.page.getByRole('button', { name: 'Disable' }).click();
  await olga.page.getByText('They are signed out').waitFor();
  await joss.page.locator('.gate').waitFor();
  await olga.page.getByRole('button', { name: 'Back to everybody' }).click();
  await olga.page.getByText('moderator · disabled').waitFor();
  await olga.page
    .locator(':focus')
    .and(olga.page.getByRole('button', { name: `About ${joss.name}` }))
    .waitFor();
  await olga.page.keyboard.press('Escape');
  await olga.page.getByRole('button', { name: 'Keeping order' }).click();
  await olga.unfolds('What was done');
  await olga.page.getByText(`Olga disabled the account of ${joss.name}`).waitFor();
  await olga.page.keyboard.press('Escape');
});

test('a bot is made for a room, its token shown once, and ended', async () => {
  await bea.looksAtSelf();
  await bea.unfolds('Your bots');
  await bea.page.getByLabel('What is it called?').fill('Tea timer');
  await bea.page.getByRole('checkbox', { name: 'Lobby' }).check();
  await bea.page.getByRole('button', { name: 'Make the bot' }).click();
  const token = await bea.page.getByLabel('The token', { exact: true }).inputValue();
  const answer = await fetch(`${house.server.url}api/v1/rooms/1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Tea is ready' }),
  });
  assert.equal(answer.status, 201);
  await olga.sees('Tea is ready');
  await bea.page.getByRole('button', { name: 'I have it' }).click();
  await bea.page.getByLabel('The token', { exact: true }).waitFor({ state: 'detached' });
  await bea.page.getByRole('button', { name: 'End Tea timer' }).click();
  await bea.page.getByRole('button', { name: 'End Tea timer' }).waitFor({ state: 'detached' });
  await bea.page.keyboard.press('Escape');
  for (const person of [olga, mo, bea]) assert.deepEqual(person.complaints, []);
});
