// The real server, a real browser, and people in it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContext} Context */
/** @typedef {import('playwright-core').BrowserContextOptions} ContextOptions */

const BINARY = path.resolve(import.meta.dirname, '..', process.env.SNUG_BIN ?? '../../target/debug/snug');

/** While one works on the client: its files straight from the source, so that nothing is built after each change. */
const FROM_SOURCE = process.env.CLIENT_FROM_SOURCE ? path.resolve(import.meta.dirname, '../../../assets') : null;

const CHROMIUM = process.env.SNUG_CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @type {ContextOptions} */
export const DESK = { viewport: { width: 1280, height: 800 } };

/** @type {ContextOptions} */
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** The password of everybody. */
export const PASSWORD = 'three green apples';

/** A server with a data directory of its own; it can be stopped and started again at the same address. */
export class Server {
  data = mkdtempSync(path.join(os.tmpdir(), 'snug-client-'));
  address = '127.0.0.1:0';
  /** What browsers call it, where that is not its address. */
  name = '';
  /** @type {import('node:child_process').ChildProcess | null} */ process = null;
  /** The link that lets the owner in, printed by a server that has none. @type {Promise<string>} */ setupLink =
    Promise.resolve('');

  /** @param {Record<string, string>} [keys] what is set otherwise than most tests want it */
  constructor(keys = {}) {
    this.keys = keys;
  }

  /** Starts, or starts again. */
  async start() {
    if (!existsSync(BINARY)) throw new Error(`There is no server at ${BINARY}: build it, or name it in SNUG_BIN.`);
    this.process = spawn(BINARY, [], {
      cwd: this.data,
      env: {
        SNUG_LISTEN: this.address,
        SNUG_DATA: this.data,
        SNUG_GUESTS: 'yes',
        SNUG_GUESTS_PER_MINUTE: '0',
        SNUG_SENDS_PER_MINUTE: '0',
        SNUG_ASKS_PER_MINUTE: '0',
        SNUG_JOINS_PER_MINUTE: '0',
        SNUG_CREATES_PER_MINUTE: '0',
        SNUG_TYPING_PER_MINUTE: '0',
        SNUG_SIGN_INS_PER_ADDRESS: '0',
        SNUG_LOG: 'error',
        ...this.keys,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { stdout } = this.process;
    if (!stdout) throw new Error('no output');
    const lines = createInterface({ input: stdout });
    this.setupLink = printed(lines, /http:\/\/\S+#setup=\S+/);
    this.setupLink.catch(() => {});
    this.address = new URL(await printed(lines, /http:\/\/127\.0\.0\.1:\d+/)).host;
    return this;
  }

  /** @param {NodeJS.Signals} signal */
  async stop(signal = 'SIGTERM') {
    const ending = this.process;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill(signal);
    await once(ending, 'exit');
  }

  get url() {
    return `http://${this.name ? this.address.replace(/^[^:]+/, this.name) : this.address}/`;
  }
}

/**
 * What a server prints, once it does.
 * @param {import('node:readline').Interface} lines @param {RegExp} wanted @returns {Promise<string>}
 */
function printed(lines, wanted) {
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const found = wanted.exec(line);
      if (found) resolve(found[0]);
    });
    lines.on('close', () => reject(new Error('The server ended before it was open.')));
  });
}

/** Serves what lies under the path with the build's hash from the source, where that is asked for. @param {Context} context */
async function fromSource(context) {
  if (!FROM_SOURCE) return;
  await context.route(/\/assets\/[0-9a-f]{12}\//, (route) => {
    const [, file] = new URL(route.request().url()).pathname.split(/^\/assets\/[0-9a-f]{12}\//);
    const source = path.join(FROM_SOURCE, file);
    // What the build has put together is in the source as what it was made of.
    return existsSync(source) ? route.fulfill({ path: source }) : route.continue();
  });
}

/**
 * A server and a browser for one file of tests; both end with it.
 * @param {Record<string, string>} [keys] of the server @param {string[]} [flags] of the browser, besides the usual ones
 */
