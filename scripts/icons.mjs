// Draws the icons of the installed app, assets/icons/, from assets/mark.svg.
// Usage: node scripts/icons.mjs [path of Chromium]

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../tests/client/package.json', import.meta.url))('playwright-core');
const assets = new URL('../assets/', import.meta.url);
const icons = new URL('icons/', assets);

/** The mark's own size. */
const [WIDTH, HEIGHT] = [34, 40];

/** The light of the hall, as in tokens.css: the ground where a system cuts the icon to a shape of its own. */
const GROUND = '#f0e9dd';

/** Name, pixels, and how much of the height the mark takes: the middle four fifths are never cut off. */
const pictures = [
  { name: '180.png', size: 180, part: 0.62, ground: GROUND },
  { name: '192.png', size: 192, part: 1 },
  { name: '512.png', size: 512, part: 1 },
  { name: 'maskable.png', size: 512, part: 0.54, ground: GROUND },
];

const shapes = readFileSync(new URL('mark.svg', assets), 'utf8').replace(/^<svg[^>]*>|<\/svg>\s*$/g, '');

/** The mark in the middle of a square. @param {number} part @param {string} [ground] */
function square(part, ground) {
  const side = HEIGHT / part;
  const box = [(WIDTH - side) / 2, (HEIGHT - side) / 2, side, side].map((one) => Number(one.toFixed(3))).join(' ');
  const [x, y, size] = box.split(' ');
  const below = ground ? `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="${ground}"/>` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${below}${shapes}</svg>`;
}

mkdirSync(icons, { recursive: true });
writeFileSync(new URL('mark.svg', icons), square(1));
const executablePath = process.argv[2] ?? process.env.SNUG_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
for (const { name, size, part, ground } of pictures) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${square(part, ground)}`);
  writeFileSync(new URL(name, icons), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
