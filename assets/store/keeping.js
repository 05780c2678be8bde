// Keeping order over HTTP: people, bans, reports, the audit log, bots.

/** @typedef {import('../core/proto.js').Person} Person */
/** @typedef {import('../core/proto.js').Role} Role */

/**
 * Somebody, as this server knows them; `state` and `muted_until` (Unix milliseconds, 0: may speak) are told to moderators only.
 * @typedef {{id: number, name: string, role: Role, bot: boolean, state?: 'active' | 'disabled' | 'banned' | 'left',
 *   muted_until?: number, here?: boolean, away?: boolean, here_at?: number}} Known
 */

/**
 * A ban that is in force, of somebody or of addresses; `until` is `null` when only lifting ends it.
 * @typedef {{id: number, user: Person | null, addresses: string | null, reason: string, by: Person | null, created_at: number,
 *   until: number | null}} Ban
 */

/**
 * A message that somebody has shown to the moderators; without `text` it has been deleted since.
 * @typedef {{id: number, room: {id: number, name: string}, seq: number, text?: string, author: Person, by: Person, reason: string,
 *   created_at: number, handled: boolean}} Report
 */

/**
 * A line of the audit log; no actor: the console, or time.
 * @typedef {{id: number, at: number, actor: Person | null, deed: string, user: Person | null,
 *   room: {id: number, name: string} | null, detail: string}} Line
 */

/**
 * A program that speaks in some rooms.
 * @typedef {{id: number, user: Person, label: string, rooms: {id: number, name: string}[], created_at: number, seen_at: number}} Bot
 */

/** What is changed about somebody. @typedef {{role?: Role, muted_minutes?: number, disabled?: boolean, face?: null}} Change */

/** All of it. Every method rejects with `Refused`. */
export class Keeping {
  /** @param {import('../net/http.js').Http} http */
  constructor(http) {
    this.http = http;
  }

  /** A page of the people. @param {string} q what the name has in it @param {number} after @returns {Promise<{people: Known[], more: boolean}>} */
  people(q, after) {
    return this.http.ask('GET', `people?${after ? `after=${after}&` : ''}q=${encodeURIComponent(q.toWellFormed())}`);
  }

  /** Changes what somebody is or may. @param {number} id @param {Change} change @returns {Promise<Known>} */
  change(id, change) {
    return this.http.ask('PATCH', `people/${id}`, change);
  }

  /** A page of the bans in force, the latest first. @param {number} [before] @returns {Promise<{bans: Ban[], more: boolean}>} */
  bans(before) {
    return this.http.ask('GET', page('bans', before));
  }

  /** Bans somebody, or addresses; without minutes, for good. @param {{user?: number, addresses?: string, reason: string, minutes?: number}} ban */
  ban(ban) {
    return this.http.ask('POST', 'bans', ban);
  }

  /** Lifts a ban. @param {number} id */
  lift(id) {
    return this.http.ask('DELETE', `bans/${id}`);
  }

  /** A page of the reports, the latest first. @param {number} [before] @returns {Promise<{reports: Report[], more: boolean}>} */
  reports(before) {
    return this.http.ask('GET', page('reports', before));
  }

  /** Says that a report is dealt with, or is not. @param {number} id @param {boolean} handled */
  handle(id, handled) {
    return this.http.ask('PATCH', `reports/${id}`, { handled });
  }

  /** A page of the audit log, the latest first. @param {number} [before] @returns {Promise<{entries: Line[], more: boolean}>} */
  audit(before) {
    return this.http.ask('GET', page('audit', before));
  }

  /** One's own bots. @returns {Promise<Bot[]>} */
  async bots() {
    return (await this.http.ask('GET', 'bots')).bots;
  }

  /** Makes a bot; its token is told only now. @param {string} name @param {number[]} rooms @returns {Promise<{bot: Bot, token: string}>} */
  makeBot(name, rooms) {
    return this.http.ask('POST', 'bots', { name, rooms });
  }

  /** Ends a bot, at once. @param {number} id */
  revokeBot(id) {
    return this.http.ask('DELETE', `bots/${id}`);
  }
}

/** @param {string} path @param {number} [before] */
const page = (path, before) => (before ? `${path}?before=${before}` : path);
