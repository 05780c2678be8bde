import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openHouse, PASSWORD, PHONE } from './house.mjs';

const house = await openHouse({ SNUG_GUESTS: 'no', SNUG_SIGN_INS_PER_MINUTE: '3' });

/** @typedef {import('./house.mjs').Person} Person */

const MEMBER = { 'Who comes?': 'A member, who stays' };

let people = 0;

/** Somebody who has come in by an invitation, as a member. @param {Person} host @param {string} name */
async function memberOf(host, name) {
  people += 1;
  const guest = await house.at(await host.invites(MEMBER));
  await guest.signUp(`${name}${people}`, 'Come in');
  return guest;
}

/** Ends all other sessions of somebody, from the device of `person`. @param {Person} person */
async function endsOthers(person) {
  await person.looksAtSelf();
  await person.unfolds('Where you are signed in');
  await person.page.getByRole('button', { name: 'End all others' }).click();
  await person.page.getByText('All others have ended.').waitFor();
  await person.page.keyboard.press('Escape');
}

test('before anybody owns the house the door says how to; the printed link lets the owner in, once', async () => {
  const stranger = await house.at(house.server.url);
  await stranger.page.getByRole('heading', { name: 'Nobody lives here yet.' }).waitFor();
  const link = await house.server.setupLink;
  const owner = await house.owner();
  assert.equal(new URL(owner.page.url()).hash, '');
  await owner.looksAtSelf();
  await owner.page.getByText('The owner · signs in as olga').waitFor();
  const late = await house.at(link);
  await late.page.getByRole('heading', { name: 'This key no longer fits.' }).waitFor();
  await late.page.getByRole('button', { name: 'To the front door' }).click();
  await late.page.getByText('One comes in by invitation only').waitFor();
  assert.deepEqual([...owner.complaints, ...late.complaints], []);
});

test('one signs out, and in again; a wrong password is refused beside its field', async () => {
  const olga = await house.owner();
  await olga.signsOut();
  await olga.page.getByLabel('Your name').fill('Olga');
  await olga.page.getByLabel('Password', { exact: true }).fill('not this one');
  await olga.page.keyboard.press('Enter');
  await olga.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  const field = olga.page.getByLabel('Password', { exact: true });
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.ok(await field.evaluate((element) => element === document.activeElement));
  await field.fill(PASSWORD);
  await olga.page.keyboard.press('Enter');
  await olga.settled();
});

test('after too many wrong passwords the button says how long to wait', async () => {
  const bea = await memberOf(await house.owner(), 'Bea');
  const other = await house.at(house.server.url);
  await other.page.getByLabel('Your name').fill(bea.name);
  const waits = other.page.getByRole('button', { name: /^Again in \d+ s$/ });
  for (let tries = 0; tries < 10 && (await waits.count()) === 0; tries += 1) {
    const answered = other.page.waitForResponse(/\/sessions$/);
    await other.page.getByLabel('Password', { exact: true }).fill(`wrong ${tries}`);
    await other.page.keyboard.press('Enter');
    await answered;
    await other.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  }
  await waits.waitFor();
  assert.equal(await waits.getAttribute('aria-disabled'), 'true');
});

test('a member comes by a link in a second browser: the token leaves the address, and a reload keeps the invitation', async () => {
  const olga = await house.owner();
  const url = await olga.invites(MEMBER);
  const noor = await house.at(url);
  await noor.page.getByRole('heading', { name: 'Olga invites you in.' }).waitFor();
  assert.equal(noor.page.url(), house.server.url);
  assert.equal(await noor.page.evaluate(() => history.length), 2);
  await noor.page.reload();
  await noor.signUp('Noor', 'Come in');
  assert.equal(await noor.page.evaluate(() => sessionStorage.length), 0);
  await noor.say('Here I am');
  await olga.sees('Here I am');
  const late = await house.at(url);
  await late.page.getByRole('heading', { name: 'This invitation no longer opens the door.' }).waitFor();
  assert.deepEqual(noor.complaints, []);
});

