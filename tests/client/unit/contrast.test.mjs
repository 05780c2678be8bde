import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const asset = (/** @type {string} */ name) => readFileSync(new URL(`../../../assets/${name}`, import.meta.url), 'utf8');

/** What text needs, and what a border or a lamp needs (WCAG 2.2, 1.4.3 and 1.4.11). */
const TEXT_MIN = 4.5;
const SHAPE_MIN = 3;

/** A colour: linear red, green, blue from 0 to 1, and how much of it covers. @typedef {{rgb: number[], alpha: number}} Colour */

/** `oklch(98% .01 85)` or with `/.5` behind (CSS Color 4, 9.3), cut off at the edges of sRGB. @param {string} css @returns {Colour} */
function colour(css) {
  const found = /^oklch\(([\d.]+)% ([\d.]+) ([\d.]+)(?:\/([\d.]+))?\)$/.exec(css);
  assert.ok(found, css);
  const [light, chroma, hue, alpha = 1] = found.slice(1).map((one) => (one === undefined ? undefined : Number(one)));
  const [L, C, turn] = [Number(light) / 100, Number(chroma), (Number(hue) * Math.PI) / 180];
  const [a, b] = [C * Math.cos(turn), C * Math.sin(turn)];
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
  return { rgb, alpha };
}

/** One colour laid over another, as browsers mix: not in linear light. @param {Colour} over @param {Colour} ground @returns {Colour} */
function laid(over, ground) {
  const shown = (/** @type {number} */ part) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);
  const linear = (/** @type {number} */ part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const mixed = over.rgb.map((part, at) => shown(part) * over.alpha + shown(ground.rgb[at]) * (1 - over.alpha));
  return { rgb: mixed.map(linear), alpha: 1 };
}

/** @param {Colour} one @param {Colour} other */
function contrast(one, other) {
  const bright = (/** @type {Colour} */ { rgb: [r, g, b] }) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [dark, light] = [bright(one), bright(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The two sides of a `light-dark()`, or twice the same. @param {string} value @returns {[Colour, Colour]} */
function sides(value) {
  const found = value.startsWith('light-dark(') ? [...value.matchAll(/oklch\([^)]*\)/g)].map(([one]) => one) : [value, value];
  return [colour(found[0]), colour(found[1])];
}

const tokens = Object.fromEntries(
  [...asset('tokens.css').matchAll(/^ *--([\w-]+):((?:light-dark|oklch)\(.*\));$/gm)].map(([, name, value]) => [
    name,
    sides(value),
  ]),
);

/** What is written or drawn on what; a ground behind `+` lies over the one before it. @type {readonly [string, readonly string[], number][]} */
const PAIRS = [
  ['ink', ['paper', 'hall', 'raise', 'sunk', 'mine', 'glow', 'paper+wash', 'hall+wash', 'paper+halo', 'glow+wash'], TEXT_MIN],
  ['ink2', ['paper', 'hall', 'raise', 'sunk', 'paper+wash', 'hall+wash', 'paper+halo'], TEXT_MIN],
  ['ink3', ['paper', 'hall', 'raise', 'sunk', 'paper+wash', 'hall+wash'], TEXT_MIN],
  ['green', ['paper', 'hall', 'raise', 'mine', 'paper+wash'], TEXT_MIN],
  ['brick', ['paper', 'hall', 'raise', 'paper+wash'], TEXT_MIN],
  ['ember', ['paper', 'hall', 'raise'], TEXT_MIN],
  ['on-green', ['green'], TEXT_MIN],
  ['on-lamp', ['lamp'], TEXT_MIN],
  ['paper', ['brick'], TEXT_MIN],
  ['edge', ['paper', 'hall', 'raise'], SHAPE_MIN],
  ['live', ['hall', 'paper'], SHAPE_MIN],
  ['ember', ['paper', 'hall', 'raise', 'sunk'], SHAPE_MIN],
];

for (const [side, look] of /** @type {const} */ ([
  [0, 'light'],
  [1, 'dark'],
])) {
  test(`every text and every border of a field can be told from its ground (${look})`, () => {
    const poor = PAIRS.flatMap(([name, grounds, least]) =>
      grounds.flatMap((ground) => {
        const [first, ...over] = ground.split('+').map((one) => tokens[one][side]);
        const found = contrast(
          tokens[name][side],
          over.reduce((below, one) => laid(one, below), first),
        );
        return found < least ? [`${name} on ${ground}: ${found.toFixed(2)}`] : [];
      }),
    );
    assert.deepEqual(poor, []);
  });

  test(`every letter can be read in its window, whichever hue that has (${look})`, () => {
    const css = asset('app.css');
    const rule = /^\.arch\{.*?background:(light-dark\(.*?\)\));color:(light-dark\(.*?\)\));$/m.exec(css);
    assert.ok(rule);
    const hues = [...css.matchAll(/\.h\d\{--h:(\d+)\}/g)].map(([, hue]) => hue);
    assert.equal(hues.length, 8);
    for (const hue of hues) {
      const [ground, letter] = rule.slice(1).map((value) => sides(value.replaceAll('var(--h)', hue))[side]);
      assert.ok(contrast(ground, letter) >= TEXT_MIN, `hue ${hue}: ${contrast(ground, letter).toFixed(2)}`);
    }
  });
}

test('black on white is 21, and what is on itself is 1', () => {
  const [black, white] = [colour('oklch(0% 0 0)'), colour('oklch(100% 0 0)')];
  assert.ok(Math.abs(contrast(black, white) - 21) < 0.01);
  assert.equal(contrast(white, white), 1);
});
