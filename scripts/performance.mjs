// Draws docs/performance.svg from what scripts/bench has measured, and puts its numbers into the tables of docs/performance.md.
// Usage: node scripts/performance.mjs [results.json]

import { readFile, writeFile } from 'node:fs/promises';

const [source = 'target/bench/results.json'] = process.argv.slice(2);
const { rounds, results } = JSON.parse(await readFile(source, 'utf8'));

/** What is drawn, beside the yardstick that is the limit of one core there. */
const DRAWN = [
  { scenario: 'fanout 1000 1', limit: 'raw', title: '1,000 in a room, 1 message in flight' },
  { scenario: 'fanout 1000 32', limit: 'raw --batched', title: '1,000 in a room, 32 in flight' },
  { scenario: 'fanout 1000 64', limit: 'raw --batched', title: '1,000 in a room, 64 in flight' },
  { scenario: 'rooms 1000 10', limit: 'raw', title: '1,000 rooms of 10, 64 in flight' },
];

/** Who is drawn, from the top. */
const BARS = ['snug', 'axum'];

const find = (scenario, target, metric) =>
  results.find((one) => one.scenario === scenario && one.target === target && one.metric === metric);

/** Three digits of what is small, thousands of what is large. @param {number} value */
function human(value) {
  const digits = value >= 1000 || value === 0 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number with the least and the greatest of all rounds. */
function cell(found) {
  if (!found) return '–';
  const range = found.min < found.max ? ` (${human(found.min)} .. ${human(found.max)})` : '';
  return human(found.median) + range;
}

const WIDTH = 720;
const LEFT = 16;
const SCALE = 520;
const BAR = 18;
const GROUP = 82;
const height = DRAWN.length * GROUP + 40;

/** One scenario: its title, and a bar for each target as a share of the limit. */
function group({ scenario, limit, title }, n) {
  const most = find(scenario, limit, 'deliveries')?.median;
  if (!most) throw new Error(`nothing was measured of ${scenario} on ${limit}: run scripts/bench first`);
  const top = 16 + n * GROUP;
  const bars = BARS.map((target, row) => {
    const { median } = find(scenario, target, 'deliveries') ?? { median: 0 };
    const share = median / most;
    const y = top + 14 + row * (BAR + 5);
    return `<rect class="rail" x="${LEFT}" y="${y}" width="${SCALE}" height="${BAR}" rx="4"/>
<rect class="${target}" x="${LEFT}" y="${y}" width="${(Math.min(share, 1) * SCALE).toFixed(1)}" height="${BAR}" rx="4"/>
<text x="${LEFT + SCALE + 10}" y="${y + 13}">${target} ${Math.round(share * 100)} %</text>`;
  });
  return `<text class="title" x="${LEFT}" y="${top + 6}">${title}: the limit is ${human(most)} deliveries a second</text>\n${bars.join('\n')}`;
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t">
<title id="t">Deliveries a second on one core, as a share of what a program can do that only writes</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #4d4640 }
.title { font-weight: 600 }
.rail { fill: #8882; }
.snug { fill: #b4552d }
.axum { fill: #8a8178 }
@media (prefers-color-scheme: dark) { text { fill: #d8cfc4 } .snug { fill: #e08a55 } }
</style>
${DRAWN.map(group).join('\n')}
<text x="${LEFT}" y="${height - 10}">Each full bar is the raw epoll writer of the same run; medians of ${rounds} interleaved rounds.</text>
</svg>
`;
await writeFile('docs/performance.svg', svg);

/** The tables of the document: a line for each number, a column for each target that was measured. */
function table(scenarios, metrics, targets) {
  const lines = scenarios.flatMap((scenario) =>
    metrics.filter((metric) => find(scenario, targets[0], metric)).map((metric) => {
      const { unit } = find(scenario, targets[0], metric);
      const cells = targets.map((target) => cell(find(scenario, target, metric)));
      return `| ${scenario}: ${metric}${unit ? `, ${unit}` : ''} | ${cells.join(' | ')} |`;
    }),
  );
  return [`| | ${targets.join(' | ')} |`, `|---|${targets.map(() => '---').join('|')}|`, ...lines].join('\n');
}

const TABLES = {
  deliveries: table(
    ['fanout 1000 1', 'fanout 1000 32', 'fanout 1000 64', 'rooms 1000 10', 'paced 1000 500'],
    ['deliveries', 'server time a delivery', 'latency p99', 'bytes of a delivery', 'delivered in time'],
    ['snug', 'raw', 'raw --batched', 'axum'],
  ),
  rest: table(
    ['idle 10000', 'durable 1 1', 'durable 64 1', 'durable 64 64', 'page 10000', 'page 100000', 'start', 'size'],
    [
      'memory of a connection',
      'connects',
      'server busy while idle',
      'acknowledged',
      'acknowledgement p99',
      'pages',
      'page p99',
      'start with a database',
      'start without',
      'binary',
      'idle memory, resident',
    ],
    ['snug'],
  ),
};

let document = await readFile('docs/performance.md', 'utf8');
for (const [name, text] of Object.entries(TABLES)) {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!place.test(document)) throw new Error(`docs/performance.md has no place for ${name}`);
  document = document.replace(place, `$1${text}\n$2`);
}
await writeFile('docs/performance.md', document);
