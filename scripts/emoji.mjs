// Makes assets/vendor/emoji.js from an unpacked `emojibase-data` (npm pack emojibase-data):
//
//   node scripts/emoji.mjs path/to/emojibase-data/package
//
// One emoji a line: itself, its short codes, and its name where the first code does not say the same. Left out are skin
// tones and hair, parts of others, what is drawn only on newer devices, and men and women where there is a person.

import { readFileSync, writeFileSync } from 'node:fs';

/** The newest version of Unicode's emojis that most devices draw. */
const VERSION_MAX = 15;
const GROUPS = ['Faces', 'People', '', 'Nature', 'Food', 'Places', 'Doing', 'Things', 'Signs', 'Flags'];

const from = process.argv[2];
const read = (path) => JSON.parse(readFileSync(`${from}/${path}`, 'utf8'));
const { version } = read('package.json');
const all = read('en/data.json').filter((one) => one.group !== undefined && GROUPS[one.group] && one.version <= VERSION_MAX);
const codes = read('en/shortcodes/github.json');
const plain = (label) => label.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '');

const lines = [];
for (const [index, group] of GROUPS.entries()) {
  const ones = all.filter((one) => one.group === index && !/^(man|woman|men|women)[ :]/.test(one.label.replace(/^(man|woman)$/, '')));
  if (ones.length > 0) lines.push(`#${group}`);
  for (const one of ones.sort((a, b) => a.order - b.order)) {
    const short = [codes[one.hexcode] ?? plain(one.label)].flat();
    const name = one.label.replace(/^flag: /, '');
    const emoji = /^\p{Emoji_Presentation}\uFE0F$/u.test(one.emoji) ? one.emoji.slice(0, -1) : one.emoji;
    lines.push(plain(name) === short[0] ? [emoji, ...short].join(' ') : `${[emoji, ...short].join(' ')}|${name.toLowerCase()}`);
  }
}
writeFileSync(
  'assets/vendor/emoji.js',
  `// Made by scripts/emoji.mjs from emojibase-data ${version} (MIT, see LICENSES.txt), which holds Unicode's data. Do not edit.\nexport const TABLE = \`${lines.join('\n')}\`;\n`,
);