export async function openHouse(keys, flags = []) {
  const server = await new Server(keys).start();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
  after(async () => {
    await browser.close();
    await server.stop();
    rmSync(server.data, { recursive: true });
  });
  let people = 0;
  let owned = false;
  return {
    server,
    browser,
    /** Somebody at the front door. @param {ContextOptions} [options] */
    async stranger(options = DESK) {
      // With a service worker, what a page fetches passes by the tests: only those about it have one.
      const context = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'block', ...options });
      await fromSource(context);
      return new Person(await context.newPage(), server, '');
    },
    /** Another browser of the same person, or of somebody else, that has been nowhere yet. @param {string} address @param {ContextOptions} [options] */
    async at(address, options = DESK) {
      const person = await this.stranger(options);
      await person.page.goto(address);
      return person;
    },
    /** Whoever owns the house: the first who asks for them comes by the printed link. @param {ContextOptions} [options] */
    async owner(options = DESK) {
      const person = await this.at(owned ? server.url : await server.setupLink, options);
      if (owned) await person.signIn('Olga', PASSWORD);
      else await person.signUp('Olga', 'Move in');
      owned = true;
      return person;
    },
    /** Somebody who has come in, under a name that nobody else has. @param {string} name @param {ContextOptions} [options] */
    async person(name, options = DESK) {
      const person = await this.stranger(options);
      people += 1;
      await person.enter(`${name} ${people}`);
      return person;
    },
  };
}

