// What one has written and the server has not yet stored: queued -> sending -> stored (gone) | refused. Pure values; the
// same message keeps its key through every try, so sending it twice is harmless.
//
// Absent: two messages of one room on their way at the same time (they could arrive in the wrong order).

/** @typedef {import('./proto.js').Refusal} Refusal */

/**
 * `n` orders the messages of this browser; `seq` is known once stored; `why` is the server's reason for a refusal;
 * `failures` counts the server's storage failures. Without `op` it is a message, which may answer another (`reply_to`);
 * `edit` and `react` (with `on`, and the emoji as `text`) are about the message `target`. The server lets files go that are
 * attached for long before they are sent: `anew` is `due` until they are brought again, and `done` when they have been.
 * @typedef {{key: string, n: number, room: number, text: string, at: number, op?: 'edit' | 'react', target?: number,
 *   on?: boolean, reply_to?: number, files?: readonly Sent[],
 *   anew?: 'due' | 'done', state: 'queued' | 'sending' | 'stored' | 'refused', seq?: number, why?: string, failures?: number}} Letter
 */

/** A file with the key by which this browser keeps it. @typedef {import('./proto.js').FileView & {key: string}} Sent */
/** @typedef {readonly Letter[]} Outbox */

/**
 * What to do with a letter the server would not take: `wait` and send again after `ms`, as everything does, or `rest`, as
 * those of its room do; or `bring` its files again; or `refuse` it and let its author decide.
 * @typedef {{do: 'wait' | 'rest', ms: number} | {do: 'bring'} | {do: 'refuse'}} Verdict
 */

/** How many letters may wait at once. All of them are shown, and rows in the page are limited. */
export const OUTBOX_MAX = 200;

/** How often a message is sent again by itself when the server's storage fails. */
const STORAGE_FAILURES_MAX = 3;

/** The wait after a storage failure, in milliseconds; it doubles each time. */
const STORAGE_WAIT_MS = 2000;

/** The wait when a rate limit names no time, in milliseconds. */
const RATE_WAIT_MS = 1000;

/** The wait when the server goes down, in milliseconds; usually the next connection comes first and ends it. */
const SHUTDOWN_WAIT_MS = 5000;

/** What a letter is before it is put into the outbox. @typedef {Omit<Letter, 'n' | 'state'>} Written */

/**
 * Puts a new letter at the end.
 * @param {Outbox} box @param {Written} message @returns {Outbox}
 */
export function post(box, message) {
  const n = box.reduce((highest, letter) => Math.max(highest, letter.n), 0) + 1;
  return [...box, { ...message, n, state: 'queued' }];
}

/**
 * Takes in a letter that was kept by an earlier page or another tab, in its place; one already here stays as it is.
 * @param {Outbox} box @param {Letter} letter @returns {Outbox}
 */
export function adopt(box, letter) {
  if (box.some((held) => held.key === letter.key)) return box;
  /** @type {Letter} */
  const adopted = { ...letter, state: letter.state === 'refused' ? 'refused' : 'queued' };
  return [...box, adopted].sort((one, other) => one.n - other.n || one.at - other.at);
}

/**
 * Marks the first queued letter of every room that has none on its way and does not rest, and names those to be sent now.
 * @param {Outbox} box @param {Iterable<number>} [resting] @returns {{box: Outbox, send: Letter[]}}
 */
export function claim(box, resting = []) {
  const busy = new Set(resting);
  for (const letter of box) if (letter.state === 'sending') busy.add(letter.room);
  /** @type {Letter[]} */
  const send = [];
  const next = box.map((letter) => {
    if (letter.state !== 'queued' || busy.has(letter.room)) return letter;
    busy.add(letter.room);
    const sending = /** @type {Letter} */ ({ ...letter, state: 'sending' });
    send.push(sending);
    return sending;
  });
  return { box: send.length > 0 ? next : box, send };
}

/**
 * The server has stored the letter; it stays to be looked at until the entry itself is in the log.
 * @param {Outbox} box @param {string} key @param {number} seq @returns {Outbox}
 */
export function stored(box, key, seq) {
  return change(box, key, (letter) => ({ ...letter, state: 'stored', seq }));
}

/**
 * Lets go of letters whose entries the log of their room now holds.
 * @param {Outbox} box @param {number} room @param {number} cursor @returns {Outbox}
 */
