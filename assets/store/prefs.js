// What one has set: the same on all one's devices, and kept here for the time before the server tells.

import { signal } from '../vendor/preact.js';

/**
 * `quiet` are hours of the day (`22:00`) in which nothing sounds or shows up; `enter`: what Enter does in the place to write.
 * @typedef {{theme?: 'light' | 'dark', sound?: boolean, quiet?: {from: string, to: string} | null, notices?: boolean,
 *   enter?: 'sends' | 'breaks', language?: string}} Prefs
 */

const KEPT = 'snug.prefs';

/** One's settings. */
export class Settings {
  /**
   * @param {(op: string, fields: object) => Promise<any>} ask @param {Storage | undefined} storage
   * @param {() => void} begin begins the page anew, in the language that is kept
   */
  constructor(ask, storage, begin) {
    this.ask = ask;
    this.storage = storage;
    this.begin = begin;
    this.all = signal(/** @type {Prefs} */ (this.#kept()));
  }

  /** The server says what they are. @param {Prefs | null} prefs */
  heard(prefs) {
    const { language } = this.all.peek();
    this.all.value = prefs ?? {};
    this.#keep();
    // Where nothing is kept, beginning anew would change nothing, and never end.
    const kept = this.#kept().language;
    if (kept !== language && kept === prefs?.language) this.begin();
  }

  /** Speaks another language from now on, on all one's devices. @param {string} language such as `de`; empty: as the browser */
  async speak(language) {
    await this.set({ language: language || undefined });
    this.begin();
  }

  /** Sets something, here and everywhere. @param {Prefs} change @returns {Promise<unknown>} rejects when the server did not take it */
  set(change) {
    this.all.value = { ...this.all.peek(), ...change };
    this.#keep();
    return this.ask('prefs', { prefs: this.all.peek() });
  }

  #keep() {
    try {
      this.storage?.setItem(KEPT, JSON.stringify(this.all.peek()));
    } catch {
      // The browser keeps nothing; the server does.
    }
  }

  /** @returns {Prefs} */
  #kept() {
    try {
      return JSON.parse(this.storage?.getItem(KEPT) ?? '{}');
    } catch {
      return {};
    }
  }
}
