import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse, PHONE } from './house.mjs';

const house = await openHouse();

/** What one may do about a message, by its menu. @param {import('./house.mjs').Person} person @param {string} text @param {string} what */
async function does(person, text, what) {
  await person.message(text).hover();
  await person
    .message(text)
    .getByRole('button', { name: /^More about/ })
    .click();
  await person.page.getByRole('dialog').getByRole('button', { name: what, exact: true }).click();
  if (what === 'Edit') await person.boxHas(text);
}

test('an edit is seen by everybody, says that it is one, and moves nothing that one reads', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.say('tee at eight');
  await bea.sees('tee at eight');
  await does(rosa, 'tee at eight', 'Edit');
  await rosa.say('tea at eight');
  await bea.sees('tea at eight');
  await bea.message('tea at eight').getByText('(edited)').waitFor();
  await rosa.boxHas('');
  await bea.page.reload();
  await bea.message('tea at eight').getByText('(edited)').waitFor();
});

test('Up in the empty composer edits the last message, Esc leaves it, and the draft that waits is not lost', async () => {
  const rosa = await house.person('Rosa');
  await rosa.say('the last one');
  await rosa.sees('the last one');
  await rosa.box.press('ArrowUp');
  await rosa.boxHas('the last one');
  await rosa.page.getByText('Editing your message').waitFor();
  await rosa.box.press('Escape');
  await rosa.boxHas('');
  await rosa.box.fill('begun');
  await does(rosa, 'the last one', 'Edit');
  await rosa.box.fill('the very last one');
  await rosa.box.press('Escape');
  await rosa.boxHas('begun');
});

test('an answer shows what it answers and leads there, and survives a reload before it is sent', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.opens('Answers');
  await bea.joins('Answers');
  await rosa.say('is the loaf out?');
  await bea.sees('is the loaf out?');
  await bea.message('is the loaf out?').hover();
  await bea.message('is the loaf out?').getByRole('button', { name: 'Answer', exact: true }).click();
  await bea.page.getByText(`Answering ${rosa.name}`).waitFor();
  await bea.box.fill('nearly');
  await bea.page.reload();
  await bea.page.getByText(`Answering ${rosa.name}`).waitFor();
  await bea.boxHas('nearly');
  await bea.page.getByRole('button', { name: 'Send' }).click();
  await rosa.sees('nearly');
  const quote = rosa.page.getByRole('button', { name: /^Answers Rosa/ });
  await quote.getByText('is the loaf out?').waitFor();
  await quote.click();
  await rosa.page.waitForFunction(() => document.activeElement?.textContent?.includes('is the loaf out?'));
});

test('a quote that leads further up than the page reaches says what it lacks without the server', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  const room = await rosa.opens('Cut off');
  await bea.joins('Cut off');
  await rosa.say('what was first');
  await bea.sees('what was first');
  await rosa.floods(room, lines(80, 'between'));
  await bea.sees('between 80');
  await bea.log.evaluate((log) => log.scrollTo(0, 0));
  await bea.message('what was first').hover();
  await bea.message('what was first').getByRole('button', { name: 'Answer', exact: true }).click();
  await bea.say('an answer to the first');
  await rosa.sees('an answer to the first');
  await rosa.page.reload();
  const quote = rosa.page.getByRole('button', { name: /^Answers/ });
  await quote.getByText('what was first').waitFor();
  await rosa.page.context().setOffline(true);
  await rosa.page.getByRole('button', { name: 'Try now' }).waitFor();
  await quote.click();
  await rosa.page.context().setOffline(false);
  await rosa.page.getByText('That message cannot be fetched without the server.').waitFor();
  await quote.click();
  await rosa.page.waitForFunction(() => document.activeElement?.textContent?.includes('what was first'));
});

test('a quote leads to a message that is far above, and follows its edit and its deletion', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.opens('Long talk');
  await bea.joins('Long talk');
  await rosa.say('the first word');
  await rosa.sees('the first word');
  for (let n = 0; n < 120; n += 1) await rosa.say(`word ${n}.`);
  await rosa.sees('word 119.');
  await bea.sees('word 119.');
  await rosa.page.reload();
  await rosa.sees('word 119.');
  assert.equal(await rosa.message('the first word').count(), 0);
  const seq = await bea.page.evaluate(() => document.querySelector('.msg')?.getAttribute('data-seq'));
  assert.ok(seq);
  await bea.log.evaluate((log) => log.scrollTo(0, 0));
  await bea.message('the first word').first().waitFor();
  await bea.message('the first word').first().hover();
  await bea.message('the first word').first().getByRole('button', { name: 'Answer', exact: true }).click();
  await bea.say('an answer from far away');
  await rosa.sees('an answer from far away');
  const quote = rosa.page.getByRole('button', { name: /^Answers Rosa/ });
  await quote.getByText('the first word').waitFor();
  await quote.click();
  await rosa.page.waitForFunction(
    () => document.activeElement?.matches('.msg') && document.activeElement.textContent?.includes('the first word'),
  );
  await rosa.page.keyboard.press('Delete');
  await rosa.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await rosa.page.getByRole('dialog').waitFor({ state: 'detached' });
  await rosa.page.keyboard.press('Escape');
  await bea.page.getByRole('button', { name: /^Answers Rosa .*a message that was removed/ }).waitFor();
});

