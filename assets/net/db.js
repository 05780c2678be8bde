// What must outlive the page: the outbox and the drafts, in IndexedDB, and the word to the other tabs that they changed.
// Where the browser has no IndexedDB (some private windows), they live as long as the page.

/**
 * @typedef {import('../core/outbox.js').Letter} Letter
 * @typedef {{room: number, text: string}} Draft
 * @typedef {{letters: () => Promise<Letter[]>, keep: (letter: Letter) => void, forget: (key: string) => void,
 *   drafts: () => Promise<Draft[]>, keepDraft: (draft: Draft) => void}} Db
 */

const NAME = 'snug';
const VERSION = 1;

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
  request.onupgradeneeded = () => {
    request.result.createObjectStore('outbox', { keyPath: 'key' });
    request.result.createObjectStore('drafts', { keyPath: 'room' });
  };
  return answer(request);
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
  /** @param {string} name */
  const read = (name) => answer(db.transaction(name).objectStore(name).getAll());
  /** @param {string} name @param {(store: IDBObjectStore) => void} how */
  const write = (name, how) => {
    try {
      const transaction = db.transaction(name, 'readwrite', { durability: 'strict' });
      how(transaction.objectStore(name));
      // Asked for at once: a page that goes away takes with it what would commit by itself a moment later.
      transaction.commit();
    } catch {
      // The browser has closed the database, as when site data is cleared; the page still holds it all.
    }
  };
  return {
    letters: () => read('outbox'),
    keep: (letter) => write('outbox', (store) => store.put(letter)),
    forget: (key) => write('outbox', (store) => store.delete(key)),
    drafts: () => read('drafts'),
    keepDraft: (draft) => write('drafts', (store) => (draft.text ? store.put(draft) : store.delete(draft.room))),
  };
}

/** @returns {Db} */
function passing() {
  return { letters: async () => [], keep() {}, forget() {}, drafts: async () => [], keepDraft() {} };
}
