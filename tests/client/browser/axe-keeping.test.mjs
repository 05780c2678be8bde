import { test } from 'node:test';
import { finds } from './axe.mjs';
import { DESK, openHouse, PHONE } from './house.mjs';

const house = await openHouse({ SNUG_GUESTS: 'no' });
const olga = await house.owner();
const bea = await house.at(await olga.invites({ 'Who comes?': 'A member, who stays' }));
await bea.signUp('Bea', 'Come in');
for (const text of ['One that goes', 'One that is reported']) {
  await bea.say(text);
  await olga.sees(text);
}
await bea.picks('One that goes', 'Delete…');
await bea.page.getByRole('button', { name: 'Delete', exact: true }).click();
await olga.picks('One that is reported', 'Report…');
await olga.page.getByLabel('What is wrong with it?').fill('To be looked at');
await olga.page.keyboard.press('Enter');
await olga.page.getByText('The moderators will look at it.').waitFor();
await olga.page.keyboard.press('Escape');

for (const [size, look] of /** @type {const} */ ([
  ['desk', DESK],
  ['phone', PHONE],
])) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`axe finds nothing where order is kept (${size}, ${colorScheme})`, async () => {
      const one = await house.at(house.server.url, { ...look, colorScheme, reducedMotion: 'reduce' });
      await one.signIn('Olga');
      await one.page.locator('.gone').waitFor();
      await finds(one, 'a removed message');
      for (const [item, title] of [
        ['Report…', 'Report this message'],
        ['Delete…', 'Delete the message of Bea?'],
        ['Mute Bea…', 'Mute Bea?'],
        ['Remove Bea from this room…', 'Remove Bea from Lobby?'],
        ['Ban Bea…', 'Ban Bea?'],
      ]) {
        await one.opensMenu('One that is reported');
        await finds(one, 'the menu');
        await one.page.keyboard.press('Escape');
        await one.picks('One that is reported', item);
        await one.page.getByRole('dialog', { name: title }).waitFor();
        await finds(one, title);
        await one.page.keyboard.press('Escape');
      }
      if (size === 'phone') await one.page.getByRole('link', { name: /^Rooms/ }).tap();
      await one.page.getByRole('button', { name: 'Everybody' }).click();
      await one.page.getByRole('button', { name: 'About Bea' }).waitFor();
      await finds(one, 'everybody');
      await one.page.getByRole('button', { name: 'About Bea' }).click();
      await one.page.getByRole('button', { name: 'Back to everybody' }).waitFor();
      await finds(one, 'one person');
      await one.page.keyboard.press('Escape');
      await one.page.getByRole('button', { name: 'Keeping order' }).click();
      await one.page.getByText('To be looked at').waitFor();
      await one.unfolds('Who is kept out');
      await one.unfolds('What was done');
      await one.page.locator('.audit li').first().waitFor();
      await finds(one, 'keeping order');
      await one.page.keyboard.press('Escape');
      await one.looksAtSelf();
      await one.unfolds('Your bots');
      await one.page.getByLabel('What is it called?').fill(`Timer ${size} ${colorScheme}`);
      await one.page.getByRole('checkbox', { name: 'Lobby' }).check();
      await finds(one, 'making a bot');
      await one.page.getByRole('button', { name: 'Make the bot' }).click();
      await one.page.getByLabel('The token', { exact: true }).waitFor();
      await finds(one, 'a token');
      await one.page.context().close();
    });
  }
}
