// Counts which lines of the client run in the browser tests. Loaded ahead of them (`node --import`) by scripts/coverage:
// every page that playwright-core's Chromium opens counts from its start to its closing, and leaves V8's counts in
// BROWSER_COVERAGE in the form in which node itself writes them, with the addresses of the assets as paths in this repository.
// What a service worker hands out is what was built, which has other places than the source, and is not counted.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const directory = process.env.BROWSER_COVERAGE;
const assets = new URL('../assets/', import.meta.url).href;
const { chromium } = createRequire(new URL('../tests/client/package.json', import.meta.url))('playwright-core');

/** Counts written by this process so far; part of their files' names. */
let written = 0;

/** Puts `before` ahead of the method `name` of `object`. */
function ahead(object, name, before) {
  const method = object[name].bind(object);
  object[name] = async (...args) => {
    await before();
    return method(...args);
  };
}

/** Lets `after` see what the method `name` of `object` gives, before anyone else does. */
function behind(object, name, after) {
  const method = object[name].bind(object);
  object[name] = async (...args) => {
    const result = await method(...args);
    await after(result);
    return result;
  };
}

/** Whether this is the module as it stands in the source. */
const isSource = (path, source) => existsSync(new URL(path, assets)) && readFileSync(new URL(path, assets), 'utf8') === source;

async function watchPage(page) {
  let counts = false;
  const begin = async () => {
    await page.coverage.startJSCoverage({ resetOnNavigation: false });
    counts = true;
  };
  const save = async () => {
    if (!counts) return;
    counts = false;
    // A page that crashed or was closed by itself has nothing left to tell.
    const scripts = await page.coverage.stopJSCoverage().catch(() => []);
    const result = scripts.flatMap(({ scriptId, url, source, functions }) => {
      const [, path] = new URL(url || 'about:blank').pathname.match(/^\/assets\/[^/]+\/(.*\.js)$/) ?? [];
      return path && isSource(path, source) ? [{ scriptId, url: assets + path, functions }] : [];
    });
    writeFileSync(join(directory, `coverage-browser-${process.pid}-${++written}.json`), JSON.stringify({ result }));
  };
  await begin();
  // With the document V8 forgets its counts.
  for (const away of ['goto', 'reload', 'goBack']) ahead(page, away, () => save().then(begin));
  ahead(page, 'close', save);
  return save;
}

async function watchContext(context) {
  const saves = [];
  behind(context, 'newPage', async (page) => saves.push(await watchPage(page)));
  const saveAll = () => Promise.all(saves.map((save) => save()));
  ahead(context, 'close', saveAll);
  return saveAll;
}

if (directory) {
  behind(chromium, 'launch', async (browser) => {
    const saves = [];
    behind(browser, 'newContext', async (context) => saves.push(await watchContext(context)));
    ahead(browser, 'close', () => Promise.all(saves.map((save) => save())));
  });
}
