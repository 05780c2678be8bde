// What is asked over HTTP: who one is, to be let in, and one's own things. JSON in, JSON out.

import { read } from '../core/proto.js';
import { say } from '../core/words.js';
import { Refused } from './socket.js';

/** The HTTP side of the server. */
export class Http {
  /** @param {typeof globalThis.fetch} fetch */
  constructor(fetch) {
    this.fetch = fetch;
  }

  /**
   * Asks for something below `/api/v1/`.
   * @param {'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} method @param {string} path
   * @param {object | Blob} [body] goes as JSON; a blob as it is @param {AbortSignal} [signal] ends it early
   * @returns {Promise<any>} the answer, or `null` where there is nothing to say; rejects with `Refused`, whose code is `away`
   *   when nobody answered
   */
  async ask(method, path, body, signal) {
    /** @type {RequestInit} */
    const request = { method, cache: 'no-store', signal };
    if (body instanceof Blob) {
      request.headers = { 'content-type': 'application/octet-stream' };
      request.body = body;
    } else if (body) {
      request.headers = { 'content-type': 'application/json' };
      request.body = JSON.stringify(body, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
    }
    let answer;
    try {
      answer = await this.fetch(`/api/v1/${path}`, request);
    } catch {
      throw new Refused({ code: 'away', text: say('net.away') });
    }
    const words = await answer
      .text()
      .then(read)
      .catch(() => null);
    if (answer.ok) return words;
    // An answer without words of its own is one of a proxy in between.
    throw new Refused(words?.error?.text ? words.error : { code: 'away', text: say('net.wordless') });
  }
}
