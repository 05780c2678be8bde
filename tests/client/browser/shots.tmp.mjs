import { test } from 'node:test';
import { DESK, openHouse, PHONE } from './house.mjs';

const house = await openHouse({ SNUG_GUESTS: 'no' });
let n = 0;
const MEMBER = { 'Who comes?': 'A member, who stays' };
async function memberOf(host, name, options) {
  n += 1;
  const g = await house.at(await host.invites(MEMBER), options);
  await g.signUp(name, 'Come in');
  return g;
}
const DIR = '/tmp/desk-shots/';
test('shots', async () => {
  const olga = await house.owner();
  const bea = await memberOf(olga, 'Bea');
  const joss = await memberOf(olga, 'Joss');
  const room = await olga.opens('Kitchen table');
  await bea.joins('Kitchen table');
  await joss.joins('Kitchen table');
  await bea.say('The loaf is out. I tapped it and it sounded hollow, like you said.');
  await bea.sees('The loaf');
  await joss.say('That is a proper ear on the crust. Save me the heel, I am twenty minutes away.');
  await joss.sees('proper ear');
  await bea.say('Oh, and something that I should not have said.');
  await bea.sees('should not');
  await olga.say('Butter, radio, and a candle. Walking over now.');
  await olga.sees('candle');
  await joss.page.locator('.msg').filter({ hasText: 'should not' }).hover();
  await joss.message('should not').getByRole('button').click();
  await joss.page.getByRole('button', { name: 'Report…' }).click();
  await joss.page.getByLabel('What is wrong with it?').fill('That was mean to Noor.');
  await joss.page.screenshot({ path: DIR + 'report.png' });
  await joss.page.getByRole('button', { name: 'Report', exact: true }).click();
  await joss.page.getByText('will look at it').waitFor();
  await joss.page.screenshot({ path: DIR + 'reported.png' });
  await joss.page.keyboard.press('Escape');
  await joss.message('proper ear').hover();
  await joss.message('proper ear').getByRole('button').click();
  await joss.page.getByRole('button', { name: 'Delete…' }).click();
  await joss.page.screenshot({ path: DIR + 'delete.png' });
  await joss.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await olga.page.locator('.gone').waitFor();
  for (const [size, options] of [
    ['desk', DESK],
    ['phone', PHONE],
  ])
    for (const colorScheme of ['light', 'dark']) {
      const at = await house.at(house.server.url, { ...options, colorScheme });
      await at.signIn('Olga');
      await at.page.goto(house.server.url + '#' + room);
      await at.sees('loaf');
      const shot = (name) => at.page.screenshot({ path: `${DIR}${size}-${colorScheme}-${name}.png` });
      await at.message('should not').hover();
      await at.page.waitForTimeout(150);
      await shot('room');
      await at.message('should not').getByRole('button').focus();
      await at.page.keyboard.press('Enter');
      await at.page.getByRole('button', { name: 'Ban Bea…' }).waitFor();
      await shot('menu');
      await at.page.getByRole('button', { name: 'Mute Bea…' }).click();
      await shot('mute');
      await at.page.getByRole('button', { name: 'Cancel' }).click();
      if (size === 'phone') {
        await at.page.getByRole('link', { name: /^Rooms/ }).tap();
        await shot('hall');
      }
      await at.page.getByRole('button', { name: 'Everybody' }).click();

      await at.page.getByRole('button', { name: 'About Bea' }).waitFor();
      await shot('people');
      await at.page.getByRole('button', { name: 'About Bea' }).click();
      await shot('person');
      await at.page.keyboard.press('Escape');
      await at.page.getByRole('button', { name: 'Keeping order' }).click();
      await at.page.getByText('That was mean').waitFor();
      await shot('order');
      await at.unfolds('Who is kept out');
      await at.unfolds('What was done');
      await at.page.locator('.audit li').first().waitFor();
      await at.page.locator('.sheet .inside').evaluate((e) => e.scrollTo(0, 330));
      await shot('order2');
      await at.page.locator('.sheet .inside').evaluate((e) => e.scrollTo(0, 900));
      await shot('order3');
      await at.page.keyboard.press('Escape');
      await at.looksAtSelf();
      await at.unfolds('Your bots');
      await at.page.getByLabel('What is it called?').fill(`Tea timer ${size} ${colorScheme}`);
      await at.page.getByRole('checkbox', { name: 'Kitchen table' }).check();
      await at.page.getByRole('button', { name: 'Make the bot' }).scrollIntoViewIfNeeded();
      await shot('bots');
      await at.page.getByRole('button', { name: 'Make the bot' }).click();
      await at.page.getByLabel('The token', { exact: true }).waitFor();
      await shot('token');
      await at.page.context().close();
    }
  const muted = olga;
  await muted.page.getByRole('button', { name: 'Everybody' }).click();
  await muted.page.getByRole('button', { name: 'About Bea' }).click();
  await muted.page.getByRole('button', { name: 'Mute…' }).click();
  await muted.page.getByRole('button', { name: 'Mute', exact: true }).click();
  await bea.page.getByText('You cannot write for').waitFor();
  await bea.page.screenshot({ path: DIR + 'muted.png' });
});
