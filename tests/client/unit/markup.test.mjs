import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmojis, parse, plain } from '../../../assets/core/markup.js';

/** @typedef {import('../../../assets/core/markup.js').Inline} Inline */
/** @typedef {import('../../../assets/core/markup.js').Block} Block */

/** A tree in short: `b(..)`, `i(..)`, `c(..)`, `a(..)`, `@(..)`, `pre(..)`, `q(..)`, `ul(..|..)`, `ol(1..|2..)`. @param {readonly (Block | Inline)[]} tree @returns {string} */
const short = (tree) =>
  tree
    .map((one) => {
      switch (one.type) {
        case 'words':
          return short(one.kids);
        case 'quote':
          return `q(${short(one.kids)})`;
        case 'list':
          return `${one.numbered ? 'ol' : 'ul'}(${one.items.map((item) => `${item.number ?? ''}${short(item.kids)}`).join('|')})`;
        case 'block':
          return `pre(${one.text})`;
        case 'bold':
          return `b(${short(one.kids)})`;
        case 'italic':
          return `i(${short(one.kids)})`;
        case 'code':
          return `c(${one.text})`;
        case 'link':
          return `a(${one.href})`;
        case 'tag':
          return `@${one.me ? '!' : ''}(${one.name})`;
        default:
          return one.text;
      }
    })
    .join('');

/** @param {readonly Block[]} tree @returns {string[]} */
const words = (tree) =>
  tree.flatMap((one) => {
    if (one.type === 'list') return one.items.flatMap((item) => words(item.kids));
    if (one.type === 'quote') return words(one.kids);
    return one.type === 'block' ? [one.text] : flat(one.kids);
  });

/** @param {readonly Inline[]} kids @returns {string[]} */
const flat = (kids) =>
  kids.flatMap((one) => {
    if ('kids' in one) return flat(one.kids);
    return one.type === 'tag' ? `@${one.name}` : one.text;
  });

/** @type {[string, string][]} */
const CASES = [
  ['plain', 'plain'],
  ['**bold** and *slanted* and _slanted_', 'b(bold) and i(slanted) and i(slanted)'],
  ['**bold with *slanted* inside**', 'b(bold with i(slanted) inside)'],
  ['*slanted with **bold** inside*', 'i(slanted with b(bold) inside)'],
  ['`code *stays* <b>as</b> it is`', 'c(code *stays* <b>as</b> it is)'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['snake_case_name', 'snake_case_name'],
  ['*open', '*open'],
  ['**open', '**open'],
  ['**', '**'],
  ['****', '****'],
  ['`open', '`open'],
  ['``', '``'],
  ['a\nb', 'a\nb'],
  ['```\nlet a = 1;\n\n  b();\n```', 'pre(let a = 1;\n\n  b();)'],
  ['```js\nlet a;\n```\nafter', 'pre(let a;)after'],
  ['```one line```', 'pre(one line)'],
  ['```not a language\nx\n```', '```not a language\nx\n```'],
  ['```\nnever closed', '```\nnever closed'],
  ['> said\n> more\nanswer', 'q(said\nmore)answer'],
  ['> > deep', 'q(q(deep))'],
  ['>', '>'],
  ['5 > 3', '5 > 3'],
  ['- bread\n- *good* butter', 'ul(bread|i(good) butter)'],
  ['Bring:\n* bread\n• butter\nand go', 'Bring:ul(bread|butter)and go'],
  ['- a radio\n  - its batteries\n    four of them\n- chairs', 'ul(a radioul(its batteries\nfour of them)|chairs)'],
  ['3. third\n4) fourth\n9. last', 'ol(3third|4fourth|9last)'],
  ['- one\n1. two', 'ul(one)ol(1two)'],
  ['- look:\n  ```\n  code\n    deeper\n  ```', 'ul(look:pre(code\n  deeper))'],
  ['> - said', 'q(ul(said))'],
  ['-5 degrees', '-5 degrees'],
  ['- ', '- '],
  ['1.5 l', '1.5 l'],
  ['20266. no year', '20266. no year'],
  ['- - - - - - x', 'ul(ul(ul(ul(- - x))))'],
  ['see https://example.org/a?b=c#d.', 'see a(https://example.org/a?b=c#d).'],
  ['(https://example.org/bread)', '(a(https://example.org/bread))'],
  ['https://example.org/bread(1)', 'a(https://example.org/bread(1))'],
  ['HTTP://EXAMPLE.ORG', 'a(http://example.org/)'],
  ['mailto:bea@example.org', 'a(mailto:bea@example.org)'],
  ['xhttps://example.org', 'xhttps://example.org'],
  ['https://', 'https://'],
  ['http://[', 'http://['],
  ['javascript:alert(1)', 'javascript:alert(1)'],
  ['data:text/html,<script>', 'data:text/html,<script>'],
  ['vbscript:x file:///etc/passwd ftp://x', 'vbscript:x file:///etc/passwd ftp://x'],
  ['@Tomasz hello', '@(Tomasz) hello'],
  ['@rosa, look', '@!(rosa), look'],
  ['@Noor Haddad!', '@(Noor Haddad)!'],
  ['@Noor Haddadi', '@(Noor) Haddadi'],
  ['mail bea@example.org', 'mail bea@example.org'],
  ['@', '@'],
  ['@ x', '@ x'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
];

for (const [text, tree] of CASES) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.equal(short(parse(text, { me: 'Rosa', names: ['Noor Haddad'] })), tree);
  });
}

