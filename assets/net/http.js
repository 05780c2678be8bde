// The few things that are asked over HTTP: who one is, and to be let in.

/**
 * @typedef {import('../core/proto.js').Person} Person
 * @typedef {{me: Person} | {ended: true} | {away: true}} WhoAmI
 * @typedef {{me: Person} | {refused: string}} LetIn
 */

const AWAY = 'The server cannot be reached. Nothing was done; look at the network and try again.';

/** The HTTP side of the server. */
export class Http {
  /** @param {typeof globalThis.fetch} fetch */
  constructor(fetch) {
    this.fetch = fetch;
  }

  /**
   * Who one is: a person, nobody any more, or unknown because nobody answers.
   * @returns {Promise<WhoAmI>}
   */
  async me() {
    try {
      const answer = await this.fetch('/api/v1/me', { cache: 'no-store' });
      if (answer.status === 401) return { ended: true };
      return answer.ok ? { me: await answer.json() } : { away: true };
    } catch {
      return { away: true };
    }
  }

  /**
   * Comes in under a name.
   * @param {string} name @returns {Promise<LetIn>}
   */
  async enter(name) {
    try {
      const answer = await this.fetch('/api/v1/guests', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      const body = await answer.json();
      return answer.ok ? { me: body } : { refused: body.error.text };
    } catch {
      return { refused: AWAY };
    }
  }
}
