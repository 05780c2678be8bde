import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from './house.mjs';

const house = await openHouse({ SNUG_GUESTS: 'no' });

/** @typedef {import('./house.mjs').Person} Person */

let people = 0;

/** Somebody who has come in by an invitation, as a member. @param {Person} host @param {string} name @param {import('./house.mjs').ContextOptions} [options] */
async function memberOf(host, name, options) {
  people += 1;
  const guest = await house.at(await host.invites({ 'Who comes?': 'A member, who stays' }), options);
  await guest.signUp(`${name}${people}`, 'Come in');
  return guest;
}

const olga = await house.owner();
const rosa = await memberOf(olga, 'Rosa');
const noor = await memberOf(olga, 'Noor');
const joss = await memberOf(olga, 'Joss');

test('a private room has a lock, and is no room to who is not in it', async () => {
  await rosa.opensPrivate('Attic');
  await rosa.page.getByRole('link', { name: 'Attic private' }).waitFor();
  await joss.page.getByRole('button', { name: 'More rooms' }).click();
  await joss.page.getByText('You are in every room there is.').waitFor();
  await joss.page.keyboard.press('Escape');
  assert.equal(await joss.page.getByRole('link', { name: 'Attic' }).count(), 0);
});

test('who is brought in hears from then on; what was said before only where the room shows it', async () => {
  await rosa.opensPrivate('Cellar');
  await rosa.say('Before anybody came');
  await rosa.sees('Before anybody came');
  await rosa.brings(noor.name);
  await rosa.page.keyboard.press('Escape');
  await rosa.say('Welcome down here');
  await noor.goes('Cellar');
  await noor.sees('Welcome down here');
  await noor.page.getByText('This is where you came in.').waitFor();
  assert.equal(await noor.message('Before anybody came').count(), 0);

  await rosa.opensPrivate('Loft', true);
  await rosa.say('Long ago');
  await rosa.sees('Long ago');
  await rosa.brings(noor.name);
  await rosa.page.keyboard.press('Escape');
  await noor.goes('Loft');
  await noor.sees('Long ago');
});

test('a private message between two is one room, found again by either of them, and hidden from everybody else', async () => {
  await noor.writesTo(joss.name);
  await noor.say('Between us');
  await noor.sees('Between us');
  await joss.page.getByRole('link', { name: new RegExp(`${noor.name}.*1 unread`) }).waitFor();
  await joss.writesTo(noor.name);
  await joss.sees('Between us');
  assert.equal(new URL(joss.page.url()).hash, new URL(noor.page.url()).hash);
  assert.equal(await rosa.page.getByRole('link', { name: joss.name }).count(), 0);
  await joss.page.getByRole('button', { name: 'About this room' }).click();
  await joss.page.getByRole('list', { name: 'Members' }).getByText(noor.name).waitFor();
  const sheet = joss.page.getByRole('dialog');
  for (const name of ['Leave this room', /^Remove/, 'Save', 'Rename'])
    assert.equal(await sheet.getByRole('button', { name }).count(), 0, String(name));
  assert.equal(await sheet.locator('summary').count(), 0);
  await joss.page.keyboard.press('Escape');
});

test('with three it is another room, called after both of the others', async () => {
  await noor.writesTo(joss.name, rosa.name);
  await noor.page.waitForFunction(() => / and /.test(document.title));
  await noor.say('The three of us');
  await rosa.page
    .getByRole('link', { name: /1 unread/ })
    .filter({ hasText: noor.name })
    .click();
  await rosa.sees('The three of us');
});

test('who is removed is told at once, is in another room, and keeps what did not go out', async () => {
  await rosa.opensPrivate('Darkroom');
  await rosa.brings(noor.name);
  await rosa.page.keyboard.press('Escape');
  await noor.goes('Darkroom');
  await noor.box.fill('I had only begun to say');
  await rosa.page.getByRole('button', { name: 'About this room' }).click();
  await rosa.page.getByRole('button', { name: `Remove ${noor.name}` }).click();
  await rosa.page
    .locator(':focus')
    .and(rosa.page.getByRole('button', { name: 'Keep', exact: true }))
    .waitFor();
  await rosa.page.getByRole('button', { name: `Yes, remove ${noor.name}` }).click();
  await rosa.page.getByText(`${noor.name} is not in any more.`).waitFor();
  await rosa.page.keyboard.press('Escape');

  await noor.page.getByText('You are not in Darkroom any more.').waitFor();
  await noor.page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  assert.equal(new URL(noor.page.url()).hash, '#1');
  assert.equal(await noor.page.getByRole('link', { name: 'Darkroom' }).count(), 0);
  assert.equal(await noor.page.getByLabel('What did not go out').inputValue(), 'I had only begun to say');
  await noor.page.getByRole('button', { name: 'Let it go' }).click();
  await noor.page.getByText('You are not in Darkroom').waitFor({ state: 'detached' });
});