test('whatever is typed, no letter of it is lost but marks, and links lead to http, https or mailto only', () => {
  const bits = [
    '*',
    '**',
    '_',
    '`',
    '```',
    '\n',
    '> ',
    '- ',
    '1. ',
    '@',
    'a',
    ' ',
    'http://x.y',
    'javascript:',
    '<b>',
    '😀',
    '(',
    ')',
    'mailto:a@b',
  ];
  let seed = 7;
  const next = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return bits[seed % bits.length];
  };
  const bare = (/** @type {string} */ text) => text.replace(/[*_`>\s-]|1\./g, '');
  for (let round = 0; round < 5000; round += 1) {
    const text = Array.from({ length: 12 }, next).join('');
    const tree = parse(text);
    assert.equal(bare(words(tree).join('')), bare(text).replaceAll('```', ''), text);
    for (const href of JSON.stringify(tree).matchAll(/"href":"([^"]*)"/g)) assert.match(href[1], /^(https?:\/\/|mailto:)/);
  }
});

test('hostile text costs no more than a few times what plain text costs', () => {
  const cost = (/** @type {string} */ text) => {
    let steps = 0;
    const counting = new Proxy(RegExp.prototype.exec, {
      apply: (exec, self, args) => {
        steps += 1;
        return Reflect.apply(exec, self, args);
      },
    });
    const exec = RegExp.prototype.exec;
    RegExp.prototype.exec = counting;
    try {
      parse(text, { me: 'Rosa' });
    } finally {
      RegExp.prototype.exec = exec;
    }
    return steps;
  };
  for (const bit of [
    '*',
    '**',
    '*a',
    '_a ',
    '`',
    '`a',
    '@',
    '@a',
    '> ',
    '>',
    'http://',
    '*a _b **c ',
    '[',
    '```\n',
    '- ',
    '- a\n',
    '  - a\n',
    '1. ',
  ]) {
    const text = bit.repeat(Math.floor(8000 / bit.length));
    assert.ok(cost(text) < 200_000, `${JSON.stringify(bit)} repeated takes ${cost(text)} steps`);
  }
});

test('a message of a few emojis and nothing else is one', () => {
  for (const text of ['🍞', '❤️', '👍🏽 🇩🇪', '👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🎉🎉🎉']) assert.ok(isEmojis(text), text);
  for (const text of ['', '1', '#', 'a🍞', '🍞.', '🍞'.repeat(19)]) assert.ok(!isEmojis(text), text);
});

test('three stars are bold and italic, and what does not close stays', () => {
  assert.equal(short(parse('***both*** and *one*')), 'b(i(both)) and i(one)');
  assert.equal(short(parse('***open')), '***open');
});

test('empty lines around a list, a quote or code are not part of the words beside it', () => {
  const tree = parse('Before\n\n- one\n- two\n\n> said\n\n  after\n\n\nand after  ');
  assert.deepEqual(words(tree), ['Before', 'one', 'two', 'said', '  after\n\n\nand after  ']);
});

test('in one line a message has its words and none of its marks', () => {
  const typed = '**Bring** the *good* `butter`, @Rosa\n- and\n- bread\n\n> she said\n```\nlet it = 1\n```\nhttps://snug.example/';
  assert.equal(
    plain(parse(typed, { names: ['Rosa'] })),
    'Bring the good butter, @Rosa and bread she said let it = 1 https://snug.example/',
  );
});

test('who is marked as called is called: what the server takes for code is code here, too', () => {
  for (const text of [
    '```x```\n@Bea',
    '```\n@Bea',
    'it`s ready @Bea',
    '```not a language\n@Bea\n```',
    '```\n```\n@Bea',
    '`` @Bea',
  ])
    assert.match(short(parse(text, { me: 'Bea' })), /@!\(Bea\)/, text);
  for (const text of ['`@Bea`', '```\n@Bea\n```', '```rust\n@Bea\n```', '```@Bea```'])
    assert.doesNotMatch(short(parse(text, { me: 'Bea' })), /@!/, text);
});
