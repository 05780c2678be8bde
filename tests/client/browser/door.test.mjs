import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from './house.mjs';

const house = await openHouse();

test('a name lets one in, and a reload keeps one in', async () => {
  const rosa = await house.person('Rosa');
  await rosa.page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  await rosa.page.reload();
  await rosa.settled();
  assert.equal(await rosa.page.locator('.self span').last().textContent(), rosa.name);
  assert.deepEqual(rosa.complaints, []);
});

test('a name that is taken is refused beside the field, and another one lets in', async () => {
  const bea = await house.person('Bea');
  const second = await house.stranger();
  await second.page.goto(house.server.url);
  const field = second.page.getByLabel('What do people call you?');
  await field.fill(bea.name);
  await field.press('Enter');
  const trouble = second.page.getByRole('alert');
  await trouble.filter({ hasText: /\w/ }).waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.equal(await field.getAttribute('aria-describedby'), await trouble.getAttribute('id'));
  assert.equal(await field.inputValue(), bea.name);
  await field.fill('Beatrice');
  await field.press('Enter');
  await second.settled();
});

test('an empty name is asked for again without a word to the server', async () => {
  const person = await house.stranger();
  await person.page.goto(house.server.url);
  await person.page.getByRole('button', { name: 'Come in' }).click();
  await person.page.getByText('A name is needed').waitFor();
});

test('when a guest comes in anew, nothing that the guest before wrote goes out under the new name', async () => {
  const rosa = await house.person('Rosa');
  await house.server.stop();
  await rosa.say('Still waiting');
  await rosa.message('Waiting for the network').waitFor();
  await rosa.box.fill('Half a thought');
  await rosa.page.context().clearCookies();
  await house.server.start();
  await rosa.page.getByText('Your visit has ended.').waitFor();
  await rosa.page.getByLabel('What do people call you?').fill('Somebody else');
  await rosa.page.getByRole('button', { name: 'Come in' }).click();
  await rosa.settled();
  await rosa.say('Hello');
  await rosa.sees('Hello');
  assert.equal(await rosa.message('Still waiting').count(), 0);
  assert.equal(await rosa.box.inputValue(), '');
});
