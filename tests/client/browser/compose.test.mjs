import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finds } from './axe.mjs';
import { openHouse, PHONE } from './house.mjs';

const house = await openHouse();

test('a name completes itself by keys, and Ctrl Z takes it back', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.opens('Names');
  await bea.joins('Names');
  await rosa.box.pressSequentially('hello @be');
  const list = rosa.page.getByRole('listbox', { name: 'People' });
  await list.getByRole('option', { name: bea.name }).waitFor();
  assert.equal(await rosa.box.getAttribute('aria-activedescendant'), 'offer-0');
  await finds(rosa, 'the list of names');
  await rosa.box.press('Escape');
  await list.waitFor({ state: 'detached' });
  await rosa.boxHas('hello @be');
  await rosa.box.press('a');
  await list.waitFor();
  await rosa.box.press('Enter');
  await rosa.boxHas(`hello @${bea.name} `);
  await rosa.box.press('Control+z');
  await rosa.boxHas('hello @bea');
});

test('a name is taken by the letters that were typed, however slowly the list is drawn', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Quick hands');
  for (const name of ['Anna', 'Anton']) await (await house.person(name)).joins('Quick hands');
  await rosa.box.pressSequentially('@an');
  await rosa.page.getByRole('listbox', { name: 'People' }).getByRole('option').nth(1).waitFor();
  await rosa.box.evaluate((/** @type {any} */ field) => {
    field.setRangeText('t', 3, 3, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true, cancelable: true }));
  });
  await rosa.page.waitForFunction(() => /^@Anton \d+ $/.test(document.querySelector('textarea')?.value ?? ''));
});

test('everybody in a room is offered to those only who may call them', async () => {
  const [olga, rosa] = [await house.owner(), await house.person('Rosa')];
  const offers = (/** @type {import('./house.mjs').Person} */ person) =>
    person.page.getByRole('listbox', { name: 'People' }).getByRole('option');
  await olga.box.pressSequentially('@ro');
  await offers(olga).filter({ hasText: 'room: everybody in it' }).waitFor();
  await rosa.box.pressSequentially('@ol');
  await offers(rosa).filter({ hasText: 'Olga' }).waitFor();
  await rosa.box.fill('');
  await rosa.box.pressSequentially('@roo');
  await offers(rosa).first().waitFor({ state: 'detached' });
  assert.equal(await offers(rosa).filter({ hasText: 'room: everybody in it' }).count(), 0);
  await olga.box.fill('');
  await olga.box.pressSequentially('@room');
  await offers(olga).first().waitFor();
  await olga.box.press('Tab');
  await olga.boxHas('@room ');
  await olga.say('@room supper');
  await rosa.page.locator('.msg.told').filter({ hasText: 'supper' }).waitFor();
});

test('a word that is still being composed is no choice in a list', async () => {
  const [rosa, cleo] = [await house.person('Rosa'), await house.person('Cleo')];
  await cleo.say('Here I am');
  await rosa.sees('Here I am');
  const devtools = await rosa.page.context().newCDPSession(rosa.page);
  await rosa.box.pressSequentially('@');
  await devtools.send('Input.imeSetComposition', { text: 'cl', selectionStart: 2, selectionEnd: 2 });
  await rosa.page.getByRole('option', { name: cleo.name }).waitFor();
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
  await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
  await rosa.boxHas('@cl');
  await devtools.send('Input.insertText', { text: 'cl' });
  await rosa.page.getByRole('option', { name: cleo.name }).waitFor();
  await rosa.box.press('Enter');
  await rosa.boxHas(`@${cleo.name} `);
});

test('an emoji completes itself by a click, one typed by its code is sent as one, and code stays code', async () => {
  const rosa = await house.person('Rosa');
  await rosa.box.pressSequentially('tea :cof');
  await rosa.page.getByRole('option', { name: ':coffee:' }).click();
  await rosa.boxHas('tea ☕');
  await rosa.box.pressSequentially(' :heart: and `:heart:`');
  await rosa.box.press('Enter');
  await rosa.sees('tea ☕ ❤️ and :heart:');
});

