import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, openHouse, PHONE } from './house.mjs';

const house = await openHouse({ SNUG_ROOMS_PER_USER: '2000' });

test('a room is opened, found by another, joined, and its topic seen by all', async () => {
  const rosa = await house.person('Rosa');
  await rosa.page.getByRole('button', { name: 'New room' }).click();
  await rosa.page.getByLabel('What is it called?').fill('Homework club');
  await rosa.page.getByLabel('What is it about?').fill('Tuesdays at four');
  await rosa.page.keyboard.press('Enter');
  await rosa.page.getByRole('heading', { name: 'Homework club', level: 1 }).waitFor();
  const noor = await house.person('Noor');
  await noor.joins('Homework club');
  await noor.page.locator('.top').getByText('Tuesdays at four').waitFor();
  await rosa.page.getByText(`${noor.name} came in`).waitFor();
  await noor.page.getByRole('button', { name: 'About this room' }).click();
  await noor.page.getByLabel('What it is about').fill('Wednesdays at five');
  await noor.page.getByRole('button', { name: 'Save' }).click();
  await rosa.page.locator('.top').getByText('Wednesdays at five').waitFor();
  await rosa.page.getByText(`${noor.name} set the topic: Wednesdays at five`).waitFor();
});

test('a name that exists is refused in the dialog, which stays open', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Cellar');
  await rosa.page.getByRole('button', { name: 'New room' }).click();
  await rosa.page.getByLabel('What is it called?').fill('Cellar');
  await rosa.page.getByRole('button', { name: 'Open the room' }).click();
  await rosa.page.locator('#room-name-trouble').filter({ hasText: /\w/ }).waitFor();
  assert.equal(await rosa.page.getByLabel('What is it called?').inputValue(), 'Cellar');
});

test('one leaves a room, the others see it, and one may come back', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Pantry');
  const noor = await house.person('Noor');
  await noor.joins('Pantry');
  await noor.page.getByRole('button', { name: 'About this room' }).click();
  await noor.page.getByRole('button', { name: 'Leave this room' }).click();
  await noor.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await noor.page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  assert.equal(await noor.page.getByRole('link', { name: 'Pantry' }).count(), 0);
  await rosa.page.getByText(`${noor.name} left`).waitFor();
  await noor.joins('Pantry');
});

test('a door fills with light and counts what is unread, in the title too, until one goes in', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Front bar');
  const noor = await house.person('Noor');
  await noor.joins('Front bar');
  await noor.goes('Lobby');
  for (const text of ['One', 'Two', 'Three']) await rosa.say(text);
  await noor.page.getByRole('link', { name: 'Front bar 3 unread' }).waitFor();
  await noor.page.waitForFunction(() => document.title === '(3) Lobby · snug');
  await noor.page.getByRole('link', { name: 'Front bar 3 unread' }).click();
  await noor.page.mouse.move(500, 300);
  await noor.page.waitForFunction(() => document.title === 'Front bar · snug');
  await noor.page.reload();
  await noor.settled();
  await noor.page.getByRole('link', { name: 'Front bar', exact: true }).waitFor();
});

test('another tab follows: rooms come and go, and what is read in one is read in both', async () => {
  const one = await house.person('Rosa');
  const two = await one.tab();
  await one.opens('Balcony');
  await two.page.getByRole('link', { name: 'Balcony' }).waitFor();
  const noor = await house.person('Noor');
  await noor.joins('Balcony');
  await one.goes('Lobby');
  await noor.say('Cold out here');
  await two.page.getByRole('link', { name: 'Balcony 1 unread' }).waitFor();
  await one.goes('Balcony');
  await one.page.mouse.move(500, 300);
  await two.page.getByRole('link', { name: 'Balcony', exact: true }).waitFor();
  await one.page.getByRole('button', { name: 'About this room' }).click();
  await one.page.getByRole('button', { name: 'Leave this room' }).click();
  await one.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await two.page.getByRole('link', { name: 'Balcony' }).waitFor({ state: 'detached' });
});

test('a dialog gives the focus back to what opened it, however it is closed', async () => {
  const rosa = await house.person('Rosa');
  for (const name of ['New room', 'More rooms', 'About this room']) {
    const opener = rosa.page.getByRole('button', { name });
    for (const close of ['Escape', 'cross']) {
      await opener.focus();
      await rosa.page.keyboard.press('Enter');
      await rosa.page.getByRole('dialog').waitFor();
      assert.equal(await rosa.page.evaluate(() => document.activeElement?.closest('dialog') !== null), true);
      if (close === 'Escape') await rosa.page.keyboard.press('Escape');
      else await rosa.page.getByRole('button', { name: 'Close' }).click();
      await rosa.page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(await opener.evaluate((one) => one === document.activeElement), true, `${name}, ${close}`);
    }
  }
});

