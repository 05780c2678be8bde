// Whether somebody sits here: tells the server when no hand has moved for a while, and when one moves again.

import { effect } from '../../vendor/preact.js';

/** After how long without a hand that moves one is away, in milliseconds. */
const AWAY_MS = 5 * 60_000;

/** Watches the hands of one page. */
export class Away {
  #away = false;
  #watches = false;
  #touchedAt = 0;

  /** @param {Pick<import('../../app.js').App, 'session' | 'timers'>} app */
  constructor({ session, timers }) {
    this.session = session;
    this.timers = timers;
    // A new connection knows nothing of it.
    effect(() => {
      if (session.link.value.phase === 'live' && this.#away) this.#tell();
    });
    this.touch();
  }

  /** Somebody moved a hand here. */
  touch() {
    this.#touchedAt = Date.now();
    if (this.#away) this.#be(false);
    if (!this.#watches) this.#watch(AWAY_MS);
  }

  /** @param {number} ms */
  #watch(ms) {
    this.#watches = true;
    this.timers.set(() => {
      const left = this.#touchedAt + AWAY_MS - Date.now();
      this.#watches = left > 0;
      if (left > 0) this.#watch(left);
      else this.#be(true);
    }, ms);
  }

  /** @param {boolean} away */
  #be(away) {
    this.#away = away;
    this.#tell();
  }

  #tell() {
    // What is not heard now is said again by the next connection, which begins with somebody who is here.
    this.session.ask('away', { on: this.#away }).catch(() => {});
  }
}