test('an emoji is put there and taken away again, by mouse and by keys', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.say('bread is ready');
  await bea.sees('bread is ready');
  const message = bea.message('bread is ready');
  await message.hover();
  await message.getByRole('button', { name: 'Put an emoji' }).click();
  await bea.page.getByRole('dialog').getByRole('button', { name: '👍' }).click();
  const chip = rosa.message('bread is ready').locator('.chips button');
  await chip.getByText('1').waitFor();
  await chip.click();
  await message.getByRole('button', { name: '👍 2 people, you are one' }).waitFor();
  await message.focus();
  await bea.page.keyboard.press('+');
  await bea.page.getByRole('dialog').getByRole('button', { name: '👍' }).click();
  await rosa.message('bread is ready').getByRole('button', { name: '👍 1, you' }).waitFor();
});

test('one goes from message to message by arrows, and answers and edits by letters', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Keys');
  for (const word of ['one', 'two', 'three']) await rosa.say(word);
  await rosa.sees('three');
  const focused = () => rosa.page.evaluate(() => document.activeElement?.querySelector('.text')?.textContent);
  await rosa.message('three').focus();
  await rosa.page.keyboard.press('ArrowUp');
  assert.equal(await focused(), 'two');
  await rosa.page.keyboard.press('Home');
  assert.equal(await focused(), 'one');
  await rosa.page.keyboard.press('End');
  assert.equal(await focused(), 'three');
  await rosa.page.keyboard.press('e');
  await rosa.boxHas('three');
  await rosa.box.press('Escape');
  await rosa.message('two').focus();
  await rosa.page.keyboard.press('r');
  await rosa.page.getByText(`Answering ${rosa.name}`).waitFor();
});

test('an edit that has been begun survives a reload, and Esc leaves it from anywhere, before it leads to the latest', async () => {
  const rosa = await house.person('Rosa');
  await rosa.say('as it was');
  await rosa.sees('as it was');
  await does(rosa, 'as it was', 'Edit');
  await rosa.box.fill('as it is to be');
  await rosa.page.reload();
  await rosa.settled();
  await rosa.boxHas('as it is to be');
  await rosa.page.getByText('Editing your message').waitFor();
  await rosa.message('as it was').focus();
  await rosa.page.keyboard.press('Escape');
  await rosa.page.getByText('Editing your message').waitFor({ state: 'detached' });
  await rosa.boxHas('');
});

test('an edit that one leaves for an answer is there again when one comes back to it', async () => {
  const rosa = await house.person('Rosa');
  for (const text of ['the first', 'the second']) await rosa.say(text);
  await rosa.sees('the second');
  await does(rosa, 'the first', 'Edit');
  await rosa.box.fill('the very first');
  await rosa.message('the second').focus();
  await rosa.page.keyboard.press('r');
  await rosa.boxHas('');
  await rosa.message('the first').focus();
  await rosa.page.keyboard.press('e');
  await rosa.boxHas('the very first');
  await rosa.box.press('Enter');
  await rosa.sees('the very first');
});

test('an edit of a message that was deleted meanwhile is given back, and let go', async () => {
  const [olga, rosa] = [await house.owner(), await house.person('Rosa')];
  await rosa.say('not for long');
  await olga.sees('not for long');
  await rosa.page.context().setOffline(true);
  await rosa.page.getByText('What you write waits here.').waitFor();
  await does(rosa, 'not for long', 'Edit');
  await rosa.say('still not for long');
  await rosa.message('still not for long').getByText('The change waits for the network.').waitFor();
  await olga.picks('not for long', 'Delete…');
  await olga.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await olga.message('not for long').waitFor({ state: 'detached' });
  await rosa.page.context().setOffline(false);
  const refused = rosa.page.locator('.msg.lost');
  await refused.getByRole('button', { name: 'Discard' }).click();
  await refused.waitFor({ state: 'detached' });
});

test('edits and reactions that are made without the server wait, and arrive once', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await rosa.say('before the storm');
  await bea.sees('before the storm');
  await house.server.stop('SIGKILL');
  await rosa.page.getByText('The server is out of reach').waitFor();
  await does(rosa, 'before the storm', 'Edit');
  await rosa.say('after the storm');
  await rosa.message('after the storm').getByText('The change waits for the network.').waitFor();
  await house.server.start();
  await rosa.page.goto(house.server.url);
  await bea.sees('after the storm');
  await bea.page.reload();
  await bea.message('after the storm').getByText('(edited)').waitFor();
  assert.equal(await bea.message('after the storm').count(), 1);
});

test('who keeps order sees what a message said before', async () => {
  const olga = await house.owner();
  const rosa = await house.person('Rosa');
  await rosa.say('something rude');
  await olga.sees('something rude');
  await does(rosa, 'something rude', 'Edit');
  await rosa.say('something kind');
  await olga.sees('something kind');
  await does(olga, 'something kind', 'What it said before');
  await olga.page.getByRole('dialog', { name: 'What it said' }).getByText('something rude').waitFor();
  await olga.page.keyboard.press('Escape');
  await rosa.message('something kind').hover();
  await rosa
    .message('something kind')
    .getByRole('button', { name: /^More about/ })
    .click();
  await rosa.page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
  assert.equal(await rosa.page.getByRole('button', { name: 'What it said before' }).count(), 0);
});

test('on a phone a long press leads to all of it', async () => {
  const rosa = await house.person('Rosa', PHONE);
  await rosa.say('under my thumb');
  await rosa.sees('under my thumb');
  const box = await rosa.message('under my thumb').locator('.text').boundingBox();
  assert.ok(box);
  const touch = await rosa.page.context().newCDPSession(rosa.page);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: box.x + 10, y: box.y + 10 }] });
  await rosa.page.getByRole('dialog').getByRole('button', { name: 'Answer' }).waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await rosa.page.getByRole('dialog').getByRole('button', { name: 'Put an emoji…' }).click();
  await rosa.page.getByRole('dialog').getByRole('button', { name: '🎉' }).click();
  await rosa.message('under my thumb').getByRole('button', { name: '🎉 1, you' }).waitFor();
});
