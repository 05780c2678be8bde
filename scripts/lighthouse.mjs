// Lighthouse on the door and on a room of a furnished house, as a phone meets them; exits with 1 where a score is too low.
// Usage: node scripts/lighthouse.mjs <path of the snug binary>; `lighthouse` stands on the path (scripts/lighthouse sees to that).

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CHROMIUM, chromium, furnished } from './furnished.mjs';

/** The least that each is worth, of 100. */
const LEAST = { performance: 95, accessibility: 100, 'best-practices': 100 };

const run = promisify(execFile);

/** A port that nobody listens on. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The scores of one page, for whoever has these cookies, and what is short of a full one. */
async function scores(url, cookies) {
  const profile = await mkdtemp(join(tmpdir(), 'snug-lighthouse-'));
  const port = await freePort();
  const args = [...CHROMIUM.args, `--remote-debugging-port=${port}`];
  const context = await chromium.launchPersistentContext(profile, { ...CHROMIUM, args });
  try {
    await context.addCookies(cookies);
    const flags = [`--port=${port}`, '--output=json', '--quiet', '--disable-storage-reset', `--only-categories=${Object.keys(LEAST)}`];
    const { stdout } = await run('lighthouse', [url, ...flags], { maxBuffer: 1 << 28 });
    const { categories, audits } = JSON.parse(stdout);
    return Object.entries(categories).map(([name, { score, auditRefs }]) => ({
      name,
      score: Math.round(score * 100),
      short: auditRefs.filter(({ id, weight }) => weight > 0 && (audits[id].score ?? 1) < 1).map(({ id }) => `${id} ${audits[id].displayValue ?? ''}`.trim()),
    }));
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

await furnished(process.argv[2], async ({ origin, people, rooms }) => {
  const cookies = await people.Rosa.page.context().cookies();
  for (const [place, url, held] of [
    ['the door', `${origin}/`, []],
    ['a room', `${origin}/#${rooms['Kitchen table']}`, cookies],
  ])
    for (const { name, score, short } of await scores(url, held)) {
      console.log(`${place}: ${name} ${score}${short.length > 0 ? ` (${short.join(', ')})` : ''}`);
      if (score < LEAST[name]) process.exitCode = 1;
    }
});
