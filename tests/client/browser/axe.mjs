// axe, as the tests of every view ask it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** That axe finds nothing in the page as it stands. @param {import('./house.mjs').Person} person @param {string} where */
export async function finds(person, where) {
  const devtools = await person.page.context().newCDPSession(person.page);
  const loaded = await person.page.evaluate(() => 'axe' in globalThis);
  if (!loaded) await devtools.send('Runtime.evaluate', { expression: AXE });
  const violations = await person.page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ['violations'] });
    return violations.map(
      (/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html).join(' ')}`,
    );
  });
  assert.deepEqual(violations, [], where);
}
