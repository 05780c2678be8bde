// All that people read stands in one table a language, and nothing is missing there.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code that is looked through.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import { ago } from '../../../assets/core/ago.js';
import { asRead } from '../../../assets/core/arrows.js';
import { read as decoded } from '../../../assets/core/proto.js';
import { choose, direction, explain, inNumbers, join, say, sayMore, speak } from '../../../assets/core/words.js';
import { WORDS as FIRST } from '../../../assets/words/en.js';
import { WORDS as LATER } from '../../../assets/words/lazy/en.js';

const ROOT = path.resolve(import.meta.dirname, '../../../assets');
const SERVER = path.resolve(import.meta.dirname, '../../../src');

/** @typedef {import('../../../assets/core/words.js').Text} Text */
/** @type {Record<string, Text>} */
const ENGLISH = { ...FIRST, ...LATER };
const LANGUAGES = ['ar', 'de', 'es', 'fr', 'zh'];

const modules = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.js') && !/^(vendor|words)\//.test(file),
);

/** @param {string} file */
const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');

/** What looks like words, and is none that anybody is shown: names of keys, programs and headers, what the server says, in the modules that have them. */
const NO_WORDS = /^(?:Enter|Escape|Arrow(?:Up|Down|Left|Right)|Home|End|Tab|Esc|Delete|Page(?:Up|Down)|Backspace)$/;
/** @type {Record<string, RegExp>} */
const NAMES = {
  'core/agent.js': /^(?:Edge|Opera|Firefox|Chrome|Safari|iPhone|iPad|Android|ChromeOS|Windows|Mac|Linux)$/,
  'view/lazy/keys.js': /^(?:(?:Ctrl|Alt|Shift|Enter|Up|Down|Home|End|Del|F6|[A-Z+/])(?:,? |$))+$/,
  'view/lazy/prefs.js': /^(?:English|Deutsch|Español|Français)$/,
  'view/hall.js': /^snug$/,
  'core/proto.js': /^Someone who left$/,
  'net/http.js': /^(?:Content-Type|X-Snug)$/,
};
/** Attributes whose value is read by machines. */
const MACHINES = /^(?:class|viewBox|d|rel|autocomplete|inputmode|pattern|id|for|type|href|src|accept)$/;
/** Several words, or one that begins like a sentence; `¤` stands for a value that is put in. */
const LIKE_WORDS = /\p{L}[,.:…]? +[\p{L}¤]|¤[,.:…]? +\p{L}|^\p{Lu}\p{Ll}|\p{L}[?!…]$/u;

/** What a module shows without asking the table. @param {string} file @param {string} [code] */
function untranslated(file, code = read(file)) {
  /** @type {string[]} */
  const found = [];
  const tell = (/** @type {any} */ node, /** @type {string} */ text) => {
    if (!NO_WORDS.test(text) && !NAMES[file]?.test(text)) found.push(`${file}:${node.loc.start.line} ${text}`);
  };
  /** @param {any} node @param {string} text @param {any[]} above */
  const literal = (node, text, above) => {
    // Selectors, class names and errors that only a console shows are no words.
    const isQuiet = above.some(
      ({ type, callee, tag }) =>
        /^(?:ThrowStatement|Import|ExportNamed|ExportAll)/.test(type) ||
        (type === 'CallExpression' &&
          /^(?:querySelector(?:All)?|closest|matches|matchMedia|supports|say|import)$/.test(
            callee.property?.name ?? callee.name,
          )) ||
        tag?.name === 'never',
    );
    if (
      !isQuiet &&
      !(text in ENGLISH) &&
      !/^[a-z ]+$|^[.#/[(]|\.js$|^snug[.-]|^(?:file|room|person) ¤|[=;]/.test(text) &&
      LIKE_WORDS.test(text)
    )
      tell(node, text);
  };
  ancestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), {
    Literal(node, _, above) {
      if (typeof node.value === 'string') literal(node, node.value, above);
    },
    TemplateLiteral(node, _, above) {
      const text = node.quasis.map((quasi) => quasi.value.cooked).join('¤');
      if (/** @type {any} */ (above.at(-2)).tag?.name !== 'html') return literal(node, text, above);
      for (const [, name, value] of text.matchAll(/([\w-]+)="([^"]*)"/g)) {
        if (!MACHINES.test(name) && LIKE_WORDS.test(value)) tell(node, value);
      }
      for (const line of text
        .replace(/<[^>]*>/g, '\n')
        .replaceAll('¤', '\n')
        .split('\n')) {
        if (/\p{L}{2}/u.test(line)) tell(node, line.trim());
      }
      return undefined;
    },
  });
  return found;
}