export function arrived(box, room, cursor) {
  const gone = (/** @type {Letter} */ letter) => letter.room === room && letter.seq !== undefined && letter.seq <= cursor;
  return box.some(gone) ? box.filter((letter) => !gone(letter)) : box;
}

/**
 * What the server's refusal means for the letter.
 * @param {Letter} letter @param {Refusal} refusal @returns {Verdict}
 */
export function judge(letter, refusal) {
  switch (refusal.code) {
    case 'rate_limited':
      return { do: 'wait', ms: refusal.retry_after_ms ?? RATE_WAIT_MS };
    case 'slow_mode':
      return { do: 'rest', ms: refusal.retry_after_ms ?? RATE_WAIT_MS };
    case 'storage_failed': {
      const failures = letter.failures ?? 0;
      return failures < STORAGE_FAILURES_MAX ? { do: 'wait', ms: STORAGE_WAIT_MS * 2 ** failures } : { do: 'refuse' };
    }
    case 'shutting_down':
    case 'hello_first':
      return { do: 'wait', ms: SHUTDOWN_WAIT_MS };
    case 'no_such_file':
      return { do: letter.files?.every(({ key }) => key) && !letter.anew ? 'bring' : 'refuse' };
    default:
      return { do: 'refuse' };
  }
}

/**
 * Puts a letter that could not be stored back into the queue, same key; `failed` counts a storage failure.
 * @param {Outbox} box @param {string} key @param {boolean} failed @returns {Outbox}
 */
export function requeue(box, key, failed) {
  return change(box, key, (letter) => {
    const failures = (letter.failures ?? 0) + (failed ? 1 : 0);
    return { ...letter, state: 'queued', failures };
  });
}

/**
 * The server does not have its files any more: they are to be brought again before it goes.
 * @param {Outbox} box @param {string} key @returns {Outbox}
 */
export function lack(box, key) {
  return change(box, key, (letter) => ({ ...letter, state: 'queued', anew: 'due' }));
}

/**
 * Its files are there again, under other numbers.
 * @param {Outbox} box @param {string} key @param {readonly Sent[]} files @returns {Outbox}
 */
export function brought(box, key, files) {
  return change(box, key, (letter) => ({ ...letter, state: 'queued', anew: 'done', files }));
}

/**
 * The server will not take the letter: it stands still until its author decides.
 * @param {Outbox} box @param {string} key @param {string} why @returns {Outbox}
 */
export function refuse(box, key, why) {
  return change(box, key, (letter) => ({ ...letter, state: 'refused', why }));
}

/**
 * The author says: try again.
 * @param {Outbox} box @param {string} key @returns {Outbox}
 */
export function retry(box, key) {
  return change(box, key, (letter) => {
    if (letter.state !== 'refused') return letter;
    const { why, failures, ...rest } = letter;
    return { ...rest, state: 'queued' };
  });
}

/**
 * Takes a letter out: discarded, taken back for an edit, or stored as another tab saw.
 * @param {Outbox} box @param {string} key @returns {Outbox}
 */
export function remove(box, key) {
  return box.some((letter) => letter.key === key) ? box.filter((letter) => letter.key !== key) : box;
}

/**
 * The link is lost: whatever was on its way is queued again, with its key.
 * @param {Outbox} box @returns {Outbox}
 */
export function lose(box) {
  if (!box.some((letter) => letter.state === 'sending')) return box;
  return box.map((letter) => (letter.state === 'sending' ? { ...letter, state: 'queued' } : letter));
}

/**
 * A letter as the request that it becomes.
 * @param {Letter} letter @returns {{op: string, fields: object}}
 */
export function request({ op, room, key, text, target, on, reply_to, files }) {
  if (op === 'edit') return { op, fields: { room, key, seq: target, text } };
  if (op === 'react') return { op, fields: { room, key, seq: target, emoji: text, on } };
  return { op: 'send', fields: { room, key, text, reply_to, files: files?.map((file) => file.id) } };
}

/** @param {Outbox} box @param {string} key @param {(letter: Letter) => Letter} how @returns {Outbox} */
function change(box, key, how) {
  return box.map((letter) => (letter.key === key ? how(letter) : letter));
}