test('a guest scans a link and is in that room in two taps, and sees nothing else', async () => {
  const olga = await house.owner();
  const room = await olga.opens('Garden');
  await olga.page.getByRole('button', { name: 'Invite somebody' }).click();
  await olga.page.getByRole('button', { name: 'Make a link' }).click();
  const picture = olga.page.getByAltText('The link as a QR code');
  await picture.waitFor();
  assert.ok(await picture.evaluate((/** @type {HTMLImageElement} */ image) => image.decode().then(() => image.naturalWidth > 0)));
  const isWhole = await picture.evaluate((image) => {
    const style = getComputedStyle(image);
    const corner = (/** @type {string} */ radius) => Number.parseFloat(radius.split(' ').at(-1) ?? '');
    return (
      Number.parseFloat(style.paddingTop) >= corner(style.borderTopLeftRadius) &&
      Number.parseFloat(style.paddingBottom) >= corner(style.borderBottomLeftRadius)
    );
  });
  assert.ok(isWhole, 'the arch cuts no corner off the code');
  const guest = await house.at(await olga.page.getByLabel('The link', { exact: true }).inputValue(), PHONE);
  await guest.page.getByRole('heading', { name: 'Olga invites you into Garden.' }).waitFor();
  await guest.page.getByLabel('What do people call you?').tap();
  await guest.page.keyboard.type('Pim');
  await guest.page.getByRole('button', { name: 'Come in' }).tap();
  await guest.page.getByRole('heading', { name: 'Garden', level: 1, exact: true }).waitFor();
  assert.equal(new URL(guest.page.url()).hash, `#${room}`);
  await guest.page.getByRole('link', { name: /^Rooms/ }).tap();
  await guest.page.getByRole('navigation').getByRole('link', { name: 'Garden' }).waitFor();
  assert.deepEqual(await guest.page.getByRole('navigation').getByRole('link').allTextContents(), ['Garden']);
  assert.equal(await guest.page.getByRole('button', { name: 'Invite somebody' }).count(), 0);
});

test('a guest becomes a member by a second link and keeps what they wrote', async () => {
  const olga = await house.owner();
  await olga.opens('Shed');
  const guest = await house.at(await olga.invites({ 'Into which room?': 'Shed' }));
  await guest.page.getByLabel('What do people call you?').fill('Quinn');
  await guest.page.keyboard.press('Enter');
  await guest.page.getByRole('heading', { name: 'Shed', level: 1, exact: true }).waitFor();
  await guest.settled();
  await guest.say('Written as a guest');
  await guest.sees('Written as a guest');
  const link = await olga.invites(MEMBER);
  await guest.looksAtSelf();
  await guest.unfolds('Stay for good');
  await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await guest.page.getByLabel('The link of an invitation').fill(link);
  await guest.page.getByRole('button', { name: 'Become a member' }).click();
  await guest.page.getByText('A member · signs in as quinn').waitFor();
  await guest.page.keyboard.press('Escape');
  await guest.signsOut();
  await guest.signIn('Quinn');
  await guest.goes('Shed');
  await guest.page.locator('.msg.mine').filter({ hasText: 'Written as a guest' }).waitFor();
});

test('who is signed in already goes into an invited room with one tap, without losing the page', async () => {
  const olga = await house.owner();
  const noor = await memberOf(olga, 'Noor');
  await olga.opens('Cellar');
  const link = await olga.invites({ 'Into which room?': 'Cellar' });
  await noor.page.goto(link);
  await noor.page.getByRole('button', { name: `Go in as ${noor.name}` }).click();
  await noor.page.getByRole('heading', { name: 'Cellar', level: 1, exact: true }).waitFor();
  await noor.say('Cool down here');
  await olga.sees('Cool down here');
});

