// What must outlive the page: the outbox, the drafts, and what was last seen, in IndexedDB, and the word to the other tabs
// that they changed.
// Every row belongs to the person who wrote it: whoever else signs in on this browser neither sees nor sends it.
// Where the browser has no IndexedDB (some private windows), they live as long as the page.

/** A row of the shelf; store/lazy/shelf.js knows what else is in it. @typedef {{user: number, room: number, build: string}} Row */

/**
 * @typedef {import('../core/outbox.js').Letter} Letter
 * `reply` is the message that it answers; 0: none. @typedef {{room: number, text: string, reply?: number, files?: readonly Attached[]}} Draft
 * A file that goes with a draft: `view` when the server has all of it, and `blob` as long as it has not.
 * @typedef {{key: string, name: string, bytes: number, view?: import('../core/proto.js').FileView, blob?: Blob}} Attached
 * @typedef {{letters: (user: number) => Promise<Letter[]>, keep: (user: number, letter: Letter) => void,
 *   forget: (key: string) => void, drafts: (user: number) => Promise<Draft[]>,
 *   keepDraft: (user: number, draft: Draft) => void, claim: (user: number | null) => Promise<void>,
 *   clear: (user: number) => Promise<void>, shelf: () => Promise<Row[]>,
 *   keepShelf: (user: number, rows: readonly Row[], gone: readonly number[]) => void,
 *   clearShelf: (but: number | null) => void}} Db
 */

const NAME = 'snug';

/** 1 had no word of whose a row is; since 2 every row has its `user`; 3 has the shelf. */
const VERSION = 3;

/** Whose the rows of version 1 are, until a session that held then says so. */
const NOBODY = 0;

const STORES = /** @type {const} */ (['outbox', 'drafts']);

/** What was last seen, by person and room. */
const SHELF = 'shelf';

/**
 * Opens the database, or a stand-in that keeps nothing.
 * @param {IDBFactory | undefined} indexedDB @returns {Promise<Db>}
 */
export async function openDb(indexedDB) {
  try {
    return indexedDB ? lasting(await open(indexedDB)) : passing();
  } catch {
    return passing();
  }
}

/** @param {IDBFactory} indexedDB @returns {Promise<IDBDatabase>} */
function open(indexedDB) {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    const { result: db, transaction } = request;
    if (transaction) upgrade(db, transaction, oldVersion);
  };
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      // A later page that wants to change the stores must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    // A page of an earlier version holds the database; until it goes, this one keeps things by itself.
    request.onblocked = () => reject(new Error('blocked'));
  });
}

/** @param {IDBDatabase} db @param {IDBTransaction} transaction @param {number} before */
function upgrade(db, transaction, before) {
  db.createObjectStore(SHELF, { keyPath: ['user', 'room'] });
  if (before === 0) return make(db, []);
  if (before > 1) return;
  const rows = STORES.map((name) => transaction.objectStore(name).getAll());
  rows[1].onsuccess = () => {
    for (const name of STORES) db.deleteObjectStore(name);
    make(
      db,
      rows.map((request) => request.result),
    );
  };
}

/** @param {IDBDatabase} db @param {object[][]} rows what was kept without a name, for each store */
function make(db, rows) {
  for (const [at, name] of STORES.entries()) {
    const store = db.createObjectStore(name, { keyPath: name === 'outbox' ? 'key' : ['user', 'room'] });
    store.createIndex('user', 'user');
    for (const row of rows[at] ?? []) store.put({ ...row, user: NOBODY });
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBDatabase} db @returns {Db} */
function lasting(db) {
  /** @param {string} name @param {number} user @returns {Promise<any[]>} */
  const read = async (name, user) => {
    try {
      return await answer(db.transaction(name).objectStore(name).index('user').getAll(user));
    } catch {
      return [];
    }
  };
  /** @param {string} name @param {(store: IDBObjectStore) => void} how @param {IDBTransactionDurability} [durability] */
  const write = (name, how, durability = 'strict') => {
    try {
      const transaction = db.transaction(name, 'readwrite', { durability });
      how(transaction.objectStore(name));
      // Asked for at once: a page that goes away takes with it what would commit by itself a moment later.
      transaction.commit();
    } catch {
      // The browser has closed the database, as when site data is cleared; the page still holds it all.
    }
  };
  /** Gives the rows of one person to another, or to nobody. @param {number} from @param {number | null} to */
  const move = async (from, to) => {
    for (const name of STORES) {
      const rows = await read(name, from);
      if (rows.length === 0) continue;
      write(name, (store) => {
        for (const row of rows) {
          store.delete(name === 'outbox' ? row.key : [from, row.room]);
          if (to !== null) store.put({ ...row, user: to });
        }
      });
    }
  };
  return {
    letters: async (user) => (await read('outbox', user)).map(({ user: _, ...letter }) => letter),
    keep: (user, letter) => write('outbox', (store) => store.put({ ...letter, user })),
    forget: (key) => write('outbox', (store) => store.delete(key)),
    drafts: (user) => read('drafts', user),
    keepDraft: (user, draft) =>
      write('drafts', (store) => {
        if (draft.text || draft.reply || draft.files?.length) store.put({ user, ...draft });
        else store.delete([user, draft.room]);
      }),
    claim: (user) => move(NOBODY, user),
    clear: (user) => move(user, null),
    shelf: () => answer(db.transaction(SHELF).objectStore(SHELF).getAll()),
    keepShelf: (user, rows, gone) =>
      write(
        SHELF,
        (store) => {
          for (const room of gone) store.delete([user, room]);
          for (const row of rows) store.put(row);
        },
        'relaxed',
      ),
    // A list comes after every number, so the two ranges leave out what is [but, room].
    clearShelf: (but) =>
      write(
        SHELF,
        (store) => {
          if (but === null) return void store.clear();
          store.delete(IDBKeyRange.upperBound([but]));
          store.delete(IDBKeyRange.lowerBound([but, []]));
        },
        'relaxed',
      ),
  };
}

/** @returns {Db} */
function passing() {
  const nothing = async () => {};
  return {
    letters: async () => [],
    keep() {},
    forget() {},
    drafts: async () => [],
    keepDraft() {},
    claim: nothing,
    clear: nothing,
    shelf: async () => [],
    keepShelf() {},
    clearShelf() {},
  };
}
