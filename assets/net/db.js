// What must outlive the page: the outbox, the drafts with their files, and what was last seen, in IndexedDB.
// Every row belongs to the person who wrote it: whoever else signs in on this browser neither sees nor sends it.
// Where the browser has no IndexedDB (some private windows), they live as long as the page.

/** A row of the shelf; store/lazy/shelf.js knows what else is in it. @typedef {{user: number, room: number, build: string}} Row */

/**
 * @typedef {import('../core/outbox.js').Letter} Letter
 * `reply` is the message that it answers; 0: none. @typedef {{room: number, text: string, reply?: number, files?: readonly Attached[]}} Draft
 * A file that goes with a draft: `view` when the server has all of it, and `blob` where this page chose it and the server has
 * not; the database keeps it by its key until the message is stored.
 * @typedef {{key: string, name: string, bytes: number, view?: import('../core/proto.js').FileView, blob?: Blob}} Attached
 * @typedef {{letters: (user: number) => Promise<Letter[]>, keep: (user: number, letter: Letter) => void,
 *   forget: (key: string) => void, drafts: (user: number) => Promise<Draft[]>,
 *   keepDraft: (user: number, draft: Draft) => void, blob: (key: string) => Promise<Blob | undefined>, sweep: () => void,
 *   claim: (user: number | null) => Promise<void>,
 *   clear: (user: number) => Promise<void>, shelf: () => Promise<Row[]>,
 *   keepShelf: (user: number, rows: readonly Row[], gone: readonly number[]) => void,
 *   clearShelf: (but: number | null) => void}} Db
 */

const NAME = 'snug';

/** 1 had no word of whose a row is; since 2 every row has its `user`; 3 has the shelf; 4 has files beside the drafts. */
const VERSION = 4;

/** Whose the rows of version 1 are, until a session that held then says so. */
const NOBODY = 0;

const STORES = /** @type {const} */ (['outbox', 'drafts']);

/** What was last seen, by person and room. */
const SHELF = 'shelf';

/** What goes with a message that is not stored yet, by the key of the file: written once, and not with every letter typed. */
const FILES = 'files';

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
  db.createObjectStore(FILES);
  if (before < 3) db.createObjectStore(SHELF, { keyPath: ['user', 'room'] });
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

/** @param {{key: string}} file */
const keyOf = ({ key }) => key;

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
  /** @param {string | string[]} names @param {IDBTransactionDurability} durability @param {(transaction: IDBTransaction) => void} how */
  const change = (names, durability, how) => {
    try {
      how(db.transaction(names, 'readwrite', { durability }));
    } catch {
      // The browser has closed the database, as when site data is cleared; the page still holds it all.
    }
  };
  /** Files that this page has written. @type {Set<string>} */
  const written = new Set();
  /**
   * @param {string | string[]} names @param {(...stores: IDBObjectStore[]) => void} how @param {IDBTransactionDurability} [durability]
   */
  const write = (names, how, durability = 'strict') => {
    change(names, durability, (transaction) => {
      how(...[names].flat().map((name) => transaction.objectStore(name)));
      // Asked for at once: a page that goes away takes with it what would commit by itself a moment later.
      transaction.commit();
    });
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
  /** Lets go of the files that neither a draft nor a letter names. */
  const sweep = () =>
    change([...STORES, FILES], 'relaxed', (transaction) => {
      const rows = STORES.map((name) => transaction.objectStore(name).getAll());
      const blobs = transaction.objectStore(FILES);
      const keys = blobs.getAllKeys();
      // The last one asked is the last one answered.
      keys.onsuccess = () => {
        const named = new Set(rows.flatMap(({ result }) => result).flatMap(({ files = [] }) => files.map(keyOf)));
        for (const key of keys.result) if (!named.has(key)) blobs.delete(key);
      };
    });
  return {
    letters: async (user) => (await read('outbox', user)).map(({ user: _, ...letter }) => letter),
    keep: (user, letter) => write('outbox', (store) => store.put({ ...letter, user })),
    forget: (key) => write('outbox', (store) => store.delete(key)),
    drafts: (user) => read('drafts', user),
    keepDraft: (user, draft) =>
      write(['drafts', FILES], (store, blobs) => {
        const files = draft.files?.map(({ blob, ...file }) => {
          if (blob && !written.has(file.key)) blobs.put(blob, file.key);
          written.add(file.key);
          return file;
        });
        if (draft.text || draft.reply || files?.length) store.put({ user, ...draft, files });
        else store.delete([user, draft.room]);
      }),
    blob: async (key) => {
      try {
        return await answer(db.transaction(FILES).objectStore(FILES).get(key));
      } catch {
        return undefined;
      }
    },
    sweep,
    claim: (user) => move(NOBODY, user),
    clear: (user) => move(user, null).then(sweep),
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
  /** @type {Map<string, Blob>} */
  const blobs = new Map();
  return {
    letters: async () => [],
    keep() {},
    forget() {},
    drafts: async () => [],
    keepDraft(_, { files = [] }) {
      for (const { key, blob } of files) if (blob) blobs.set(key, blob);
    },
    blob: async (key) => blobs.get(key),
    sweep() {},
    claim: nothing,
    clear: nothing,
    shelf: async () => [],
    keepShelf() {},
    clearShelf() {},
  };
}
