import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../../../assets');

/** Which floors a floor may import from, besides itself. @type {Record<string, string[]>} */
const BELOW = {
  core: [],
  words: [],
  vendor: [],
  net: ['core'],
  store: ['core', 'vendor'],
  view: ['core', 'vendor', 'store'],
  '': ['core', 'words', 'vendor', 'net', 'store', 'view'],
};

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));
/** The service worker is no module: it imports nothing, and nothing imports it. */
const modules = files.filter((file) => file.endsWith('.js') && file !== 'sw.js');

/** @param {string} file */
const floorOf = (file) => (file.includes('/') ? file.split('/')[0] : '');

/** @param {string} file */
const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');

/** What a module imports, types left aside. @param {string} file @param {RegExp} [how] @returns {string[]} paths from assets/ */
function importsOf(file, how = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g) {
  const code = read(file).replace(/\/\*[\s\S]*?\*\//g, '');
  const found = [...code.matchAll(how)].map((match) => match[1]);
  for (const one of found) assert.match(one, /^\.\.?\//, `${file} imports ${one}, which is not relative`);
  return found.map((one) => path.join(path.dirname(file), one));
}

/** All that comes with a module: what it imports, and what that imports. @param {string} file @param {Set<string>} [seen] */
function reach(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const other of importsOf(file, /\bfrom\s*['"]([^'"]+)['"]/g)) reach(other, seen);
  return seen;
}

/** The modules that every page needs; build.rs preloads the same ones. */
const atOnce = reach('app.js');

/** The modules that are fetched when they are first shown. */
const later = new Set([
  ...modules.flatMap((file) => importsOf(file, /\bimport\s*\(\s*['"]([^'"]+)['"]/g)),
  // By the name of the language that is spoken.
  ...modules.filter((file) => file.startsWith('words/lazy/')),
]);

test('imports point downward only', () => {
  assert.ok(modules.length > 20);
  for (const file of modules) {
    const allowed = [floorOf(file), ...BELOW[floorOf(file)]];
    for (const other of importsOf(file)) {
      assert.ok(modules.includes(other), `${file} imports ${other}, which is not there`);
      assert.ok(allowed.includes(floorOf(other)), `${file} reaches up to ${other}`);
    }
  }
});

test('core knows no page, no network and no clock', () => {
  const outside =
    /\b(document|window|location|navigator|localStorage|indexedDB|fetch|WebSocket|setTimeout|Date\.now|Math\.random|crypto\.)\b/;
  for (const file of modules.filter((one) => floorOf(one) === 'core')) {
    const code = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    assert.doesNotMatch(code, outside, file);
  }
});

test('no module writes HTML, evaluates text or reaches another host', () => {
  const own = modules.filter((file) => floorOf(file) !== 'vendor');
  for (const file of own) {
    assert.doesNotMatch(
      read(file),
      /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\b|new Function/,
      file,
    );
  }
  for (const file of ['index.html', 'app.css', 'tokens.css'])
    assert.doesNotMatch(read(file), /https?:\/\/|@import|<style|style=|\son\w+=/, file);
});

test('every icon that is used is in the sprite, and every icon in the sprite is used', () => {
  const used = new Set(
    modules.flatMap((file) => [...read(file).matchAll(/<\$\{Icon\} name="([\w-]+)"/g)].map((match) => match[1])),
  );
  const drawn = new Set([...read('icons.svg').matchAll(/<symbol id="([\w-]+)"/g)].map((match) => match[1]));
  assert.deepEqual([...used].sort(), [...drawn].sort());
});

test('views are small', () => {
  for (const file of modules.filter((one) => floorOf(one) === 'view')) {
    assert.ok(read(file).split('\n').length <= 200, `${file} has more than 200 lines`);
  }
});

test('every module is either needed at once or reached by one that is fetched later, and what is fetched later lies in lazy/', () => {
  const reached = new Set([...atOnce, ...[...later].flatMap((file) => [...reach(file)])]);
  assert.deepEqual(modules.filter((file) => !reached.has(file)).sort(), []);
  for (const file of later) assert.match(file, /^(view|words|store)\/lazy\//);
  for (const file of atOnce) assert.doesNotMatch(file, /\/lazy\//);
});

test('build.rs reads the imports of a module line by line, so none is broken up', () => {
  const line = /^(?:import|export) .* from '[^']+';$|^\} from '[^']+';$/gm;
  for (const file of modules.filter((one) => floorOf(one) !== 'vendor')) {
    const found = [...read(file).matchAll(line)].map((match) => match[0].split(" from '")[1].slice(0, -2));
    const paths = found.map((one) => path.join(path.dirname(file), one)).sort();
    assert.deepEqual(paths, importsOf(file, /\bfrom\s*['"]([^'"]+)['"]/g).sort(), file);
  }
});

test('what build.rs takes for comment is comment: no text runs over several lines with one at the start', () => {
  for (const file of modules.filter((one) => floorOf(one) !== 'vendor')) {
    for (const [text] of read(file)
      .replace(/^ *\/\*(?:(?!\*\/)[\s\S])*\*\/$|^ *\/\/.*$|\/\*\*.*?\*\/|\\`/gm, '')
      .matchAll(/`[^`]*`/g)) {
      assert.doesNotMatch(text, /^ *\/[/*]/m, file);
    }
  }
});

test('what is vendored stands there with its licence', () => {
  const licences = read('vendor/LICENSES.txt');
  for (const file of modules.filter((one) => floorOf(one) === 'vendor')) {
    assert.match(licences, new RegExp(`^(?:==== )?${path.basename(file, '.js')}(?:\\.js:)? `, 'm'), file);
  }
});

test('the sprite has nothing but symbols, each drawn by shapes', () => {
  const inside = read('icons.svg').replace(
    /<symbol id="[\w-]+" viewBox="0 0 24 24">((?:<(?:path|circle|line|rect|polyline)\b[^<>]*\/>)+)<\/symbol>\n?/g,
    '',
  );
  assert.match(inside, /^<svg [^>]+>(<!--[^>]+-->)?\n?<\/svg>\s*$/);
});