test('no text stands outside the table', () => {
  for (const file of modules) assert.deepEqual(untranslated(file), []);
});

test('a text outside the table is found, wherever it hides', () => {
  for (const code of [
    'html`<p>Hello</p>`',
    'html`<b aria-label="Close it">${x}</b>`',
    "html`<b title=${a ? 'Close' : ''}></b>`",
    "const words = 'Nobody is here';",
    'const text = `${name} left`;',
    "setTrouble('Really?')",
  ])
    assert.equal(untranslated('view/x.js', code).length, 1, code);
});

/** The names that a set of modules asks for. @param {Iterable<string>} files */
const asked = (files) =>
  new Set([...files].flatMap((file) => [...read(file).matchAll(/'([a-z]+\.\w+)'/g)].map((match) => match[1])));

test('every text of the table is asked for somewhere', () => {
  const names = asked(modules);
  const groups = read('vendor/emoji.js');
  const isGroup = (/** @type {string} */ word) => groups.includes(`#${word.replace('emoji.', '')}\n`);
  assert.deepEqual(
    Object.keys(ENGLISH).filter((word) => !names.has(word) && !isGroup(word)),
    [],
  );
});

/** What a module brings along. @param {string} file @param {Set<string>} [seen] */
function reach(file, seen = new Set()) {
  if (seen.has(file) || /^(vendor|words)\//.test(file)) return seen;
  seen.add(file);
  const code = read(file).replace(/\/\*[\s\S]*?\*\//g, '');
  for (const [, other] of code.matchAll(/\bfrom\s*'([^']+)'/g)) reach(path.join(path.dirname(file), other), seen);
  return seen;
}

test('the first load and the door have their words at once, and no others', () => {
  const names = asked(new Set(['app.js', 'view/lazy/door.js', 'view/lazy/welcome.js'].flatMap((file) => [...reach(file)])));
  assert.deepEqual(
    Object.keys(FIRST).filter((word) => !names.has(word)),
    [],
  );
  assert.deepEqual(
    Object.keys(LATER).filter((word) => names.has(word)),
    [],
  );
});

/** What is put into a text. @param {Text} text */
function holes(text) {
  const forms = typeof text === 'string' ? [text] : Object.values(text);
  return [...new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((match) => match[1])))].sort();
}

/** Refusals that only a program can cause: whoever sees one sees the server's own words. */
const OF_PROGRAMS =
  /^(?:bad_request|unknown_op|hello_first|greeted_already|not_found|target_too_long|method_not_allowed|head_too_large|unknown_\w+|expectation_failed|upgrade_required|foreign_\w+|precondition_failed|range_not_satisfiable|wrong_type|length_required|https_only)$/;

