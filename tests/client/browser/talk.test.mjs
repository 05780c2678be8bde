import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, PHONE } from './house.mjs';

const house = await openHouse();

/**
 * Answers the sends of a page in the server's place, as long as `answer` gives one.
 * @param {import('./house.mjs').Person} person @param {(request: any) => object | null} answer
 */
async function answersFor(person, answer) {
  await person.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    route.onMessage((text) => {
      const request = JSON.parse(String(text));
      const error = request.op === 'send' ? answer(request) : null;
      if (error) route.send(JSON.stringify({ re: request.id, error }));
      else server.send(text);
    });
  });
  await person.page.reload();
  await person.settled();
}

test('what one says the other reads, once, in the order it was said', async () => {
  const rosa = await house.person('Rosa');
  const noor = await house.person('Noor');
  await rosa.say('First word');
  await rosa.say('Second word');
  await noor.sees('Second word');
  await rosa.sees('Second word');
  for (const person of [rosa, noor]) assert.deepEqual((await person.texts()).slice(-2), ['First word', 'Second word']);
  assert.equal(await noor.message('First word').locator('.by b').textContent(), rosa.name);
  assert.equal(await rosa.message('First word').locator('.by b').textContent(), 'You');
  assert.deepEqual([...rosa.complaints, ...noor.complaints], []);
});

test('a pending message becomes the stored one in its place', async () => {
  const rosa = await house.person('Rosa');
  /** @type {(() => void)[]} */
  const held = [];
  await rosa.page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    route.onMessage((text) => {
      if (JSON.parse(String(text)).op === 'send') held.push(() => server.send(text));
      else server.send(text);
    });
  });
  await rosa.page.reload();
  await rosa.settled();
  await rosa.say('Slowly');
  const row = rosa.page.locator('.msg.wait').filter({ hasText: 'Slowly' });
  const element = await row.elementHandle();
  for (const send of held) send();
  await rosa.sees('Slowly');
  assert.equal(await rosa.message('Slowly').count(), 1);
  assert.ok(await element?.evaluate((one) => one.isConnected && !one.classList.contains('wait')), 'the same element');
});

test('HTML in a message shows as text, and only web and mail addresses become links', async () => {
  const rosa = await house.person('Rosa');
  const noor = await house.person('Noor');
  const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script><b>not bold</b>';
  noor.page.on('dialog', () => assert.fail('a script ran'));
  await rosa.say(hostile);
  await noor.sees(hostile);
  assert.equal(await noor.message('not bold').locator('img, script, b:not(.by b)').count(), 0);
  await rosa.say('https://example.org/a mailto:bea@example.org javascript:alert(3) data:text/html,x file:///etc/passwd');
  await noor.sees('javascript:alert(3)');
  const links = noor.message('javascript:alert(3)').locator('a');
  const seen = await links.evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.getAttribute('rel')]));
  assert.deepEqual(seen, [
    ['https://example.org/a', 'noopener noreferrer'],
    ['mailto:bea@example.org', 'noopener noreferrer'],
  ]);
});

test('marks, code, quotes and names are shown as what they mean', async () => {
  const rosa = await house.person('Rosa');
  const noor = await house.person('Noor');
  await rosa.box.fill(`> said before\n**bold** *slanted* \`code\` @${noor.name}\n\`\`\`\nblock\n\`\`\``);
  await rosa.box.press('Enter');
  await noor.sees('slanted');
  const row = noor.message('slanted');
  assert.equal(await row.locator('.text b').textContent(), 'bold');
  assert.equal(await row.locator('em').textContent(), 'slanted');
  assert.equal(await row.locator('.text code').textContent(), 'code');
  assert.equal(await row.locator('pre').textContent(), 'block');
  assert.equal(await row.locator('blockquote').textContent(), 'said before');
  assert.equal(await row.locator('.tag.me').textContent(), `@${noor.name}`);
  assert.match((await row.getAttribute('class')) ?? '', /told/);
});

test('Enter sends and Shift+Enter breaks the line', async () => {
  const rosa = await house.person('Rosa');
  await rosa.box.pressSequentially('one');
  await rosa.box.press('Shift+Enter');
  await rosa.box.pressSequentially('two');
  assert.equal(await rosa.box.inputValue(), 'one\ntwo');
  await rosa.box.press('Enter');
  await rosa.sees('one\ntwo');
  assert.equal(await rosa.box.inputValue(), '');
});

test('Enter during composition takes the word and never sends', async () => {
  const rosa = await house.person('Rosa');
  await rosa.box.focus();
  const devtools = await rosa.page.context().newCDPSession(rosa.page);
  await devtools.send('Input.imeSetComposition', { text: 'こん', selectionStart: 2, selectionEnd: 2 });
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
  await rosa.page.evaluate(() => {
    addEventListener('keydown', (event) => {
      document.body.dataset.composing = String(event.isComposing);
    });
  });
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
  await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
  await rosa.page.locator('body[data-composing=true]').waitFor();
  await devtools.send('Input.insertText', { text: 'こんにちは' });
  assert.equal(await rosa.box.inputValue(), 'こんにちは');
  assert.equal(await rosa.message('こん').count(), 0);
  await rosa.box.press('Enter');
  await rosa.sees('こんにちは');
});