/** Somebody in front of one tab. */
export class Person {
  /** @param {Page} page @param {Server} server @param {string} name */
  constructor(page, server, name) {
    this.page = page;
    this.server = server;
    this.name = name;
    /** @type {string[]} */
    this.complaints = [];
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML|Trusted Type/.test(message.text())) this.complaints.push(message.text());
    });
  }

  /** Comes in. @param {string} name */
  async enter(name) {
    this.name = name;
    await this.page.goto(this.server.url);
    await this.page.getByLabel('What do people call you?').fill(name);
    await this.page.getByRole('button', { name: 'Come in' }).click();
    await this.settled();
  }

  /** Makes an account, by whatever form stands there. @param {string} name @param {string} go what its button says */
  async signUp(name, go) {
    this.name = name;
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.getByRole('button', { name: go }).click();
    await this.settled();
  }

  /** Signs in at the door. @param {string} name @param {string} [password] */
  async signIn(name, password = PASSWORD) {
    this.name = name;
    const other = this.page.getByRole('button', { name: 'I have an account' });
    await this.page.locator('.gate form').waitFor();
    if (await other.isVisible()) await other.click();
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.settled();
  }

  /** Opens the sheet about oneself. */
  async looksAtSelf() {
    await this.page.getByRole('button', { name: 'You', exact: true }).click();
    await this.page.getByRole('dialog', { name: 'You' }).waitFor();
  }

  /** Unfolds a part of a sheet. @param {string} title */
  async unfolds(title) {
    await this.page.locator('summary', { hasText: title }).click();
  }

  /** Signs out by the sheet about oneself. */
  async signsOut() {
    await this.looksAtSelf();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await this.page.locator('.gate').waitFor();
  }

  /** Makes a link that lets somebody in. @param {Record<string, string>} wanted what is chosen, by the labels @returns {Promise<string>} */
  async invites(wanted) {
    await this.page.getByRole('button', { name: 'Invite somebody' }).click();
    for (const [label, option] of Object.entries(wanted)) await this.page.getByLabel(label).selectOption({ label: option });
    await this.page.getByRole('button', { name: 'Make a link' }).click();
    const url = await this.page.getByLabel('The link', { exact: true }).inputValue();
    await this.page.keyboard.press('Escape');
    return url;
  }

  /** Another tab of the same browser. @param {string} [place] */
  async tab(place = '') {
    const other = new Person(await this.page.context().newPage(), this.server, this.name);
    await other.page.goto(this.server.url + place);
    await other.settled();
    return other;
  }

  /** Until the link is live. */
  async settled() {
    await this.page.getByText('Here, quietly').waitFor({ state: 'attached' });
  }

  /** @param {string} text */
  async say(text) {
    // A dialog that was closed just now goes with the next frame, and until then what is typed goes there.
    await this.page.locator('dialog').waitFor({ state: 'detached' });
    await this.box.fill(text);
    await this.page.getByRole('button', { name: 'Send' }).click();
  }

  get box() {
    return this.page.locator('#say');
  }

  get log() {
    return this.page.getByRole('log');
  }

  /** A message, by its words. @param {string | RegExp} text */
  message(text) {
    return this.page.locator('.msg').filter({ hasText: text });
  }

  /** The words of all messages, in order. */
  texts() {
    return this.page.locator('.msg .text').allTextContents();
  }

  /** Until a message stands there as stored. @param {string | RegExp} text */
  async sees(text) {
    await this.page.locator('.msg:not(.wait):not(.lost)').filter({ hasText: text }).first().waitFor();
  }

  /** Until that stands in the box. @param {string} text */
  async boxHas(text) {
    await this.page.waitForFunction((wanted) => document.querySelector('textarea')?.value === wanted, text);
  }

  /** Opens a room and goes in. @param {string} name @returns {Promise<number>} its id */
  async opens(name) {
    await this.page.getByRole('button', { name: 'New room' }).click();
    await this.page.getByLabel('What is it called?').fill(name);
    await this.page.getByRole('button', { name: 'Open the room' }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
    return Number(new URL(this.page.url()).hash.slice(1));
  }

  /** Opens a private room and goes in. @param {string} name @param {boolean} [showsPast] to newcomers */
  async opensPrivate(name, showsPast = false) {
    await this.page.getByRole('button', { name: 'New room' }).click();
    await this.page.getByLabel('What is it called?').fill(name);
    await this.page.getByRole('radio', { name: /^Private/ }).check();
    const past = this.page.getByLabel('Newcomers see what was said before');
    // It follows the kind of room until somebody touches it, and a click before it has followed would be taken back by that.
    await past.and(this.page.locator(':not(:checked)')).waitFor();
    await past.setChecked(showsPast);
    await this.page.getByRole('button', { name: 'Open the room' }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** Brings somebody into the room one is in; the sheet about it stays open. @param {string} name */
  async brings(name) {
    await this.page.getByRole('button', { name: 'About this room' }).click();
    await this.unfolds('Bring somebody in');
    await this.page.getByLabel('Whom?').fill(name);
    await this.page.getByRole('button', { name: `Bring in ${name}`, exact: true }).click();
    await this.page.getByRole('list', { name: 'Members' }).getByText(name, { exact: true }).waitFor();
  }

  /** Begins a private message, or finds it again. @param {string[]} names */
  async writesTo(...names) {
    await this.page.getByRole('button', { name: 'New private message' }).click();
    for (const name of names) {
      await this.page.getByLabel('To whom?').fill(name);
      await this.page.getByLabel(name, { exact: true }).check();
    }
    await this.page.getByRole('button', { name: 'Begin' }).click();
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
    await this.page.getByRole('heading', { name: names[0], level: 1 }).waitFor();
  }

  /** Goes into a room that one is not yet in. @param {string} name */
  async joins(name) {
    await this.page.getByRole('button', { name: 'More rooms' }).click();
    await this.page.getByRole('button', { name: `Go into ${name}` }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** Goes to a room of the list. @param {string} name */
  async goes(name) {
    await this.page.getByRole('navigation').getByRole('link', { name }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** Opens the menu of a message. @param {string} text */
  async opensMenu(text) {
    await this.sees(text);
    // A dialog that was closed just now goes with the next frame, and until then it is in the way.
    await this.page.locator('dialog').waitFor({ state: 'detached' });
    const button = this.message(text)
      .first()
      .getByRole('button', { name: /^More about/ });
    await button.focus();
    await button.press('Enter');
    await this.page.locator('.menu').waitFor();
  }

  /** Chooses something in the menu of a message. @param {string} text @param {string} what */
  async picks(text, what) {
    await this.opensMenu(text);
    await this.page.locator('.menu').getByRole('button', { name: what }).click();
    await this.page.locator('dialog.sheet').waitFor();
  }

  /** Says many things quickly, past the page, over a connection of its own. @param {number} room @param {string[]} texts */
  async floods(room, texts) {
    await this.page.evaluate(flood, { room, texts, salt: Math.random().toString(36).slice(2) });
  }

  /** Closes the tab. */
  async leaves() {
    await this.page.close();
  }
}

/** Runs in the page. @param {{room: number, texts: string[], salt: string}} what @returns {Promise<void>} */
function flood({ room, texts, salt }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}/ws`, 'snug.v1');
    const say = (/** @type {number} */ at) => {
      if (at === texts.length) {
        socket.close();
        resolve();
      } else {
        socket.send(JSON.stringify({ op: 'send', id: at + 1, room, key: `${salt}-${at}`, text: texts[at] }));
      }
    };
    socket.onopen = () => socket.send(JSON.stringify({ op: 'hello', id: 0, cursors: {} }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.error) reject(new Error(frame.error.text));
      else if (typeof frame.re === 'number') say(frame.re);
    };
  });
}

/** `Line 1` to `Line n`. @param {number} count @param {string} [word] */
export const lines = (count, word = 'Line') => Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);
