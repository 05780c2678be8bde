// A house with people, rooms and a conversation in it, for whoever wants to look at snug as it is when it is lived in: a real
// program in an empty place, and everything done over its protocol (docs/protocol.md), each person from a page of their own.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const { chromium } = createRequire(new URL('../tests/client/package.json', import.meta.url))('playwright-core');

/** Where Chromium is, and what it is told in a place without a screen and without a network. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
};

const ROOMS = [
  { name: 'Kitchen table', topic: 'Sunday supper, bread, and the radio' },
  { name: 'Saturday LAN', topic: 'Bring a long cable' },
  { name: 'Homework club', topic: 'Tuesdays at four' },
  { name: 'Workshop', topic: '', kind: 'private' },
];

/** Who says what at the kitchen table. */
export const TALK = [
  ['Tomasz', 'Left the starter on the shelf above the boiler. If it climbs out of the jar, that is a good sign.'],
  ['Rosa', 'Fed. It smells like green apples already.'],
  ['Bea', 'The loaf is out. I tapped it and it sounded hollow, like you said.'],
  ['Tomasz', 'That is a proper ear on the crust. Save me the heel, I am twenty minutes away.'],
  ['Bea', '@Rosa, can you bring the good butter? And the small radio, the match is at *eight*.'],
  ['Rosa', 'Butter, radio, and a candle. Walking over now.'],
];

/** The picture that Tomasz shows in the Saturday LAN, below its name. */
export const PICTURE = 'from the boat.png';

/** Starts snug on a free port, keeping everything in `data`; gives the process, its address, and the link for its owner. */
async function start(program, data) {
  const env = { SNUG_SIGN_UP: 'open', SNUG_LISTEN: '127.0.0.1:0', SNUG_DATA: data, SNUG_LOG: 'warn' };
  const snug = spawn(resolve(program), { cwd: data, env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: snug.stdout })) {
    const [, origin, token] = line.match(/(http:\/\/[^/]+)\/#setup=(\S+)/) ?? [];
    if (token) return { snug, origin, token };
  }
  throw new Error('snug did not start');
}

/** Someone who comes in by a request, and then speaks over HTTP and the WebSocket from a page of their own. */
async function person(browser, origin, path, body) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  const call = (method, path, body) =>
    page.evaluate(
      async ([method, path, body]) => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(await answer.text());
        return answer.status === 204 ? null : answer.json();
      },
      [method, path, body],
    );
  const { id } = await call('POST', path, body);
  await page.evaluate(async () => {
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
  });
  const ask = (op, fields = {}) => page.evaluate(([op, fields]) => globalThis.ask(op, fields), [op, fields]);
  await ask('hello', { cursors: {} });
  return { id, page, call, ask };
}

/** A picture of an evening at sea, painted by the page: its bytes, as base64. */
function painted(page, width, height) {
  return page.evaluate(
    ([width, height]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const paint = canvas.getContext('2d');
      const fill = (top, bottom, colours) => {
        const wash = paint.createLinearGradient(0, top, 0, bottom);
        for (const [index, colour] of colours.entries()) wash.addColorStop(index / (colours.length - 1), colour);
        paint.fillStyle = wash;
        paint.fillRect(0, top, width, bottom - top);
      };
      const sea = height * 0.62;
      fill(0, sea, ['#2f4a63', '#9c7f86', '#e9a76a', '#f7d79a']);
      fill(sea, height, ['#c98f62', '#46596b', '#1f3142']);
      paint.fillStyle = '#fff3cf';
      paint.beginPath();
      paint.arc(width * 0.64, sea - height * 0.07, height * 0.07, 0, 2 * Math.PI);
      paint.fill();
      for (let wave = 0; wave < 24; wave += 1) {
        const half = width * (0.07 - 0.0022 * wave) * (wave % 3 === 0 ? 1.4 : 0.8);
        paint.globalAlpha = 0.55 - 0.02 * wave;
        paint.fillRect(width * 0.64 - half, sea + height * (0.012 + 0.015 * wave), 2 * half, height * 0.005);
      }
      paint.globalAlpha = 1;
      paint.fillStyle = '#17242f';
      const line = (...points) => {
        paint.beginPath();
        for (const [x, y] of points) paint.lineTo(width * x, height * y);
        paint.fill();
      };
      line([0.2, 0.66], [0.42, 0.66], [0.39, 0.71], [0.23, 0.71]);
      line([0.3, 0.24], [0.3, 0.645], [0.4, 0.645]);
      line([0.293, 0.32], [0.293, 0.645], [0.225, 0.645]);
      return canvas.toDataURL('image/png').split(',')[1];
    },
    [width, height],
  );
}

