import { test } from 'node:test';
import { finds } from './axe.mjs';
import { DESK, openHouse, PASSWORD, PHONE } from './house.mjs';

const house = await openHouse({ SNUG_GUESTS: 'no' });

/** @type {[string, import('./house.mjs').ContextOptions][]} */
const LOOKS = [
  ['desk, light', { ...DESK, colorScheme: 'light' }],
  ['desk, dark', { ...DESK, colorScheme: 'dark' }],
  ['phone, light', { ...PHONE, colorScheme: 'light' }],
  ['phone, dark', { ...PHONE, colorScheme: 'dark' }],
].map(([name, look]) => [/** @type {string} */ (name), { .../** @type {object} */ (look), reducedMotion: 'reduce' }]);

test('axe finds nothing at the door of a new house', async () => {
  for (const [look, options] of LOOKS) {
    const stranger = await house.at(house.server.url, options);
    await stranger.page.getByText('Nobody lives here yet.').waitFor();
    await finds(stranger, `nobody's house, ${look}`);
    await stranger.page.goto(await house.server.setupLink);
    await stranger.page.getByRole('button', { name: 'Move in' }).click();
    await stranger.page.getByText('A name is needed').waitFor();
    await finds(stranger, `setting up, ${look}`);
    await stranger.page.context().close();
  }
});

/** What the door may answer, and the words that stand there then; the house itself does not have to be in that state. */
const ANSWERS = [
  { status: 200, json: { setup: true, guests: true, sign_up: 'open', me: null }, words: 'Make an account' },
  { status: 200, json: { setup: false, guests: false, sign_up: 'closed', me: null }, words: 'Only whoever runs this house' },
  { status: 403, json: { error: { code: 'banned', text: 'Your address is banned here.' } }, words: 'Your address is banned' },
];

test('axe finds nothing at doors that are open, closed, or stay closed', async () => {
  for (const [look, options] of LOOKS) {
    for (const { words, ...answer } of ANSWERS) {
      const stranger = await house.stranger(options);
      await stranger.page.route('**/api/v1/door', (route) => route.fulfill(answer));
      await stranger.page.goto(house.server.url);
      await stranger.page.getByText(words).waitFor();
      await finds(stranger, `${words}, ${look}`);
      const more = stranger.page.getByRole('button', { name: 'Make an account' });
      if (await more.isVisible()) {
        await more.click();
        await finds(stranger, `signing up, ${look}`);
      }
      await stranger.page.context().close();
    }
  }
});

for (const [look, options] of LOOKS) {
  test(`axe finds nothing before the doors and in the sheets about oneself (${look})`, async () => {
    const olga = await house.owner();
    const room = `Attic ${look}`;
    await olga.opens(room);
    const forMembers = await olga.invites({ 'Who comes?': 'A member, who stays', 'Opens to': '5 people' });
    const forGuests = await olga.invites({ 'Into which room?': room, 'Opens to': '5 people' });
    const name = look.replace(/\W+/g, '');

    const stranger = await house.at(house.server.url, options);
    await stranger.page.getByRole('button', { name: 'Sign in' }).click();
    await stranger.page.getByText('is missing').waitFor();
    await finds(stranger, 'signing in');
    await stranger.page.goto(`${forMembers.slice(0, -4)}AAAA`);
    await stranger.page.getByText('no longer opens').waitFor();
    await finds(stranger, 'an invitation that is over');

    await stranger.page.goto(forGuests);
    await stranger.page.getByRole('heading', { name: `Olga invites you into ${room}.` }).waitFor();
    await finds(stranger, 'an invitation for guests');
    await stranger.page.getByLabel('What do people call you?').fill(`Guest ${name}`);
    await stranger.page.keyboard.press('Enter');
    await stranger.settled();
    if (await stranger.page.getByRole('link', { name: /^Rooms/ }).isVisible())
      await stranger.page.getByRole('link', { name: /^Rooms/ }).click();
    await stranger.looksAtSelf();
    await stranger.unfolds('Stay for good');
    await finds(stranger, 'a guest');

    const mia = await house.at(forMembers, options);
    await mia.page.getByRole('button', { name: 'Come in' }).waitFor();
    await finds(mia, 'an invitation for members');
    await mia.signUp(name, 'Come in');
    await mia.page.goto(forGuests);
    await mia.page.getByRole('button', { name: /^Go in as/ }).waitFor();
    await finds(mia, 'an invitation for somebody who is in');
    await mia.page.getByRole('button', { name: 'Not now' }).click();
    await mia.settled();
    const hall = mia.page.getByRole('link', { name: /^Rooms/ });
    if (await hall.isVisible()) await hall.click();

    await mia.looksAtSelf();
    for (const part of ['Password', 'Where you are signed in', 'What you wrote', 'Delete your account']) await mia.unfolds(part);
    await mia.page.getByText('This one').waitFor();
    await mia.page.getByRole('button', { name: 'I want to leave for good' }).click();
    await mia.page.getByRole('button', { name: 'Save' }).click();
    await mia.page.getByText('From now on').waitFor();
    await mia.page.getByRole('button', { name: 'Delete me' }).click();
    await mia.page.getByText('Your password is needed').waitFor();
    await finds(mia, 'oneself');
    await mia.page.keyboard.press('Escape');

    await mia.page.getByRole('button', { name: 'Invite somebody' }).click();
    await mia.page.getByLabel('Who comes?').waitFor();
    await finds(mia, 'inviting');
    await mia.page.getByRole('button', { name: 'Make a link' }).click();
    await mia.page.getByRole('button', { name: 'Copy' }).click();
    await mia.page.getByRole('button', { name: /^Take back/ }).waitFor();
    await finds(mia, 'the link');
    await mia.page.keyboard.press('Escape');

    const elsewhere = await house.at(house.server.url);
    await elsewhere.signIn(name, PASSWORD);
    await elsewhere.looksAtSelf();
    await elsewhere.unfolds('Where you are signed in');
    await elsewhere.page.getByRole('button', { name: 'End all others' }).click();
    await mia.page.getByText('Your session has ended.').waitFor();
    await finds(mia, 'the end of a session');
    for (const person of [olga, stranger, mia, elsewhere]) await person.page.context().close();
  });
}
