import { test } from 'node:test';
import { finds } from './axe.mjs';
import { DESK, openHouse, PHONE } from './house.mjs';

const house = await openHouse();

/** A picture of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

for (const [size, options] of /** @type {const} */ ([
  ['desk', DESK],
  ['phone', PHONE],
])) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`axe finds nothing about messages, files, finding and settings (${size}, ${colorScheme})`, async () => {
      const rosa = await house.person('Rosa', { ...options, colorScheme, reducedMotion: 'reduce' });
      const noor = await house.person('Noor');
      const { page } = rosa;
      const about = async (/** @type {string} */ name) => {
        await page.locator('dialog').waitFor();
        await finds(rosa, name);
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
      };
      await noor.say('the loaf is out');
      await rosa.sees('the loaf is out');
      const message = rosa.message('the loaf is out').last();
      await message.focus();
      await page.keyboard.press('+');
      await about('which emoji');
      await message.focus();
      await page.keyboard.press('+');
      await page.getByRole('dialog').getByRole('button', { name: '👍' }).click();
      await message.focus();
      await page.keyboard.press('r');
      await page.locator('input[type=file]').setInputFiles([
        { name: 'a.png', mimeType: 'image/png', buffer: PNG },
        { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('b') },
      ]);
      await page.locator('.attached').getByText('Ready').nth(1).waitFor();
      await finds(rosa, 'an answer with files, before it is sent');
      await rosa.say('and it is mine');
      await rosa.sees('and it is mine');
      await page.locator('.shot').last().waitFor();
      await finds(rosa, 'reactions, a quote and files');
      await page.locator('.shot').last().click();
      await about('a picture');
      await rosa.message('and it is mine').last().focus();
      await page.keyboard.press('e');
      await page.getByText('Editing your message').waitFor();
      await finds(rosa, 'an edit');
      await rosa.box.press('Escape');
      if (size === 'desk') {
        const olga = await house.owner({ ...options, colorScheme, reducedMotion: 'reduce' });
        await noor.say('the lof is out');
        await noor.sees('the lof is out');
        await noor.box.press('ArrowUp');
        await noor.boxHas('the lof is out');
        await noor.say(`no, the bun is out (${colorScheme})`);
        await olga.sees(`the bun is out (${colorScheme})`);
        await olga.picks(`the bun is out (${colorScheme})`, 'What it said before');
        await olga.page.locator('blockquote').getByText('the lof is out', { exact: true }).waitFor();
        await finds(olga, 'what a message said before');
      }
      await rosa.message('the loaf is out').last().locator('.by b').click();
      await about('a person');
      await page.keyboard.press('Control+/');
      await about('the keys');
      await page.getByRole('button', { name: 'What you are told of' }).click();
      await about('the level of a room');
      await page.getByRole('button', { name: 'Find in this room' }).click();
      await page.getByRole('combobox', { name: 'Find' }).fill('loaf');
      await page.getByRole('option').first().waitFor();
      await about('finding');
      await page.getByRole('button', { name: 'Today' }).last().click();
      await about('a day');
      if (size === 'phone') await page.getByRole('link', { name: /^Rooms/ }).tap();
      await finds(rosa, 'the hall with its field');
      await rosa.opens(`Back room ${size} ${colorScheme}`);
      await noor.say(`@${rosa.name} the butter, please`);
      await page.locator('.card').getByText('the butter, please').waitFor();
      await finds(rosa, 'a card that says who calls');
      if (size === 'phone') await page.getByRole('link', { name: /^Rooms/ }).tap();
      await rosa.looksAtSelf();
      await rosa.unfolds('How people see you');
      await page.getByRole('radio', { name: 'Colour 1', exact: true }).waitFor({ state: 'attached' });
      await about('how people see one');
      await rosa.looksAtSelf();
      await page.getByRole('button', { name: 'How snug behaves…' }).click();
      await page.getByLabel('Quiet hours').check();
      await about('settings');
    });
  }
}