/** The codes of all refusals, as the server's source has them. */
function refusals() {
  const [, codes] = /pub enum Code \{([\s\S]*?)\n\}/.exec(readFileSync(path.join(SERVER, 'protocol/error.rs'), 'utf8')) ?? [
    '',
    '',
  ];
  const told = [...codes.matchAll(/^ {4}(\w+),$/gm)].map((match) => match[1].replace(/(?!^)[A-Z]/g, '_$&').toLowerCase());
  const files = readdirSync(SERVER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rs'));
  const answered = files.flatMap((file) => [
    ...readFileSync(path.join(SERVER, file), 'utf8').matchAll(/\(\s*[45]\d\d,\s*"([a-z_]+)"/g),
  ]);
  return [...new Set([...told, ...answered.map((match) => match[1])])].filter((code) => !OF_PROGRAMS.test(code));
}

for (const language of LANGUAGES) {
  test(`nothing is missing in ${language}`, async () => {
    /** @type {{WORDS: Record<string, Text>}} */
    const { WORDS } = await import(`../../../assets/words/lazy/${language}.js`);
    const errors = refusals().map((code) => `error.${code}`);
    assert.ok(errors.length > 40);
    assert.deepEqual(Object.keys(WORDS).sort(), [...Object.keys(ENGLISH), ...errors].sort());
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [word, text] of Object.entries(WORDS)) {
      if (word in ENGLISH) assert.deepEqual(holes(text), holes(ENGLISH[word]), word);
      else
        assert.ok(
          holes(text).every((hole) => hole === 'span'),
          word,
        );
      for (const form of typeof text === 'string' ? [text] : Object.values(text)) assert.ok(form.trim(), word);
      if (typeof text === 'string') continue;
      assert.ok(text.other, word);
      for (const form of Object.keys(text)) assert.ok(pluralCategories.includes(/** @type {any} */ (form)), `${word} ${form}`);
    }
  });
}

test('the language is the first that is wished for and known, with the region that is wished for', () => {
  assert.equal(choose(['de-AT', 'en'], ['de', 'en']), 'de-AT');
  assert.equal(choose(['', 'pt', 'es-MX'], ['en', 'es']), 'es-MX');
  assert.equal(choose(['pt'], ['en', 'es']), 'en');
  assert.deepEqual(['ar', 'ar-EG', 'he', 'de', 'arn'].map(direction), ['rtl', 'rtl', 'rtl', 'ltr', 'ltr']);
});

test('values are put in as the language writes them: numbers, plurals, names that run the other way', async () => {
  speak('de', { 'room.here': { one: '{n} ist hier', other: '{n} sind hier' }, 'hall.you': 'Du' });
  assert.equal(say('room.here', { n: 1 }), '1 ist hier');
  assert.equal(say('room.here', { n: 1234 }), '1.234 sind hier');
  assert.equal(inNumbers(0.5), '0,5');
  assert.equal(join(['A', 'B', 'C']), 'A, B und C');
  assert.equal(say('hall.title'), 'hall.title');
  assert.equal(asRead('ArrowLeft'), 'ArrowLeft');
  assert.equal(explain('archived', 'As the server says.', {}), 'As the server says.');
  speak('ar', { 'quiet.join': 'انضم: {who}', 'error.muted': 'كُتم صوتك {span}' }, async () => ({ WORDS: { 'hall.you': 'أنت' } }));
  assert.equal(say('quiet.join', { who: 'Bea' }), 'انضم: \u2068Bea\u2069');
  assert.equal(explain('muted', 'As the server says.', { span: '3' }), 'كُتم صوتك 3');
  assert.equal(asRead('ArrowLeft'), 'ArrowRight');
  await sayMore();
  assert.equal(say('hall.you'), 'أنت');
  speak('en', FIRST);
  assert.equal(join(['A', 'عمر']), 'A and \u2068عمر\u2069');
});

test('whoever has left is called so in the language that is spoken, and a text that says so stays', () => {
  const frame = { ev: 'entry', by: { id: 3, name: 'Someone who left' }, text: 'Someone who left' };
  speak('de', { 'names.left': 'Jemand von früher' });
  assert.deepEqual(decoded(JSON.stringify(frame)), { ...frame, by: { id: 3, name: 'Jemand von früher' } });
  speak('en', FIRST);
  assert.deepEqual(decoded(JSON.stringify(frame)), frame);
  const rust = readFileSync(path.join(SERVER, 'protocol/name.rs'), 'utf8');
  assert.match(rust, new RegExp(`LEFT_NAME: &str = "${frame.by.name}"`), 'the server’s words');
});

test('how long ago something was is said in the language that is spoken', () => {
  speak('de', {});
  assert.equal(ago(0, 3 * 3_600_000), 'vor 3 Stunden');
  speak('en', FIRST);
  assert.equal(ago(0, 3 * 3_600_000), '3 hours ago');
});
