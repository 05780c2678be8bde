// The front door as one stands before it: who may come in here, and why one is outside.

import { signal } from '../vendor/preact.js';

/** @typedef {import('../core/proto.js').Account} Account */
/** @typedef {'' | import('../core/link.js').Why} Why */

/**
 * How the house lets people in: whether nobody owns it yet, whether guests may walk in, who may sign up.
 * @typedef {{setup: boolean, guests: boolean, sign_up: 'closed' | 'invitation' | 'open'}} House
 */

/**
 * One stands before the door: `why` is empty for a stranger, `was` is who one was before, `text` the server's own word.
 * @typedef {House & {why: Why, was: Account | null, text: string}} Outside
 */

/**
 * What the door says: who one is, or why one has to stay outside. Without `me`, nobody answers and nothing is known.
 * @typedef {{me?: Account | null, why: Why, text: string}} Answer
 */

/** What is taken for true of a door that does not answer: what is offered may be refused then. @type {House} */
const UNKNOWN = { setup: false, guests: false, sign_up: 'invitation' };

/** The front door. */
export class Door {
  /** @param {import('../net/http.js').Http} http */
  constructor(http) {
    this.http = http;
    /** What was last heard of the house. */
    this.house = signal(UNKNOWN);
    /** How one stands before the door, while one does. */
    this.outside = signal(/** @type {Outside | null} */ (null));
  }

  /** Asks who one is. @returns {Promise<Answer>} */
  async knock() {
    try {
      const { me, ...house } = await this.http.ask('GET', 'door');
      this.house.value = house;
      return { me, why: me ? '' : 'ended', text: '' };
    } catch (reason) {
      const { code, text } = /** @type {import('../net/socket.js').Refused} */ (reason).refusal;
      return code === 'banned' ? { why: 'banned', text } : { why: '', text: '' };
    }
  }

  /** One stands before it. @param {Why} why @param {Account | null} was who one was @param {string} [text] */
  shut(why, was, text = '') {
    // Nobody's session ends who had none.
    this.outside.value = { ...this.house.peek(), why: why === 'ended' && !was ? '' : why, was, text };
  }

  /** One is in. @returns {boolean} whether one stood outside */
  open() {
    const outside = this.outside.peek() !== null;
    this.outside.value = null;
    return outside;
  }
}
