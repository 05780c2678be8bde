import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const ROOT = path.resolve(import.meta.dirname, '../../../assets');

/** Which floors a floor may import from, besides itself. @type {Record<string, string[]>} */
const BELOW = {
  core: [],
  vendor: [],
  net: ['core'],
  store: ['core', 'vendor'],
  view: ['core', 'vendor', 'store'],
  '': ['core', 'vendor', 'net', 'store', 'view'],
};

/** How large the first load may be, compressed, in bytes. */
const FIRST_LOAD_BYTES_MAX = 60_000;

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));
const modules = files.filter((file) => file.endsWith('.js'));

/** @param {string} file */
const floorOf = (file) => (file.includes('/') ? file.split('/')[0] : '');

/** @param {string} file */
const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');

/** What a module imports, types left aside. @param {string} file @returns {string[]} paths from assets/ */
function importsOf(file) {
  const code = read(file).replace(/\/\*[\s\S]*?\*\//g, '');
  const found = [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g)].map((match) => match[1]);
  for (const one of found) assert.match(one, /^\.\.?\//, `${file} imports ${one}, which is not relative`);
  return found.map((one) => path.join(path.dirname(file), one));
}

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

test('the first load, compressed, is at most 60 kB', (context) => {
  const loaded = files.filter((file) => !file.endsWith('.txt') && !file.endsWith('.d.ts'));
  const bytes = loaded.reduce((sum, file) => sum + brotliCompressSync(readFileSync(path.join(ROOT, file))).length, 0);
  context.diagnostic(`${loaded.length} files, ${bytes} bytes`);
  assert.ok(bytes <= FIRST_LOAD_BYTES_MAX, `${bytes} bytes`);
});
