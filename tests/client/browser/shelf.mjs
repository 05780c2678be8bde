// What a browser keeps of what was last seen.

/** @typedef {import('./house.mjs').Person} Person */

/** Until something stands on the shelf of this browser, or nowhere on it. @param {Person} person @param {string} text @param {boolean} [there] */
export const shelved = (person, text, there = true) =>
  person.page.evaluate(
    async ({ text, there }) => {
      const look = () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('snug');
          opening.onsuccess = () => {
            const asking = opening.result.transaction('shelf').objectStore('shelf').getAll();
            opening.result.close();
            asking.onsuccess = () => resolve(JSON.stringify(asking.result).includes(text));
          };
        });
      while ((await look()) !== there) await new Promise(requestAnimationFrame);
    },
    { text, there },
  );