test('the picker finds an emoji, puts it where one writes, and has those used last', async () => {
  const rosa = await house.person('Rosa');
  const open = () => rosa.page.getByRole('button', { name: 'Emojis' }).click();
  await open();
  const picker = rosa.page.getByRole('dialog', { name: 'Emojis' });
  await finds(rosa, 'the picker');
  await picker.getByRole('searchbox').fill('rocket');
  await picker.getByRole('searchbox').press('Enter');
  await rosa.boxHas('🚀');
  await open();
  await picker.getByRole('button', { name: 'rocket' }).waitFor();
  await picker.getByRole('button', { name: 'Faces' }).click();
  await picker.getByRole('button', { name: 'grinning face', exact: true }).focus();
  await rosa.page.keyboard.press('ArrowRight');
  await rosa.page.keyboard.press('Enter');
  await rosa.boxHas('🚀😃');
});

test('what is left is said near the limit, and marks go around the selection', async () => {
  const rosa = await house.person('Rosa');
  await rosa.box.fill('x'.repeat(7600));
  await rosa.page.getByText('400 characters left').waitFor();
  await rosa.page.getByRole('status').getByText('500 characters left').waitFor();
  await rosa.box.fill('word');
  await rosa.box.selectText();
  await rosa.box.press('Control+b');
  await rosa.boxHas('**word**');
});

test('all keys are in a list, and F6 leads from region to region', async () => {
  const rosa = await house.person('Rosa');
  await rosa.box.focus();
  await rosa.page.keyboard.press('Shift+F6');
  await rosa.page.waitForFunction(() => document.activeElement?.closest('.log'));
  await rosa.page.keyboard.press('F6');
  await rosa.page.waitForFunction(() => document.activeElement?.id === 'say');
  await rosa.page.keyboard.press('F6');
  await rosa.page.waitForFunction(() => document.activeElement?.closest('.hall'));
  await rosa.page.keyboard.press('Control+/');
  await rosa.page.getByRole('dialog', { name: 'Keys' }).getByText('This list').waitFor();
  await finds(rosa, 'the list of keys');
});

test('on a phone, in the dark, the list and the picker are as good', async () => {
  const rosa = await house.person('Rosa', { ...PHONE, colorScheme: 'dark' });
  await rosa.box.pressSequentially(':smi');
  await rosa.page.getByRole('listbox', { name: 'Emojis' }).waitFor();
  await finds(rosa, 'the list of emojis');
  if (process.env.SHOTS) await rosa.page.screenshot({ path: `${process.env.SHOTS}/list.png` });
  await rosa.page.getByRole('button', { name: 'Emojis' }).click();
  await rosa.page.getByRole('dialog', { name: 'Emojis' }).waitFor();
  await finds(rosa, 'the picker');
  if (process.env.SHOTS) await rosa.page.screenshot({ path: `${process.env.SHOTS}/picker.png` });
});

test('a block of code is copied by its button, which says so, and a message of emojis alone is large', async () => {
  const rosa = await house.person('Rosa');
  await rosa.say('```\nlet tea = 2;\n  pour();\n```');
  const copy = rosa.page.getByRole('button', { name: 'Copy', exact: true });
  await copy.click();
  await rosa.page.getByRole('button', { name: 'Copied' }).waitFor();
  await finds(rosa, 'a block of code that was copied');
  await rosa.box.press('Control+v');
  await rosa.boxHas('let tea = 2;\n  pour();');
  await copy.waitFor();
  const size = (/** @type {string} */ text) =>
    rosa
      .message(text)
      .locator('.text')
      .evaluate((words) => Number.parseFloat(getComputedStyle(words).fontSize));
  await rosa.say('🍞🫖');
  await rosa.say('tea 🫖');
  await rosa.sees('tea 🫖');
  assert.ok((await size('🍞🫖')) > 1.5 * (await size('tea 🫖')));
});
