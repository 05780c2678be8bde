// Takes the pictures of the README: starts snug in an empty place, lets three people talk, and looks over Rosa's shoulder.
// Usage: node scripts/screenshot.mjs <path of the snug binary> <directory for the pictures>

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(new URL('../tests/client/package.json', import.meta.url))('playwright-core');

/** Name, size and colours of every picture. */
const pictures = [
  { name: 'screenshot', viewport: { width: 1180, height: 760 }, colorScheme: 'light' },
  { name: 'screenshot-dark', viewport: { width: 1180, height: 760 }, colorScheme: 'dark' },
  { name: 'screenshot-phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true, hasTouch: true },
];

/** Who says what; the last line is the one that a picture waits for. */
const talk = [
  ['Tomasz', 'Left the starter on the shelf above the boiler. If it climbs out of the jar, that is a good sign.'],
  ['Rosa', 'Fed. It smells like green apples already.'],
  ['Bea', 'The loaf is out. I tapped it and it sounded hollow, like you said.'],
  ['Tomasz', 'That is a proper ear on the crust. Save me the heel, I am twenty minutes away.'],
  ['Bea', 'Rosa, can you bring the good butter? And the small radio, the match is at eight.'],
  ['Rosa', 'Butter, radio, and a candle. Walking over now.'],
];

/** Starts snug on a free port, keeping everything in `data`; gives the process and the address that it prints. */
async function start(program, data) {
  const env = { SNUG_GUESTS: 'yes', SNUG_LISTEN: '127.0.0.1:0', SNUG_DATA: data, SNUG_LOG: 'warn' };
  const snug = spawn(resolve(program), { cwd: data, env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: snug.stdout })) {
    const [origin] = line.match(/http:\/\/\S+/) ?? [];
    if (origin) return { snug, origin };
  }
  throw new Error('snug did not start');
}

/** Someone who has come in and speaks the protocol (docs/protocol.md) from a page of their own. */
async function person(browser, origin, name) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  await page.evaluate(async (name) => {
    const body = JSON.stringify({ name });
    await fetch('/api/v1/guests', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`, 'snug.v1');
    const waiting = new Map();
    socket.onmessage = ({ data }) => {
      const { re, result, error } = JSON.parse(data);
      if (re) waiting.get(re)(result ?? Promise.reject(new Error(error.text)));
    };
    globalThis.ask = (op, fields) =>
      new Promise((resolve) => {
        waiting.set(waiting.size + 1, resolve);
        socket.send(JSON.stringify({ op, id: waiting.size, ...fields }));
      });
    await new Promise((open, failed) => Object.assign(socket, { onopen: open, onerror: failed }));
  }, name);
  const ask = (op, fields = {}) => page.evaluate(([op, fields]) => globalThis.ask(op, fields), [op, fields]);
  await ask('hello', { cursors: {} });
  return { page, ask };
}

/** Fills the house: rooms, a conversation, something unread next door. Gives Rosa's session, the room to look at, and Bea. */
async function furnish(browser, origin) {
  const people = {};
  for (const name of ['Rosa', 'Tomasz', 'Bea']) people[name] = await person(browser, origin, name);
  const rooms = {};
  for (const [name, topic] of [
    ['Kitchen table', 'Sunday supper, bread, and the radio'],
    ['Saturday LAN', 'Bring a long cable'],
    ['Homework club', 'Tuesdays at four'],
    ['Workshop', ''],
  ]) {
    rooms[name] = (await people.Rosa.ask('create', { name, topic })).room.id;
    for (const name of ['Tomasz', 'Bea']) await people[name].ask('join', { room: Object.values(rooms).at(-1) });
  }
  let number = 0;
  const say = (name, room, text) => people[name].ask('send', { room: rooms[room], key: `picture-${++number}`, text });
  for (const [name, text] of talk) await say(name, 'Kitchen table', text);
  await say('Bea', 'Saturday LAN', 'Who has a switch with more than eight ports?');
  await say('Tomasz', 'Saturday LAN', 'Me. And the projector.');
  const kitchen = rooms['Kitchen table'];
  const { head } = await people.Rosa.ask('history', { room: kitchen, before: 1 });
  await people.Rosa.ask('read', { room: kitchen, seq: head });
  return { cookies: await people.Rosa.page.context().cookies(), kitchen, bea: people.Bea };
}

const [program, directory] = process.argv.slice(2);
const data = await mkdtemp(join(tmpdir(), 'snug-'));
const { snug, origin } = await start(program, data);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
});
try {
  const { cookies, kitchen, bea } = await furnish(browser, origin);
  for (const { name, ...options } of pictures) {
    const context = await browser.newContext({ ...options, deviceScaleFactor: 2, reducedMotion: 'reduce' });
    await context.addCookies(cookies);
    const page = await context.newPage();
    await page.goto(`${origin}/#${kitchen}`);
    await page.getByText(talk.at(-1)[1]).last().waitFor();
    await bea.ask('typing', { room: kitchen });
    await page.getByText('Bea is writing').waitFor();
    const path = join(directory, `${name}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    console.log(path);
    await context.close();
  }
} finally {
  await browser.close();
  snug.kill('SIGTERM');
  await rm(data, { recursive: true, force: true });
}
