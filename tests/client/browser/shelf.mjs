// What a browser keeps.

/** @typedef {import('./house.mjs').Person} Person */

/**
 * Does one thing to a store of this browser's database.
 * @param {Person} person @param {'shelf' | 'files'} store @param {'getAll' | 'count' | 'clear'} what @returns {Promise<any>} what that gives
 */
const kept = (person, store, what) =>
  person.page.evaluate(
    ({ store, what }) =>
      new Promise((resolve) => {
        const opening = indexedDB.open('snug');
        opening.onsuccess = () => {
          const asked = opening.result.transaction(store, 'readwrite');
          const asking = asked.objectStore(store)[what]();
          asked.oncomplete = () => resolve(asking.result);
          opening.result.close();
        };
      }),
    { store, what },
  );

/** Until something stands on the shelf of this browser, or nowhere on it. @param {Person} person @param {string} text @param {boolean} [there] */
export async function shelved(person, text, there = true) {
  while (JSON.stringify(await kept(person, 'shelf', 'getAll')).includes(text) !== there);
}

/** Until so many files are kept in this browser. @param {Person} person @param {number} count */
export async function keepsFiles(person, count) {
  while ((await kept(person, 'files', 'count')) !== count);
}

/** The browser loses all files that it keeps. @param {Person} person */
export const losesFiles = (person) => kept(person, 'files', 'clear');
