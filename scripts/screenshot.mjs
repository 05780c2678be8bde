// Takes the pictures of the README and of docs/tour.md: looks over Rosa's shoulder in a furnished house.
// Usage: node scripts/screenshot.mjs <path of the snug binary> <directory for the pictures>

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { furnished, PICTURE, TALK } from './furnished.mjs';

const DESK = { viewport: { width: 1180, height: 760 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const DARK = { colorScheme: 'dark' };

const kitchen = ({ rooms }) => rooms['Kitchen table'];
const lan = ({ rooms }) => rooms['Saturday LAN'];

/** Somebody is just writing at the kitchen table. */
const writing = async (page, { people, rooms }) => {
  await people.Bea.ask('typing', { room: rooms['Kitchen table'] });
  await page.getByText('is writing').waitFor();
};

const press = (name) => (page) => page.getByRole('button', { name, exact: true }).click();

/** Name, place and looks of every picture, and what is done before it is taken. `stranger`: nobody has come in there. */
const pictures = [
  { name: 'screenshot', room: kitchen, ...DESK, then: writing },
  { name: 'screenshot-dark', room: kitchen, ...DESK, ...DARK, then: writing },
  { name: 'screenshot-phone', room: kitchen, ...PHONE, then: writing },
  { name: 'tour/door', stranger: true, ...DESK },
  { name: 'tour/rooms-phone', room: kitchen, ...PHONE, ...DARK, then: (page) => page.getByRole('link', { name: /^Rooms/ }).click() },
  {
    name: 'tour/find',
    room: kitchen,
    ...DESK,
    async then(page) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('radio');
      await page.locator('dialog mark').first().waitFor();
    },
  },
  { name: 'tour/picture', room: lan, ...DESK, then: (page) => page.getByRole('img', { name: PICTURE }).click() },
  {
    name: 'tour/message',
    room: kitchen,
    ...DESK,
    ...DARK,
    async then(page) {
      await page.getByText(TALK[3][1]).last().click();
      await page.keyboard.press('+');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'tour/room', room: kitchen, ...DESK, then: press('About this room') },
  { name: 'tour/you', room: kitchen, ...DESK, ...DARK, then: press('You') },
  { name: 'tour/invite', room: kitchen, ...DESK, then: press('Invite somebody') },
  { name: 'tour/arabic', room: kitchen, ...DESK, locale: 'ar' },
];

const [program, directory, wanted = ''] = process.argv.slice(2);
await furnished(program, async (house) => {
  const { browser, origin, people } = house;
  const cookies = await people.Rosa.page.context().cookies();
  for (const { name, room, stranger, then, ...looks } of pictures.filter((one) => one.name.includes(wanted))) {
    // The README's are sharp on every screen; those of the tour are many, and small.
    const deviceScaleFactor = name.startsWith('tour/') ? 1 : 2;
    const context = await browser.newContext({ locale: 'en-GB', ...looks, deviceScaleFactor, reducedMotion: 'reduce' });
    if (!stranger) await context.addCookies(cookies);
    const page = await context.newPage();
    await page.goto(`${origin}/${room ? `#${room(house)}` : ''}`);
    await (stranger ? page.locator('form') : page.locator('.msg').last()).waitFor();
    await then?.(page, house);
    await page.waitForLoadState('networkidle');
    const path = join(directory, `${name}.png`);
    mkdirSync(dirname(path), { recursive: true });
    await page.screenshot({ path, animations: 'disabled' });
    console.log(path);
    await context.close();
  }
});
