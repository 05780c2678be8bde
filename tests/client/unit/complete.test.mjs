import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, matching, wrapped } from '../../../assets/core/complete.js';
import { byCode, drawn, read, search } from '../../../assets/core/emoji.js';
import { nextRegion } from '../../../assets/core/regions.js';
import { composerKey, pageKey } from '../../../assets/core/shortcuts.js';
import { TABLE } from '../../../assets/vendor/emoji.js';

const GROUPS = read(TABLE);
const ALL = GROUPS.flatMap((group) => group.emojis);
const KEY = { key: '', altKey: false, shiftKey: false, ctrlKey: false, metaKey: false, isComposing: false, keyCode: 0 };

test('a name or an emoji begins at its mark, and nowhere inside a word, an address or a time', () => {
  /** @type {[string, string | null][]} */
  const cases = [
    ['@ro', '@ro'],
    ['hello @ro', '@ro'],
    ['(@Rosa L', '@Rosa L'],
    ['@Zoë', '@Zoë'],
    [':he', ':he'],
    ['well :+1', ':+1'],
    ['@', '@'],
    ['and @', '@'],
    ['a@', null],
    ['@Rosa ', null],
    ['rosa@home', null],
    [':h', null],
    ['10:30', null],
    ['http://ab', null],
    ['@ro\nsa', null],
    ['::he', null],
  ];
  for (const [text, mark] of cases) {
    const found = begun(text, text.length);
    assert.equal(found && found.mark + found.word, mark, text);
    if (found) assert.equal(text.slice(found.from), mark);
  }
  assert.equal(begun(`${'x '.repeat(4000)}@ro`, 8003)?.from, 8000);
});

test('people are found by the start of any of their names, without accents and capitals', () => {
  const people = ['Lee Zoe', 'Zoë Ito', 'Mazoe', 'Rosa Lee'].map((name) => ({ name }));
  const names = (/** @type {string} */ word) => matching(people, word, 8).map((person) => person.name);
  assert.deepEqual(names('zoe'), ['Zoë Ito', 'Lee Zoe']);
  assert.deepEqual(names('LEE'), ['Lee Zoe', 'Rosa Lee']);
  assert.deepEqual(names('rosa l'), ['Rosa Lee']);
  assert.deepEqual(names('x'), []);
  assert.equal(matching(people, '', 2).length, 2);
});

test('emojis have names and codes, are found by them, and no two share a code', () => {
  assert.ok(ALL.length > 1200 && ALL.length < 1900, String(ALL.length));
  assert.deepEqual(
    GROUPS.map((group) => group.name),
    ['Faces', 'People', 'Nature', 'Food', 'Places', 'Doing', 'Things', 'Signs', 'Flags'],
  );
  assert.equal(search(ALL, 'heart', 8)[0].emoji, '❤️');
  assert.ok(search(ALL, 'tears', 8).some((one) => one.emoji === '😂'));
  assert.equal(search(ALL, 'brea', 8)[0].emoji, '🍞', 'the shortest name first');
  assert.equal(search(ALL, '', 8).length, 0);
  const codes = ALL.flatMap((one) => one.codes);
  assert.equal(new Set(codes).size, codes.length);
});

test('a code that was typed becomes its emoji, but not in code and not inside a word', () => {
  const known = byCode(GROUPS);
  assert.equal(drawn('so :heart: and :Heart:!', known), 'so ❤️ and ❤️!');
  for (const text of ['`:heart:`', '```\n:heart:\n```', 'x:heart:', '10:100:20', ':no_such_thing:', ': heart:'])
    assert.equal(drawn(text, known), text);
  for (const mark of [':', '`', '```', ':a', '`:heart']) drawn(mark.repeat(8000 / mark.length), known);
});

test('a mark goes around what is selected, and off again', () => {
  const turn = (/** @type {string} */ text, /** @type {number} */ start, /** @type {number} */ end, mark = '**') => {
    const done = wrapped(text, start, end, mark);
    const whole = text.slice(0, done.from) + done.put + text.slice(done.to);
    return [whole, whole.slice(done.start, done.end)];
  };
  assert.deepEqual(turn('a word here', 2, 6), ['a **word** here', 'word']);
  assert.deepEqual(turn('a word here', 2, 7), ['a **word** here', 'word']);
  assert.deepEqual(turn('a **word** here', 4, 8), ['a word here', 'word']);
  assert.deepEqual(turn('', 0, 0, '_'), ['__', '']);
});

test('keys of the composer and of the page do what the list of keys says', () => {
  const key = (/** @type {Partial<typeof KEY>} */ more) => ({ ...KEY, ...more });
  assert.equal(composerKey(key({ key: 'b', ctrlKey: true }), false), 'bold');
  assert.equal(composerKey(key({ key: 'I', metaKey: true }), true), 'italic');
  assert.equal(composerKey(key({ key: 'i', ctrlKey: true, shiftKey: true }), false), 'type');
  assert.equal(composerKey(key({ key: 'b' }), false), 'type');
  assert.deepEqual(pageKey(key({ key: '/', ctrlKey: true })), { do: 'keys' });
  assert.deepEqual(pageKey(key({ key: '/', ctrlKey: true, shiftKey: true })), { do: 'keys' });
  assert.deepEqual(pageKey(key({ key: 'F6' })), { do: 'region', by: 1 });
  assert.deepEqual(pageKey(key({ key: 'F6', shiftKey: true })), { do: 'region', by: -1 });
  assert.equal(nextRegion([true, true, true], 2, 1), 0);
  assert.equal(nextRegion([false, true, true], 1, -1), 2);
  assert.equal(nextRegion([true, true, true], -1, 1), 0);
  assert.equal(nextRegion([true, true, true], -1, -1), 2);
  assert.equal(nextRegion([false, false], -1, 1), -1);
});
