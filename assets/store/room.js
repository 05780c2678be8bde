// One room that one is in: its signals are what the views read.

import { EMPTY_LOG, from, toLatest } from '../core/log.js';
import { list } from '../core/names.js';
import { calls, unreadBehind } from '../core/rows.js';
import { say } from '../core/words.js';
import { computed, signal } from '../vendor/preact.js';

/** @typedef {import('../core/proto.js').RoomInfo} RoomInfo */
/** @typedef {import('../core/proto.js').Person} Person */
/** @typedef {import('../core/proto.js').Rules} Rules */

/** @param {Rules} rules @returns {Rules} */
const rulesOf = ({ shows_past, slow_ms, archived }) => ({ shows_past, slow_ms, archived });

/** One room as this client knows it. */
export class Room {
  /** @param {RoomInfo} info */
  constructor(info) {
    this.id = info.id;
    /** As the server last told of it. */
    this.info = info;
    this.kind = info.kind;
    /** Whether one has made it. */
    this.made = info.made;
    /** The first entry that one may see. */
    this.since = info.since;
    /** The others in a direct room. */
    this.people = signal(/** @type {readonly Person[]} */ (info.people ?? []));
    this.given = signal(info.name);
    /** What it is called; a direct room after its people. */
    this.name = computed(() =>
      this.kind === 'direct' ? list(this.people.value.map((one) => one.name)) || say('names.yourself') : this.given.value,
    );
    this.rules = signal(/** @type {Rules} */ (rulesOf(info)));
    this.archived = computed(() => this.rules.value.archived);
    /** Counts up when somebody comes, goes, is brought in or removed. */
    this.stirred = signal(0);
    this.topic = signal(info.topic);
    /** How far one has read. */
    this.read = signal(info.read);
    /** How many messages of others lie behind `read`. */
    this.unread = signal(info.unread);
    /** How many of them call one by name. */
    this.mentions = signal(info.mentions ?? 0);
    /** What one wants to be told of. */
    this.level = signal(/** @type {import('../core/proto.js').Level} */ (info.level ?? 'all'));
    /** How many call for an answer: those with one's name, and all of a private message. */
    this.calls = computed(() =>
      this.level.value === 'nothing' ? 0 : this.kind === 'direct' ? this.unread.value : this.mentions.value,
    );
    /** Whether its door is lit. */
    this.lit = computed(() => this.calls.value > 0 || (this.level.value === 'all' && this.unread.value > 0));
    /** Up to here `unread` was counted by the server; only what is later is counted here. */
    this.countedTo = info.head;
    this.log = signal(EMPTY_LOG);
    /** The last `seq` before the "new" divider of this visit. */
    this.fresh = signal(/** @type {number | null} */ (null));
    /** How many messages of others came in below what one reads, and the first of them. */
    this.below = signal(0);
    this.belowFrom = 0;
    /** Which page of history is on its way. */
    this.loading = signal(/** @type {'' | 'older' | 'newer'} */ (''));
    this.here = signal(
      /** @type {{count: number, people: readonly import('../core/proto.js').Sitter[]}} */ ({ count: 0, people: [] }),
    );
    this.writers = signal(/** @type {readonly Person[]} */ ([]));
  }

  /** Takes over what the server says of the room; where one has read further than it knows, no more is unread than lies behind that. @param {RoomInfo} info */
  update(info) {
    this.info = info;
    this.given.value = info.name;
    this.topic.value = info.topic;
    this.rules.value = rulesOf(info);
    this.people.value = info.people ?? [];
    if (info.since > this.since) this.log.value = from(this.log.peek(), info.since);
    this.since = info.since;
    this.made = info.made;
    this.read.value = Math.max(this.read.peek(), info.read);
    const behind = this.read.peek() > info.read ? Math.max(0, info.head - this.read.peek()) : Number.POSITIVE_INFINITY;
    this.unread.value = Math.min(info.unread, behind);
    this.mentions.value = Math.min(info.mentions ?? 0, behind);
    this.level.value = info.level ?? 'all';
    this.countedTo = info.head;
  }

  /** Takes over what an entry changes about the room itself. @param {import('../core/proto.js').Entry} entry */
  heed({ kind, by, text = '', rules }) {
    if (kind === 'topic') this.topic.value = text;
    if (kind === 'name') this.given.value = text;
    if (kind === 'rules' && rules) this.rules.value = rulesOf(rules);
    if (kind === 'join' || kind === 'leave') this.stirred.value += 1;
    const known = this.people.peek().find((one) => one.id === by.id);
    if (known && known.name !== by.name) this.people.value = this.people.peek().map((one) => (one === known ? by : one));
  }

  /** What one is to it. @returns {import('../core/rights.js').Standing} */
  get standing() {
    return this.made ? 'maker' : 'inside';
  }

  /** Notes how far one has read, here or elsewhere; it never goes back. @param {number} seq @param {number} me */
  readTo(seq, me) {
    if (seq <= this.read.peek()) return;
    this.read.value = seq;
    const { cursor, recent } = this.log.peek();
    const known = recent.length > 0 && recent[0].seq <= seq + 1;
    const left = known ? unreadBehind(recent, seq, me) : Math.max(0, cursor - seq);
    this.unread.value = Math.min(this.unread.peek(), left);
    const calling = known ? recent.filter((entry) => entry.seq > seq && calls(entry, me)).length : left;
    this.mentions.value = Math.min(this.mentions.peek(), calling);
  }

  /** Begins a visit: what is unread now is what is new. */
  enter() {
    this.fresh.value = this.unread.peek() > 0 ? this.read.peek() : null;
    this.below.value = 0;
  }

  /** Ends a visit: only the newest entries are kept. */
  exit() {
    this.log.value = toLatest(this.log.peek());
    this.fresh.value = null;
    this.below.value = 0;
  }
}
