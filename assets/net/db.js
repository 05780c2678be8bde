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
  /** @param {string} name */
  const write = (name) => db.transaction(name, 'readwrite', { durability: 'strict' }).objectStore(name);
  return {
    letters: () => read('outbox'),
    keep: (letter) => void write('outbox').put(letter),
    forget: (key) => void write('outbox').delete(key),
    drafts: () => read('drafts'),
    keepDraft: (draft) => void (draft.text ? write('drafts').put(draft) : write('drafts').delete(draft.room)),
  };
}

/** @returns {Db} */
function passing() {
  return { letters: async () => [], keep() {}, forget() {}, drafts: async () => [], keepDraft() {} };
}