/** Puts bytes to an address, as the person of this page. */
function put(page, path, base64) {
  return page.evaluate(
    async ([path, base64]) => {
      const body = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const answer = await fetch(`/api/v1/${path}`, { method: 'PUT', body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [path, base64],
  );
}

/** Fills the house: faces, rooms, a conversation, a picture and something unread next door. Rosa owns it. */
async function furnish(browser, origin, token) {
  const password = 'three green apples';
  const Rosa = await person(browser, origin, 'invitations/accept', { token, name: 'Rosa', account: 'rosa', password });
  const people = { Rosa };
  for (const name of ['Tomasz', 'Bea', 'Joss'])
    people[name] = await person(browser, origin, 'accounts', { account: name.toLowerCase(), password, name });
  const { Tomasz, Bea, Joss } = people;
  await Joss.call('PUT', 'me/face', { colour: 6 });
  await put(Bea.page, 'me/picture', await painted(Bea.page, 256, 256));

  const rooms = {};
  for (const wanted of ROOMS) {
    const { id } = (await Rosa.ask('create', wanted)).room;
    rooms[wanted.name] = id;
    for (const one of [Tomasz, Bea]) await (wanted.kind ? Rosa.ask('bring', { room: id, user: one.id }) : one.ask('join', { room: id }));
  }
  let keys = 0;
  const key = () => `furnished-${++keys}`;
  const say = (name, room, text, more) => people[name].ask('send', { room: rooms[room], key: key(), text, ...more });
  const kitchen = rooms['Kitchen table'];
  const said = [];
  for (const [name, text] of TALK) said.push(await say(name, 'Kitchen table', text, said.length === 5 ? { reply_to: said[4].seq } : {}));
  for (const name of ['Rosa', 'Tomasz']) await people[name].ask('react', { room: kitchen, key: key(), seq: said[2].seq, emoji: '🍞', on: true });

  await say('Bea', 'Saturday LAN', 'Who has a switch with more than eight ports?');
  const picture = await painted(Tomasz.page, 1200, 750);
  const { id } = await Tomasz.call('POST', `rooms/${rooms['Saturday LAN']}/files`, { name: PICTURE, bytes: Buffer.from(picture, 'base64').length });
  await put(Tomasz.page, `files/${id}/pieces/0`, picture);
  await Tomasz.call('POST', `files/${id}`, {});
  await say('Tomasz', 'Saturday LAN', 'Me. And the projector. I come by water:', { files: [id] });

  const direct = (await Joss.ask('direct', { people: [Rosa.id] })).room.id;
  await Joss.ask('send', { room: direct, key: key(), text: 'Are you coming up to the field on Friday?' });
  const { head } = await Rosa.ask('history', { room: kitchen, before: 1 });
  await Rosa.ask('read', { room: kitchen, seq: head });
  return { people, rooms };
}

/**
 * Lets `visit` into a furnished house, and clears it away behind them.
 * @param {string} program path of the snug binary
 * @param {(house: {browser: any, origin: string, people: Record<string, any>, rooms: Record<string, number>}) => Promise<void>} visit
 */
export async function furnished(program, visit) {
  const data = await mkdtemp(join(tmpdir(), 'snug-'));
  const { snug, origin, token } = await start(program, data);
  const browser = await chromium.launch(CHROMIUM);
  try {
    await visit({ browser, origin, ...(await furnish(browser, origin, token)) });
  } finally {
    await browser.close();
    snug.kill('SIGTERM');
    await rm(data, { recursive: true, force: true });
  }
}
