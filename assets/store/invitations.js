// Links that let somebody in: where one leads, taking it, making them, and taking them back.

/** @typedef {import('../core/proto.js').Role} Role */

/**
 * What a link says of itself to whoever holds it; `signs_up` is whether it makes an account.
 * @typedef {{role: Role, room: {id: number, name: string} | null, by: string | null, signs_up: boolean, expires_at: number}} Look
 */

/**
 * An invitation that has been made. Times are Unix milliseconds.
 * @typedef {{id: number, role: Role, room: {id: number, name: string} | null, by: import('../core/proto.js').Person | null,
 *   uses_left: number, created_at: number, expires_at: number}} Invitation
 */

/** What somebody of a role may invite others to be, least first. @param {Role | undefined} role @returns {Role[]} */
export function mayInvite(role) {
  if (role === 'member') return ['guest', 'member'];
  return role === 'moderator' || role === 'owner' ? ['guest', 'member', 'moderator'] : [];
}

/** The invitations. Every method rejects with `Refused`. */
export class Invitations {
  /** @param {import('../net/http.js').Http} http */
  constructor(http) {
    this.http = http;
  }

  /** Where a link leads. @param {string} token @returns {Promise<Look>} */
  look(token) {
    return this.http.ask('POST', 'invitations/look', { token });
  }

  /** Those that may still be used. @returns {Promise<Invitation[]>} */
  async list() {
    return (await this.http.ask('GET', 'invitations')).invitations;
  }

  /**
   * Makes one. Its link and the picture of it are told only now.
   * @param {{role: Role, room?: number, uses: number, hours: number}} wanted
   * @returns {Promise<{invitation: Invitation, url: string, qr: string}>}
   */
  make(wanted) {
    return this.http.ask('POST', 'invitations', wanted);
  }

  /** Ends one, at once. @param {number} id */
  revoke(id) {
    return this.http.ask('DELETE', `invitations/${id}`);
  }
}