test('a link that is taken back no longer opens the door', async () => {
  const olga = await house.owner();
  const link = await olga.invites({ ...MEMBER, 'Opens to': '5 people' });
  await olga.page.getByRole('button', { name: 'Invite somebody' }).click();
  const mine = olga.page.getByRole('button', { name: 'Take back: Member, for 5 more' });
  await mine.click();
  await mine.waitFor({ state: 'detached' });
  const late = await house.at(link);
  await late.page.getByRole('heading', { name: 'This invitation no longer opens the door.' }).waitFor();
});

test('a session ended from another device: the door says so, and the draft and the waiting message are there after signing in', async () => {
  const mia = await memberOf(await house.owner(), 'Mia');
  const elsewhere = await house.at(house.server.url);
  await elsewhere.signIn(mia.name);
  await mia.page.context().setOffline(true);
  await mia.page.getByText('No network. What').waitFor();
  await mia.say('Waiting to go out');
  await mia.page.locator('.wait').waitFor();
  await mia.box.fill('Half a thought');
  await endsOthers(elsewhere);
  await mia.page.context().setOffline(false);
  await mia.page.getByRole('heading', { name: 'Your session has ended.' }).waitFor();
  assert.equal(await mia.page.getByText('Half a thought').count(), 0);
  assert.equal(await mia.page.getByLabel('Your name').inputValue(), mia.name.toLowerCase());
  await mia.page.reload();
  await mia.signIn(mia.name);
  await mia.sees('Waiting to go out');
  assert.equal(await mia.box.inputValue(), 'Half a thought');
});

test('a session that is ended while one writes is told within the moment', async () => {
  const mia = await memberOf(await house.owner(), 'Mia');
  const elsewhere = await house.at(house.server.url);
  await elsewhere.signIn(mia.name);
  await mia.box.fill('Half a thought');
  await endsOthers(elsewhere);
  await mia.page.getByText('what you have written waits').waitFor();
  await mia.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await mia.page.keyboard.press('Enter');
  await mia.settled();
  assert.equal(await mia.box.inputValue(), 'Half a thought');
});

test('somebody else who signs in on the same browser neither sees nor sends what the first one left', async () => {
  const olga = await house.owner();
  const ada = await memberOf(olga, 'Ada');
  const ben = await memberOf(olga, 'Ben');
  const { name } = ada;
  await ada.page.context().setOffline(true);
  await ada.page.getByText('No network. What').waitFor();
  await ada.say('From Ada alone');
  await ada.page.locator('.wait').waitFor();
  await ada.box.fill('Ada began this');
  await ada.page.context().clearCookies();
  await ada.page.context().setOffline(false);
  await ada.page.getByRole('heading', { name: 'Your session has ended.' }).waitFor();
  await ada.signIn(ben.name);
  assert.equal(await ada.box.inputValue(), '');
  await ada.say('From Ben');
  await olga.sees('From Ben');
  assert.equal(await olga.message('From Ada alone').count(), 0);
  await ada.signsOut();
  await ada.signIn(name);
  await olga.sees('From Ada alone');
  assert.equal(await ada.box.inputValue(), 'Ada began this');
});

test('the name, the password and the export: what one changes about oneself', async () => {
  const eve = await memberOf(await house.owner(), 'Eve');
  await eve.say('To be taken along');
  await eve.sees('To be taken along');
  await eve.looksAtSelf();
  await eve.page.getByLabel('What people call you').fill(`${eve.name} the Tall`);
  await eve.page.getByRole('button', { name: 'Save' }).click();
  await eve.page.getByText('From now on people see this name.').waitFor();
  assert.equal(await eve.page.locator('.self span').last().textContent(), `${eve.name} the Tall`);

  await eve.unfolds('Password');
  await eve.page.getByLabel('The password until now', { exact: true }).fill(PASSWORD);
  await eve.page.getByLabel('The new password', { exact: true }).fill('another three words');
  await eve.page.getByRole('button', { name: 'Change it' }).click();
  await eve.page.getByText('The password is changed.').waitFor();

  await eve.unfolds('What you wrote');
  const [download] = await Promise.all([
    eve.page.waitForEvent('download'),
    eve.page.getByRole('button', { name: 'Download it' }).click(),
  ]);
  const all = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.equal(all.account.name, `${eve.name} the Tall`);
  assert.ok(all.entries.some((/** @type {{text?: string}} */ entry) => entry.text === 'To be taken along'));
  assert.deepEqual(eve.complaints, []);
});

