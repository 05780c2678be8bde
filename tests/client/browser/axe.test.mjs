import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finds } from './axe.mjs';
import { DESK, openHouse, PHONE } from './house.mjs';

const house = await openHouse();
for (const [size, options] of /** @type {const} */ ([
  ['desk', DESK],
  ['phone', PHONE],
])) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`axe finds nothing at the door, in the room, in the hall and in the dialogs (${size}, ${colorScheme})`, async () => {
      const all = { ...options, colorScheme, reducedMotion: /** @type {const} */ ('reduce') };
      const stranger = await house.stranger(all);
      await stranger.page.goto(house.server.url);
      await stranger.page.getByRole('button', { name: 'Come in' }).click();
      await stranger.page.getByText('A name is needed').waitFor();
      await finds(stranger, 'the door');

      const rosa = await house.person('Rosa', all);
      const noor = await house.person('Noor');
      await noor.say(`@${rosa.name} **bold** \`code\` https://example.org\n> said\n\`\`\`\nblock\n\`\`\``);
      await rosa.say('Mine, with @Noor and `code`');
      await rosa.sees('Mine, with');
      await rosa.page.locator('.told').waitFor();
      const joss = await house.person('Joss');
      await joss.box.pressSequentially('…');
      await rosa.page.getByText('is writing').waitFor();
      await finds(rosa, 'the room');

      if (size === 'phone') await rosa.page.getByRole('link', { name: /^Rooms/ }).tap();
      await finds(rosa, 'the hall');
      for (const name of ['New room', 'More rooms']) {
        await rosa.page.getByRole('button', { name }).click();
        await rosa.page.getByRole('dialog').waitFor();
        await finds(rosa, name);
        await rosa.page.keyboard.press('Escape');
      }
      if (size === 'phone') await rosa.page.goBack();
      await rosa.page.getByRole('button', { name: 'About this room' }).click();
      await rosa.page.getByRole('list', { name: 'Members' }).getByText(rosa.name).waitFor();
      await finds(rosa, 'About this room');
      await rosa.page.keyboard.press('Escape');

      await rosa.page.context().setOffline(true);
      await rosa.page.getByText('No network. What').waitFor();
      await rosa.say('Waiting');
      await rosa.page.locator('.wait').waitFor();
      await finds(rosa, 'the room without a network');
    });
  }
}

for (const [size, options] of /** @type {const} */ ([
  ['desk', DESK],
  ['phone', PHONE],
])) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`axe finds nothing in closed rooms and their sheets (${size}, ${colorScheme})`, async () => {
      const olga = await house.owner({ ...options, colorScheme, reducedMotion: 'reduce' });
      const { page } = olga;
      const noor = await house.person('Noor');
      const attic = `Attic ${size} ${colorScheme}`;
      const hall = () => (size === 'phone' ? page.getByRole('link', { name: /^Rooms/ }).tap() : undefined);
      await hall();
      await page.getByRole('button', { name: 'New room' }).click();
      await page.getByRole('dialog').waitFor();
      await finds(olga, 'a new room');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'New private message' }).click();
      await page.getByLabel(noor.name, { exact: true }).check();
      await finds(olga, 'a new private message');
      await page.getByRole('button', { name: 'Begin' }).click();
      await page.getByRole('heading', { name: noor.name, level: 1 }).waitFor();
      await noor.goes('Olga');
      await noor.say('Hello you');
      await olga.sees('Hello you');
      await finds(olga, 'a private message');
      await hall();
      await olga.opensPrivate(attic);
      await olga.brings(noor.name);
      await noor.goes(attic);
      await page.getByRole('button', { name: `Remove ${noor.name}` }).click();
      for (const title of ['Settings', 'Delete this room']) await olga.unfolds(title);
      await page.getByRole('button', { name: 'Leave this room' }).click();
      await finds(olga, 'a room looked at closely');
      await noor.box.fill('Only begun');
      await page.getByRole('button', { name: `Yes, remove ${noor.name}` }).click();
      await noor.page.getByText(`You are not in ${attic} any more.`).waitFor();
      await finds(noor, 'a room that is lost');
      await page.getByLabel('Archived').check();
      await page.keyboard.press('Escape');
      await page.locator('.top').getByText('Archived: for reading only.').waitFor();
      await hall();
      await page.getByRole('link', { name: `${attic} archived private` }).waitFor();
      await finds(olga, 'the hall with closed rooms');
    });
  }
}

test('with reduced motion nothing moves by itself', async () => {
  const rosa = await house.person('Rosa', { ...DESK, reducedMotion: 'reduce' });
  const noor = await house.person('Noor');
  await noor.box.pressSequentially('…');
  await rosa.page.getByText('is writing').waitFor();
  assert.equal(await rosa.page.evaluate(() => document.getAnimations().length), 0);
});