test('on a touch keyboard Enter breaks the line and the button sends', async () => {
  const rosa = await house.person('Rosa', PHONE);
  assert.equal(await rosa.box.getAttribute('enterkeyhint'), 'enter');
  await rosa.box.pressSequentially('one');
  await rosa.box.press('Enter');
  await rosa.box.pressSequentially('two');
  assert.equal(await rosa.box.inputValue(), 'one\ntwo');
  await rosa.page.getByRole('button', { name: 'Send' }).tap();
  await rosa.sees('one\ntwo');
});

test('white space alone is not sent', async () => {
  const rosa = await house.person('Rosa');
  await rosa.say('  \n ');
  await rosa.say('Something');
  await rosa.sees('Something');
  assert.deepEqual(await rosa.page.locator('.mine .text').allTextContents(), ['Something']);
});

test('a text that is too long stays in the composer and says by how much', async () => {
  const rosa = await house.person('Rosa');
  await rosa.say('x'.repeat(8005));
  await rosa.page.getByText('5 characters too long').waitFor();
  assert.equal((await rosa.box.inputValue()).length, 8005);
  await rosa.say('😀'.repeat(8000));
  await rosa.sees('😀');
});

test('a refused message says why and can be tried again, edited or discarded', async () => {
  const rosa = await house.person('Rosa');
  let full = true;
  const text = 'The disk is full; nothing was stored.';
  await answersFor(rosa, () => (full ? { code: 'storage_full', text } : null));
  for (const words of ['Try me', 'Edit **me**\n  twice', 'Discard me']) await rosa.say(words);
  await rosa.page.locator('.lost').nth(2).waitFor();
  assert.deepEqual(await rosa.page.locator('.lost').getByRole('alert').locator('> span:first-of-type').allTextContents(), [
    text,
    text,
    text,
  ]);
  await rosa.page.reload();
  await rosa.settled();
  assert.equal(await rosa.page.locator('.lost').count(), 3, 'a refused message survives a reload');
  full = false;
  await rosa.message('Try me').getByRole('button', { name: 'Try again' }).click();
  await rosa.sees('Try me');
  await rosa.message('twice').getByRole('button', { name: 'Edit' }).click();
  await rosa.boxHas('Edit **me**\n  twice');
  await rosa.message('Discard me').getByRole('button', { name: 'Discard' }).click();
  await rosa.page.locator('.lost').waitFor({ state: 'detached' });
  assert.equal(await rosa.message('Discard me').count(), 0);
});

test('a message that was sent too fast waits and goes out by itself', async () => {
  const rosa = await house.person('Rosa');
  let refusals = 0;
  await answersFor(rosa, () => {
    refusals += 1;
    return refusals <= 2 ? { code: 'rate_limited', text: 'Too fast.', retry_after_ms: 50 } : null;
  });
  await rosa.say('Quick');
  await rosa.sees('Quick');
  assert.equal(refusals, 3);
  assert.equal(await rosa.message('Quick').count(), 1);
});

test('one sees who is here and who is writing, until the message comes', async () => {
  const rosa = await house.person('Rosa');
  const room = await rosa.opens('Snug corner');
  const noor = await house.person('Noor');
  await noor.joins('Snug corner');
  await rosa.page.getByText('2 here').waitFor();
  await noor.box.pressSequentially('I am');
  await rosa.page.getByText(`${noor.name} is writing`).waitFor();
  assert.equal(await noor.page.getByText('is writing').count(), 0);
  await noor.box.press('Enter');
  await rosa.sees('I am');
  await rosa.page.getByText(`${noor.name} is writing`).waitFor({ state: 'detached' });
  await noor.leaves();
  await rosa.page.getByText('1 here').waitFor();
  assert.ok(room > 1);
});

test('whoever stops writing is forgotten after a while', async () => {
  const rosa = await house.stranger();
  await rosa.page.clock.install();
  await rosa.enter('Rosa with a clock');
  const noor = await house.person('Noor');
  await noor.box.pressSequentially('Hm');
  await rosa.page.getByText(`${noor.name} is writing`).waitFor();
  await rosa.page.clock.fastForward(7000);
  await rosa.page.getByText(`${noor.name} is writing`).waitFor({ state: 'detached' });
});

test('who has moved no hand for a while is away to the others, is back with the first key, and was last here when they went', async () => {
  const rosa = await house.stranger();
  await rosa.page.clock.install();
  await rosa.enter('Rosa who dozes');
  const bea = await house.person('Bea');
  await bea.page.getByRole('button', { name: 'About this room' }).click();
  const row = bea.page.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: 'Rosa who dozes' });
  await row.getByText('here now').waitFor();
  await rosa.page.clock.fastForward(5 * 60_000);
  await row.getByText('away').waitFor();
  await rosa.page.keyboard.press('Shift');
  await row.getByText('here now').waitFor();
  await rosa.leaves();
  await row.getByText('last here this minute').waitFor();
});
