// One's own account: name, password, sessions, and all that one may take along or leave behind.

/** @typedef {import('../core/proto.js').Account} Account */

/**
 * Where one is signed in; `label` is how the browser calls itself. Times are Unix milliseconds.
 * @typedef {{id: number, label: string, created_at: number, seen_at: number, current: boolean}} Sitting
 */

/** The account of whoever is signed in. Every method rejects with `Refused`. */
export class OwnAccount {
  /**
   * @param {import('../net/http.js').Http} http @param {import('./session.js').Session} session
   * @param {(user: number) => Promise<void>} forget lets go of what this browser keeps of somebody
   * @param {import('../net/socket.js').Timers} timers
   */
  constructor(http, session, forget, timers) {
    this.http = http;
    this.session = session;
    this.forget = forget;
    this.timers = timers;
  }

  /** Changes the name that people see. @param {string} name */
  async rename(name) {
    this.session.me.value = await this.http.ask('PATCH', 'me', { name });
  }

  /** Chooses a colour of the arch, or (`null`) none. @param {number | null} colour 0 to 7 */
  setColour(colour) {
    return this.http.ask('PUT', 'me/face', { colour });
  }

  /** Shows oneself by a picture. @param {Blob} picture */
  setPicture(picture) {
    return this.http.ask('PUT', 'me/picture', picture);
  }

  /** Changes the password; that ends all other sessions. @param {string} old @param {string} fresh */
  changePassword(old, fresh) {
    return this.http.ask('PUT', 'me/password', { old, new: fresh });
  }

  /** A guest becomes a member and keeps what they wrote. @param {{account: string, password: string, invitation?: string}} fields */
  async becomeMember(fields) {
    const { room: _, ...me } = await this.http.ask('POST', 'me/account', fields);
    this.session.me.value = me;
  }

  /** Where one is signed in. @returns {Promise<Sitting[]>} */
  async sittings() {
    return (await this.http.ask('GET', 'sessions')).sessions;
  }

  /** Ends one session. @param {number} id */
  end(id) {
    return this.http.ask('DELETE', `sessions/${id}`);
  }

  /** Ends all sessions but this one. */
  endOthers() {
    return this.http.ask('DELETE', 'sessions');
  }

  /** Goes out. Without an account there is no way back, so nothing is kept here either. */
  async signOut() {
    const me = this.session.me.peek();
    await this.session.leave(() => this.http.ask('DELETE', 'sessions/current'));
    if (me && !me.account) await this.forget(me.id);
  }

  /** Goes for good. @param {string} password empty where there is none */
  async remove(password) {
    const me = this.session.me.peek();
    await this.session.leave(() => this.http.ask('DELETE', 'me', password ? { password } : undefined));
    if (me) await this.forget(me.id);
  }

  /** All that the server has of oneself, as one object, however many pages it comes in. @returns {Promise<object>} */
  async everything() {
    let { next, ...all } = await this.#page('me/export');
    while (next) {
      const page = await this.#page(next.replace('/api/v1/', ''));
      all.entries.push(...page.entries);
      next = page.next;
    }
    return all;
  }

  /** @param {string} path @returns {Promise<any>} one page; where the server asks for a pause, after it */
  async #page(path) {
    for (;;) {
      try {
        return await this.http.ask('GET', path);
      } catch (reason) {
        const { retry_after_ms: ms } = /** @type {import('../net/socket.js').Refused} */ (reason).refusal;
        if (!ms) throw reason;
        await new Promise((resolve) => this.timers.set(() => resolve(null), ms));
      }
    }
  }
}