test('Alt and the arrows lead from room to room', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Up');
  await rosa.opens('Down');
  await rosa.page.keyboard.press('Alt+ArrowUp');
  await rosa.page.getByRole('heading', { name: 'Up', level: 1 }).waitFor();
  await rosa.page.keyboard.press('Alt+ArrowUp');
  await rosa.page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  await rosa.page.keyboard.press('Alt+ArrowDown');
  await rosa.page.getByRole('heading', { name: 'Up', level: 1 }).waitFor();
});

test('Alt, Shift and the arrows lead to the next room in which something is unread, past the others', async () => {
  const [mia, otto] = [await house.person('Mia'), await house.person('Otto')];
  for (const name of ['Alcove', 'Bower', 'Cabin']) {
    await mia.opens(name);
    await otto.joins(name);
  }
  await otto.goes('Alcove');
  await mia.say('a word in the cabin');
  await otto.page.getByRole('link', { name: /Cabin.*1/ }).waitFor();
  await otto.page.keyboard.press('Alt+Shift+ArrowDown');
  await otto.page.getByRole('heading', { name: 'Cabin', level: 1 }).waitFor();
  await otto.sees('a word in the cabin');
  await otto.page.keyboard.press('Alt+ArrowUp');
  await otto.page.getByRole('heading', { name: 'Bower', level: 1 }).waitFor();
});

test('among a thousand rooms only those doors are drawn anew that change', async () => {
  const tom = await house.person('Tom');
  await tom.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws`, 'snug.v1');
        const create = (/** @type {number} */ id) => socket.send(JSON.stringify({ op: 'create', id, name: `Box ${id}` }));
        socket.onopen = () => socket.send(JSON.stringify({ op: 'hello', id: 0, cursors: {} }));
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data);
          if (frame.error) reject(new Error(frame.error.text));
          else if (frame.re === 1000) resolve(socket.close());
          else if (typeof frame.re === 'number') create(frame.re + 1);
        };
      }),
  );
  const doors = tom.page.getByRole('navigation', { name: 'Rooms' }).locator('a.way');
  await doors.nth(1000).waitFor();
  const profiler = await tom.page.context().newCDPSession(tom.page);
  await profiler.send('Profiler.enable');
  await profiler.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await tom.box.pressSequentially('some words');
  await tom.page.keyboard.press('Control+k');
  await tom.page.getByRole('combobox', { name: 'Find' }).fill('box 977');
  await tom.page.keyboard.press('Enter');
  await tom.page.getByRole('heading', { name: 'Box 977', level: 1 }).waitFor();
  await tom.page.getByRole('link', { name: 'Lobby draft' }).waitFor();
  const { result } = await profiler.send('Profiler.takePreciseCoverage');
  const drawn = result.flatMap((script) => script.functions).filter((one) => one.functionName === 'Door');
  const times = drawn.reduce((sum, one) => sum + one.ranges[0].count, 0);
  assert.ok(times >= 2 && times <= 6, `${times} doors were drawn`);
});

test('the way back counts what is unread elsewhere, whatever this room is told of', async () => {
  const [ada, kim] = [await house.person('Ada'), await house.person('Kim', PHONE)];
  const room = await ada.opens('Muffled');
  await ada.floods(room, lines(60, 'muffled'));
  await kim.page.getByRole('link', { name: /^Rooms/ }).tap();
  await kim.joins('Muffled');
  await kim.page.getByRole('button', { name: 'What you are told of' }).tap();
  await kim.page.getByRole('button', { name: 'Of nothing' }).tap();
  await kim.page.getByRole('dialog').waitFor({ state: 'detached' });
  await kim.log.evaluate((log) => log.scrollTo(0, 10));
  await kim.page.getByRole('button', { name: 'To the latest' }).waitFor();
  await ada.say('below what is looked at');
  await kim.page.getByRole('button', { name: /1 new/ }).waitFor();
  await ada.goes('Lobby');
  await ada.say('one elsewhere');
  await ada.say('two elsewhere');
  await kim.page.getByRole('link', { name: /^Rooms.*2/ }).waitFor();
});

test('on a phone the hall and the room take turns, and the way back counts what is unread elsewhere', async () => {
  const rosa = await house.person('Rosa', PHONE);
  const hall = rosa.page.getByRole('navigation', { name: 'Rooms' });
  assert.equal(await hall.isVisible(), false);
  await rosa.page.getByRole('link', { name: 'Rooms', exact: true }).tap();
  await hall.waitFor();
  assert.equal(await rosa.log.isVisible(), false);
  await rosa.opens('Boathouse');
  assert.equal(await hall.isVisible(), false);
  const noor = await house.person('Noor');
  await noor.say('Anybody in?');
  await rosa.page.getByRole('link', { name: 'Rooms, 1 unread' }).tap();
  await rosa.page.getByRole('link', { name: 'Lobby 1 unread' }).tap();
  await rosa.sees('Anybody in?');
  await rosa.page.goBack();
  await hall.waitFor();
});
