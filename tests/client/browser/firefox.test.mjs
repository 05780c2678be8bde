// The core of it in Firefox, too: come in, talk, edit, answer, react, send a file, find, lose the server and get it back.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { Server } from './house.mjs';

const FIREFOX = process.env.SNUG_FIREFOX ?? '/usr/bin/firefox-esr';

const server = await new Server().start();
const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX, headless: true });
after(async () => {
  await browser.close();
  await server.stop();
  rmSync(server.data, { recursive: true });
});

/** A message, by its words. @param {string} text */
const message = (text) => `.msg:not(.wait) ::-p-text(${text})`;

/** Somebody who comes in, in a browser of their own. @param {string} name */
async function enters(name) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  /** @type {string[]} */
  const complaints = [];
  // Firefox says that of every connection that a reload ends.
  const isReload = (/** @type {unknown} */ error) => /was interrupted while the page was loading/.test(String(error));
  page.on('pageerror', (error) => void (isReload(error) || complaints.push(String(error))));
  await page.goto(server.url);
  await page.locator('#name').fill(name);
  await page.locator('.gate .enter').click();
  await page.waitForSelector('::-p-text(Here, quietly)');
  return { page, complaints };
}

/** @param {import('puppeteer-core').Page} page @param {string} text */
async function say(page, text) {
  await page.focus('#say');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

test('two talk, edit, answer and react', async () => {
  const rosa = await enters('Rosa F');
  const noor = await enters('Noor F');
  await say(rosa.page, 'The loaf is out');
  await noor.page.waitForSelector(message('The loaf is out'));
  await say(noor.page, 'Save me the heel');
  await rosa.page.waitForSelector(message('Save me the heel'));
  await rosa.page.focus('#say');
  await rosa.page.keyboard.press('ArrowUp');
  await rosa.page.waitForFunction(() => /** @type {any} */ (document.querySelector('#say')).value === 'The loaf is out');
  await rosa.page.keyboard.press('End');
  await rosa.page.keyboard.type(', and it sings');
  await rosa.page.keyboard.press('Enter');
  await noor.page.waitForSelector(message('and it sings'));
  await noor.page.waitForSelector('.edited');
  const focus = (/** @type {import('puppeteer-core').Page} */ page, /** @type {string} */ text) =>
    page.evaluate((text) => {
      const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.msg')]);
      all.find((one) => one.textContent?.includes(text))?.focus();
    }, text);
  await focus(noor.page, 'and it sings');
  await noor.page.keyboard.press('r');
  await noor.page.waitForSelector('.strip');
  await say(noor.page, 'I hear it from here');
  await rosa.page.waitForSelector('.cite ::-p-text(and it sings)');
  await focus(rosa.page, 'I hear it from here');
  await rosa.page.keyboard.press('+');
  await (await rosa.page.waitForSelector('dialog ::-p-text(👍)'))?.click();
  await noor.page.waitForSelector('.chips ::-p-text(👍)');
  assert.deepEqual([...rosa.complaints, ...noor.complaints], []);
});

test('a file goes with a message, and what was said is found', async () => {
  const { page, complaints } = await enters('Bea F');
  const file = path.join(server.data, 'notes.txt');
  writeFileSync(file, 'flour, water, salt');
  const field = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (await page.$('input[type=file]'));
  await field.uploadFile(file);
  await page.waitForSelector('.attached ::-p-text(Ready)');
  await say(page, 'All of it is in there');
  await page.waitForSelector('.msg:not(.wait) .files ::-p-text(notes.txt)');
  await page.keyboard.down('Control');
  await page.keyboard.press('k');
  await page.keyboard.up('Control');
  await page.waitForSelector('dialog [role=combobox]');
  await page.keyboard.type('has:file all');
  await page.waitForSelector('dialog [role=option]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('dialog') === null);
  assert.deepEqual(complaints, []);
});

test('what is written while the server is away goes out by itself, once', async () => {
  const { page, complaints } = await enters('Joss F');
  await server.stop('SIGKILL');
  await say(page, 'Into the dark');
  await page.waitForSelector('.msg.wait ::-p-text(Into the dark)');
  await server.start();
  await page.waitForSelector(message('Into the dark'));
  await page.reload();
  await page.waitForSelector(message('Into the dark'));
  const said = await page.$$eval('.msg', (all) => all.filter((one) => one.textContent?.includes('Into the dark')).length);
  assert.equal(said, 1);
  assert.deepEqual(complaints, []);
});
