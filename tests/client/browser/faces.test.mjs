import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from './house.mjs';

const house = await openHouse();

/** A picture, wider than it is tall, as a PNG. @param {import('./house.mjs').Person} person */
const drawn = async (person) => {
  const data = await person.page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 600 });
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.fillStyle = 'tomato';
    pen.fillRect(0, 0, 900, 600);
    return canvas.toDataURL('image/png').split(',')[1];
  });
  return Buffer.from(data, 'base64');
};

test('a colour and a picture are what everybody sees, at once and after a reload', async () => {
  const rosa = await house.person('Rosa');
  const noor = await house.person('Noor');
  await rosa.say('Here I am');
  await noor.sees('Here I am');
  const arch = noor.message('Here I am').locator('.arch').first();
  await rosa.looksAtSelf();
  await rosa.unfolds('How people see you');
  for (const colour of [3, 6]) {
    await rosa.page.getByRole('radio', { name: `Colour ${colour}`, exact: true }).check({ force: true });
    await noor.page
      .locator(`.msg .arch.h${colour - 1}`)
      .first()
      .waitFor();
  }
  const picture = { name: 'me.png', mimeType: 'image/png', buffer: await drawn(rosa) };
  await rosa.page.getByLabel('Choose a picture…').setInputFiles(picture);
  await rosa.page.getByText('That is how people see you now.').waitFor();
  const shown = arch.locator('img');
  await shown.waitFor();
  const size = () => shown.evaluate((/** @type {any} */ img) => img.decode().then(() => [img.naturalWidth, img.naturalHeight]));
  assert.deepEqual(await size(), [256, 256], 'cut to a small square');
  await noor.page.reload();
  await noor.settled();
  assert.deepEqual(await size(), [256, 256]);
  await rosa.page.getByLabel('Choose a picture…').setInputFiles({ ...picture, buffer: Buffer.from('no picture') });
  await rosa.page.getByText('This browser cannot read that picture').waitFor();
  await rosa.page.getByRole('button', { name: 'Take the picture away' }).click();
  await shown.waitFor({ state: 'detached' });
  assert.equal((await arch.textContent())?.trim(), 'R', 'the first letter again');
  assert.deepEqual([...rosa.complaints, ...noor.complaints], []);
});

test('whoever presses on somebody sees who that is, which rooms both are in, and may write to them', async () => {
  const owner = await house.owner();
  const rosa = await house.person('Rosa');
  const name = await owner.opens('Boats').then(() => 'Boats');
  await rosa.joins(name);
  await rosa.say('Ahoy');
  await owner.goes(name);
  await owner.sees('Ahoy');
  await owner.message('Ahoy').locator('.arch').first().click();
  const sheet = owner.page.getByRole('dialog', { name: rosa.name });
  await sheet.getByRole('link', { name: 'Lobby' }).waitFor();
  await sheet.getByText('here now').waitFor();
  await sheet.getByRole('link', { name: 'Lobby' }).click();
  await owner.page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  await owner.goes(name);
  await owner.opensMenu('Ahoy');
  await owner.page.getByRole('button', { name: `About ${rosa.name}` }).click();
  await sheet.getByText('Rooms that you share').waitFor();
  await owner.page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('whoever keeps order takes a picture away', async () => {
  const owner = await house.owner();
  const rosa = await house.person('Rosa');
  await rosa.looksAtSelf();
  await rosa.unfolds('How people see you');
  const picture = { name: 'me.png', mimeType: 'image/png', buffer: await drawn(rosa) };
  await rosa.page.getByLabel('Choose a picture…').setInputFiles(picture);
  await rosa.page.locator('.self .arch img').waitFor();
  await owner.page.getByRole('button', { name: 'Everybody' }).click();
  await owner.page.getByLabel('Who?').fill(rosa.name);
  await owner.page.getByRole('button', { name: `About ${rosa.name}` }).click();
  const deed = owner.page.locator('.deed').filter({ hasText: 'Their picture is shown to everybody.' });
  await deed.getByRole('button', { name: 'Remove' }).click();
  await deed.waitFor({ state: 'detached' });
  await owner.page.getByText('The picture is gone.').waitFor();
  await rosa.page.locator('.self .arch img').waitFor({ state: 'detached' });
});