test('whoever leaves for good is asked twice, and cannot come back', async () => {
  const olga = await house.owner();
  const leo = await memberOf(olga, 'Leo');
  await leo.say('Remember me');
  await olga.sees('Remember me');
  await leo.looksAtSelf();
  await leo.unfolds('Delete your account');
  await leo.page.getByRole('button', { name: 'I want to leave for good' }).click();
  await leo.page.getByLabel('Your password, to be sure', { exact: true }).fill('not this one');
  await leo.page.getByRole('button', { name: 'Delete me' }).click();
  await leo.page.locator('#delete-trouble').filter({ hasText: /\w/ }).waitFor();
  await leo.page.getByLabel('Your password, to be sure', { exact: true }).fill(PASSWORD);
  await leo.page.getByRole('button', { name: 'Delete me' }).click();
  await leo.page.locator('.gate').waitFor();
  await olga.page.getByText('Someone who left').waitFor();
  await leo.page.getByLabel('Your name').fill(leo.name);
  await leo.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await leo.page.keyboard.press('Enter');
  await leo.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
});

/** Runs in a page of the origin that is not snug's: keeps what version 1 kept. @returns {Promise<void>} */
function keepAsVersion1() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('snug', 1);
    request.onupgradeneeded = () => {
      const letter = { key: 'AAAAAAAAAAAAAAAA', n: 1, room: 1, text: 'From before', at: Date.now(), state: 'queued' };
      request.result.createObjectStore('outbox', { keyPath: 'key' }).put(letter);
      request.result.createObjectStore('drafts', { keyPath: 'room' }).put({ room: 1, text: 'Begun before' });
    };
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
}

test('what an earlier version kept goes to whoever was signed in then, and to nobody else', async () => {
  const olga = await house.owner();
  const ivo = await memberOf(olga, 'Ivo');
  const state = await ivo.page.context().storageState();
  const later = await house.at(`${house.server.url}api/v1/door`, { storageState: state });
  await later.page.evaluate(keepAsVersion1);
  await later.page.goto(house.server.url);
  await later.sees('From before');
  assert.equal(await later.box.inputValue(), 'Begun before');

  const stranger = await house.at(`${house.server.url}api/v1/door`);
  await stranger.page.evaluate(keepAsVersion1);
  await stranger.page.goto(house.server.url);
  await stranger.signIn('Olga');
  await stranger.say('Nothing of the stranger');
  await stranger.sees('Nothing of the stranger');
  assert.equal(await stranger.message('From before').count(), 1);
  assert.equal(await stranger.page.locator('.msg.mine').filter({ hasText: 'From before' }).count(), 0);
  assert.equal(await stranger.box.inputValue(), '');
});

test('who comes in by one tab is in by the others, too', async () => {
  const ida = await memberOf(await house.owner(), 'Ida');
  const { name } = ida;
  const other = await ida.tab();
  await ida.signsOut();
  await other.page.getByText('Your session has ended.').waitFor();
  await ida.signIn(name);
  await other.settled();
  assert.equal(await other.page.locator('.self span').last().textContent(), name);
});

test('closing a sheet about oneself gives the focus back to what opened it', async () => {
  const olga = await house.owner();
  for (const name of ['You', 'Invite somebody']) {
    const button = olga.page.getByRole('button', { name, exact: true });
    await button.click();
    await olga.page.getByRole('dialog').waitFor();
    await olga.page.keyboard.press('Escape');
    await olga.page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(await button.evaluate((element) => element === document.activeElement), name);
  }
});
