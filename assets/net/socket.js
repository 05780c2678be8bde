// One WebSocket at a time: requests with their replies, events as they come, and the watch over silence.

import { decode, encode } from '../core/proto.js';
import { span } from '../core/time.js';
import { explain, say } from '../core/words.js';

/** How long nothing may be heard before the server is asked, in milliseconds. It pings every 25 s, unseen by a page. */
const SILENCE_MS = 30_000;

/** How long an answer may take before the link counts as dead, in milliseconds. */
const ANSWER_MS = 10_000;

/** How long opening may take, in milliseconds. */
const OPENING_MS = 10_000;

/** What browsers say when a connection ends without a word. */
const CLOSE_ABNORMAL = 1006;

/** The server's refusal of one request, or `link_lost` when its answer can no longer come. */
export class Refused extends Error {
  /** @param {import('../core/proto.js').Refusal} refusal */
  constructor(refusal) {
    const text = explain(refusal.code, refusal.text, { span: span(refusal.retry_after_ms ?? 0) });
    super(text);
    this.refusal = { ...refusal, text };
  }
}

/**
 * @typedef {{opened: () => void, closed: (code: number) => void, silent: () => void,
 *   happened: (event: import('../core/proto.js').Happening) => void}} Listener
 * @typedef {{set: (run: () => void, ms: number) => any, clear: (timer: any) => void}} Timers
 * @typedef {{resolve: (result: any) => void, reject: (reason: Refused) => void}} Waiting
 */

/** The socket of this page. */
export class Socket {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  /** @type {any} */ #timer = null;
  #lastId = 0;

  /** @param {typeof WebSocket} WebSocketType @param {string} url @param {Timers} timers @param {Listener} listener */
  constructor(WebSocketType, url, timers, listener) {
    this.WebSocketType = WebSocketType;
    this.url = url;
    this.timers = timers;
    this.listener = listener;
  }

  /** Opens a new socket; one that stands is dropped first. */
  connect() {
    this.drop();
    const socket = new this.WebSocketType(this.url, 'snug.v1');
    this.#socket = socket;
    const current = () => this.#socket === socket;
    socket.onopen = () => {
      if (!current()) return;
      this.#watch();
      this.listener.opened();
    };
    socket.onmessage = (message) => {
      if (current()) this.#hear(message.data);
    };
    socket.onclose = (close) => {
      if (current()) this.#end(close.code);
    };
    this.#arm(OPENING_MS, () => this.#end(CLOSE_ABNORMAL));
  }

  /** Forgets the socket; whoever waits for a reply is told, the listener is not. */
  drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.timers.clear(this.#timer);
    socket?.close();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    const text = say('net.lost');
    for (const one of waiting) one.reject(new Refused({ code: 'link_lost', text }));
  }

  /**
   * Sends a request and waits for its reply.
   * @param {string} op @param {object} [fields] @returns {Promise<any>} its result; rejects with `Refused`
   */
  request(op, fields) {
    const socket = this.#socket;
    if (socket?.readyState !== this.WebSocketType.OPEN) {
      const text = say('net.none');
      return Promise.reject(new Refused({ code: 'link_lost', text }));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      socket.send(encode(op, id, fields));
    });
  }

  /** Asks now whether anybody is there. */
  probe() {
    this.request('ping').catch(() => {});
    this.#arm(ANSWER_MS, () => this.listener.silent());
  }

  /** @param {unknown} data */
  #hear(data) {
    this.#watch();
    const frame = decode(data);
    if (!frame) return;
    if ('event' in frame) {
      this.listener.happened(frame.event);
      return;
    }
    const { re, result, error } = frame.reply;
    const waiting = re === null ? undefined : this.#waiting.get(re);
    if (re === null || !waiting) return;
    this.#waiting.delete(re);
    if (error) waiting.reject(new Refused(error));
    else waiting.resolve(result);
  }

  /** @param {number} code */
  #end(code) {
    this.drop();
    this.listener.closed(code);
  }

  #watch() {
    this.#arm(SILENCE_MS, () => this.probe());
  }

  /** @param {number} ms @param {() => void} run */
  #arm(ms, run) {
    this.timers.clear(this.#timer);
    this.#timer = this.timers.set(run, ms);
  }
}