test('a message that waits for a room one has lost is given back in words, also after a reload', async () => {
  await rosa.opensPrivate('Shed');
  await rosa.brings(noor.name);
  await noor.goes('Shed');
  await noor.page.context().setOffline(true);
  await noor.page.getByText('What you write waits here.').waitFor();
  await noor.say('Written in the dark');
  await noor.page.locator('.wait').waitFor();
  await rosa.page.getByRole('button', { name: `Remove ${noor.name}` }).click();
  await rosa.page.getByRole('button', { name: `Yes, remove ${noor.name}` }).click();
  await rosa.page.getByText(`${noor.name} is not in any more.`).waitFor();
  await rosa.page.keyboard.press('Escape');
  await noor.page.context().setOffline(false);
  await noor.page.getByText('You are not in Shed any more.').waitFor();
  const words = noor.page.getByLabel('What did not go out');
  assert.equal(await words.inputValue(), 'Written in the dark');
  await noor.page.reload();
  await noor.settled();
  await words.waitFor();
  assert.equal(await words.inputValue(), 'Written in the dark');
  await noor.page.getByRole('button', { name: 'Let it go' }).click();
  await noor.page.reload();
  await noor.settled();
  assert.equal(await words.count(), 0);
});

test('one leaves a private room only after being told what that means', async () => {
  await rosa.opensPrivate('Porch');
  await rosa.brings(noor.name);
  await rosa.page.keyboard.press('Escape');
  await noor.goes('Porch');
  const about = noor.page.getByRole('button', { name: 'About this room' });
  await about.click();
  // Once it is known who is in, nothing moves any more.
  await noor.page.getByText('Who is in (').waitFor();
  await noor.page.getByRole('button', { name: 'Leave this room' }).click();
  await noor.page.getByText('You cannot come back by yourself').waitFor();
  await noor.page.getByRole('button', { name: 'Stay' }).click();
  await noor.page.getByRole('button', { name: 'Leave this room' }).click();
  await noor.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await noor.page.getByRole('link', { name: 'Porch' }).waitFor({ state: 'detached' });
  assert.equal(await noor.page.getByText('You are not in Porch').count(), 0);
  await rosa.page.getByText(`${noor.name} left`).waitFor();
});

test('whoever made a room names it, sets what holds in it, and archives it; the others see it at once', async () => {
  await rosa.opensPrivate('Bench');
  await rosa.brings(noor.name);
  const sheet = rosa.page.getByRole('dialog');
  await sheet.getByLabel('What it is called').fill('Long bench');
  await sheet.getByRole('button', { name: 'Rename' }).click();
  await noor.page.getByRole('link', { name: 'Long bench private' }).waitFor();
  await rosa.unfolds('Settings');
  await sheet.getByLabel('How often may one write?').selectOption({ label: 'Every 5 seconds' });
  await sheet.getByText('That holds from now on.').waitFor();
  await sheet.getByLabel('Archived').check();
  await sheet.getByText('From now on it is for reading only.').waitFor();
  await noor.page.getByRole('link', { name: 'Long bench archived private' }).click();
  await noor.page.locator('.top').getByText('Archived: for reading only.').waitFor();
  await noor.page.getByRole('button', { name: 'About this room' }).click();
  await noor.page.getByRole('list', { name: 'Members' }).getByText(rosa.name).waitFor();
  assert.equal(await noor.page.getByRole('dialog').getByText('Settings').count(), 0);
  assert.equal(await noor.page.getByRole('button', { name: /^Remove/ }).count(), 0);
  await noor.page.keyboard.press('Escape');
  await rosa.page.keyboard.press('Escape');
});

test('a room is deleted only by typing its name; everybody in it is told', async () => {
  await rosa.opensPrivate('Wood store');
  await rosa.brings(noor.name);
  await noor.goes('Wood store');
  await rosa.unfolds('Delete this room');
  const field = rosa.page.getByLabel('To be sure, type its name');
  await field.fill('Wood');
  await rosa.page.getByRole('button', { name: 'Delete for everybody' }).click();
  await rosa.page.locator('#demolish-trouble').filter({ hasText: 'Wood store' }).waitFor();
  await field.fill('Wood store');
  await rosa.page.keyboard.press('Enter');
  await rosa.page.getByRole('dialog').waitFor({ state: 'detached' });
  await noor.page.getByText('You are not in Wood store any more.').waitFor();
  await noor.page.getByRole('button', { name: 'Put this word aside' }).click();
  for (const person of [rosa, noor]) {
    assert.equal(await person.page.getByRole('link', { name: 'Wood store' }).count(), 0);
    assert.deepEqual(person.complaints, []);
  }
});

test('closing a sheet about rooms gives the focus back to what opened it', async () => {
  for (const name of ['New room', 'New private message', 'About this room']) {
    const button = olga.page.getByRole('button', { name, exact: true });
    await button.click();
    await olga.page.getByRole('dialog').waitFor();
    await olga.page.keyboard.press('Escape');
    await olga.page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(await button.evaluate((element) => element === document.activeElement), name);
  }
});
