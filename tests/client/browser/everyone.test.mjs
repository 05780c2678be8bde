// For those who see, move and read otherwise: narrow windows and large type, forced colours, no motion, keys alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, openHouse } from './house.mjs';

const house = await openHouse();

/** A word that no line breaks by itself. */
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen'.repeat(2);

/** What reaches beyond the window. @param {import('./house.mjs').Person} person @returns {Promise<string[]>} */
const beyond = (person) =>
  person.page.evaluate(() => {
    const scrolls = (/** @type {Element | null} */ one) =>
      one !== null && /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
    const isCut = (/** @type {Element} */ one) => {
      for (let at = one.parentElement; at; at = at.parentElement) if (at !== document.body && scrolls(at)) return true;
      return false;
    };
    const out = [...document.querySelectorAll('body *')].filter((one) => {
      const { left, right, width } = one.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1) && !isCut(one);
    });
    // Sideways, nothing may be scrolled but code.
    const inside = [...document.querySelectorAll('.log, .list, .inside, .menu, dialog')].filter(
      (one) => one.scrollWidth > one.clientWidth + 1,
    );
    if (document.documentElement.scrollWidth > innerWidth) out.push(document.documentElement);
    return [...out, ...inside].map((one) => `${one.tagName}.${one.className}`);
  });

for (const [what, options] of /** @type {const} */ ([
  ['320 px wide', { viewport: { width: 320, height: 640 } }],
  ['a desk at 200 %', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
])) {
  test(`nothing has to be scrolled sideways (${what})`, async () => {
    const rosa = await house.person('Rosa', options);
    const { page } = rosa;
    const fits = async (/** @type {string} */ where) => assert.deepEqual(await beyond(rosa), [], where);
    await rosa.say(`${LONG} https://example.org/${LONG}`);
    await rosa.sees(LONG);
    await rosa.say(`> ${LONG}\n\n- ${LONG}\n\n\`\`\`\n${LONG}${LONG}\n\`\`\``);
    await page.locator('.msg pre').last().waitFor();
    await fits('the room');
    await page.locator('.msg').last().hover();
    await fits('a message under the mouse');
    const closes = async (/** @type {string} */ where) => {
      await page.locator('dialog[open]').waitFor();
      await fits(where);
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    };
    await rosa.opensMenu(LONG);
    await closes('the menu of a message');
    await page.getByRole('button', { name: 'About this room' }).click();
    await page.getByText('Who is in (').waitFor();
    await closes('about the room');
    await page.getByRole('button', { name: 'Find in this room' }).click();
    await page.getByRole('combobox', { name: 'Find' }).fill('Donau');
    await page.getByRole('option').first().waitFor();
    await closes('finding');
    await page.getByRole('button', { name: 'Emojis' }).click();
    await closes('emojis');
    await page.getByRole('link', { name: /^Rooms/ }).click();
    await page.getByRole('navigation').waitFor();
    await fits('the hall');
    await rosa.looksAtSelf();
    await rosa.unfolds('How people see you');
    await rosa.unfolds('Where you are signed in');
    await page.getByText('This one ·').waitFor();
    await fits('oneself, unfolded');
    await page.getByRole('button', { name: 'Keys' }).click();
    await closes('keys');
    const stranger = await house.stranger(options);
    await stranger.page.goto(house.server.url);
    await stranger.page.locator('#name').waitFor();
    assert.deepEqual(await beyond(stranger), [], 'the door');
  });
}

test('whoever wants no motion sees none', async () => {
  const rosa = await house.person('Rosa', { ...DESK, reducedMotion: 'reduce' });
  await rosa.say('Stand still');
  await rosa.sees('Stand still');
  const moving = await rosa.page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((one) => {
      const { animationName, transitionProperty } = getComputedStyle(one);
      return animationName !== 'none' || transitionProperty !== 'none' ? [`${one.tagName}.${one.className}`] : [];
    }),
  );
  assert.deepEqual(moving, []);
});

test('where the system forces its colours, what is a button, a field or chosen is still seen', async () => {
  const rosa = await house.person('Rosa', { ...DESK, forcedColors: 'active' });
  await rosa.say('In few colours');
  await rosa.sees('In few colours');
  const { page } = rosa;
  const edge = (/** @type {string} */ selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((one) => {
        const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(one);
        return (borderTopStyle !== 'none' && borderTopWidth !== '0px') || outlineStyle !== 'none';
      });
  for (const selector of ['.msg .arch', '.way .door', '.mark', '.say', '.go', '.finds', '.way[aria-current]'])
    assert.ok(await edge(selector), `${selector} has an edge`);
  await page.keyboard.press('Shift+Tab');
  assert.ok(await edge(':focus-visible'), 'where one is is seen');
});

test('by keys alone one comes in, writes, answers, finds a room and goes out', async () => {
  const rosa = await house.stranger();
  const { page } = rosa;
  await page.goto(house.server.url);
  await page.locator('#name:focus').waitFor();
  await page.keyboard.type('Rosa by keys');
  await page.keyboard.press('Enter');
  await rosa.settled();
  const at = (/** @type {string} */ selector) => page.locator(`${selector}:focus`).waitFor();
  for (let steps = 0; (await page.locator('#say:focus').count()) === 0 && steps < 40; steps += 1)
    await page.keyboard.press('Tab');
  await at('#say');
  await page.keyboard.type('Hands off the mouse');
  await page.keyboard.press('Enter');
  await rosa.sees('Hands off the mouse');
  await page.keyboard.press('Shift+F6');
  await at('.msg');
  await page.keyboard.press('r');
  await at('#say');
  await page.keyboard.type('and that is an answer');
  await page.keyboard.press('Enter');
  await rosa.message('and that is an answer').locator('.cite').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find' }).waitFor();
  await page.keyboard.type('lobb');
  await page.getByRole('option', { name: /Lobby/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Lobby', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'You', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await page.locator('.gate').waitFor();
});
