import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { openHouse } from './house.mjs';
import { keepsFiles, losesFiles } from './shelf.mjs';

const house = await openHouse({ SNUG_FILE_BYTES: '3000000' });

const CRC = Array.from({ length: 256 }, (_, n) => {
  let sum = n;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum >>> 0;
});

/** @param {string} kind @param {Buffer} data */
function chunk(kind, data) {
  const named = Buffer.concat([Buffer.from(kind), data]);
  let sum = 0xffffffff;
  for (const byte of named) sum = (CRC[(sum ^ byte) & 255] ^ (sum >>> 8)) >>> 0;
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE((sum ^ 0xffffffff) >>> 0, 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** A picture of one colour. @param {number} width @param {number} height */
function picture(width, height) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3), 180);
  for (let y = 0; y < height; y += 1) rows[y * (1 + width * 3)] = 0;
  const parts = [
    chunk('IHDR', head),
    chunk('tEXt', Buffer.from('Comment\0taken at home')),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** @param {import('./house.mjs').Person} person @param {{name: string, mimeType: string, buffer: Buffer}[]} files */
const chooses = (person, files) => person.page.locator('input[type=file]').setInputFiles(files);

const PNG = { name: 'loaf.png', mimeType: 'image/png', buffer: picture(800, 600) };
const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('butter\nradio\n') };

/** Until all files are there. @param {import('./house.mjs').Person} person @param {number} count */
const ready = (person, count) =>
  person.page.waitForFunction(
    (wanted) => [...document.querySelectorAll('.attached small')].filter((one) => one.textContent === 'Ready').length === wanted,
    count,
  );

test('several files go with a message; a picture keeps its room before it loads and is looked at closely', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await bea.page.emulateMedia({ reducedMotion: 'reduce' });
  /** @type {((value?: unknown) => void)} */
  let letGo = () => {};
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await bea.page.route('**/loaf.png', (route) => held.then(() => route.continue()));
  await chooses(rosa, [PNG, NOTES]);
  await ready(rosa, 2);
  await rosa.say('out of the oven');
  await rosa.say('and below it');
  await bea.sees('and below it');
  const shot = bea.message('out of the oven').getByRole('img', { name: 'loaf.png' });
  const isThere = () => shot.evaluate((/** @type {any} */ img) => img.complete && img.naturalWidth > 0);
  const places = async () => [await shot.boundingBox(), await bea.message('and below it').boundingBox()];
  assert.equal(await isThere(), false);
  const before = await places();
  letGo();
  await shot.evaluate((/** @type {any} */ img) => img.decode());
  assert.equal(await isThere(), true);
  assert.deepEqual(await places(), before);
  const [box] = before;
  assert.ok(box && Math.abs(box.width / box.height - 4 / 3) < 0.02, JSON.stringify(box));
  assert.equal(await rosa.page.locator('.attached').count(), 0);
  await shot.click();
  await bea.page.getByRole('dialog', { name: 'loaf.png' }).waitFor();
  await bea.page.keyboard.press('Escape');
  const paper = bea.message('out of the oven').getByRole('link', { name: /notes\.txt/ });
  const [download] = await Promise.all([bea.page.waitForEvent('download'), paper.click()]);
  assert.equal(download.suggestedFilename(), 'notes.txt');
});

test('a paste or a drop shows what it brings, sends nothing, and can be taken back', async () => {
  const rosa = await house.person('Rosa');
  await rosa.opens('Pasting');
  for (const kind of ['paste', 'drop']) {
    await rosa.page.evaluate((how) => {
      const data = new DataTransfer();
      data.items.add(new File(['butter'], `${how}.txt`, { type: 'text/plain' }));
      const target = document.querySelector(how === 'paste' ? '#say' : '.log');
      const event =
        how === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      target?.dispatchEvent(event);
    }, kind);
    await rosa.page.locator('.attached').getByText(`${kind}.txt`).waitFor();
    await ready(rosa, 1);
    await rosa.page.getByRole('button', { name: `Remove ${kind}.txt` }).click();
    await rosa.page.locator('.attached').waitFor({ state: 'detached' });
  }
  assert.equal(await rosa.page.locator('.msg .files').count(), 0);
});

test('files that go with a draft survive a reload, also one that was on its way', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await chooses(rosa, [PNG]);
  await ready(rosa, 1);
  await rosa.page.route('**/pieces/*', () => {});
  await chooses(rosa, [NOTES]);
  await rosa.page.locator('.attached').getByText('notes.txt').waitFor();
  await rosa.page.unrouteAll();
  await rosa.page.reload();
  await ready(rosa, 2);
  await rosa.page.getByRole('button', { name: 'Send' }).click();
  await bea.page
    .locator('.msg')
    .getByRole('link', { name: /notes\.txt/ })
    .last()
    .waitFor();
});

/** A second of silence. */
function wav() {
  const bytes = Buffer.alloc(44 + 8000, 128);
  bytes.write('RIFF');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt32LE(0x0001_0001, 20);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(8000, 28);
  bytes.writeUInt32LE(0x0008_0001, 32);
  bytes.write('data', 36);
  bytes.writeUInt32LE(8000, 40);
  return bytes;
}

/** A film of some pictures, as this browser records it. @param {import('./house.mjs').Person} person */
async function film(person) {
  const bytes = await person.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const pen = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: 'video/webm;codecs=vp8' });
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    for (let n = 0; n < 20; n += 1) {
      pen?.fillRect(n, n, 9, 9);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return Buffer.from(bytes);
}

test('sound and film play in the log, and a PDF opens by itself, without rights', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
  await chooses(rosa, [
    { name: 'bell.wav', mimeType: 'audio/wav', buffer: wav() },
    { name: 'cat.webm', mimeType: 'video/webm', buffer: await film(rosa) },
    { name: 'song.pdf', mimeType: 'application/pdf', buffer: pdf },
  ]);
  await ready(rosa, 3);
  await rosa.say('to hear and to see');
  await bea.sees('to hear and to see');
  const message = bea.message('to hear and to see');
  const seconds = await message.locator('audio').evaluate(async (/** @type {HTMLAudioElement} */ audio) => {
    audio.muted = true;
    await audio.play();
    return audio.duration;
  });
  assert.equal(seconds, 1);
  const wide = await message.locator('video').evaluate(async (/** @type {HTMLVideoElement} */ video) => {
    video.muted = true;
    await video.play();
    return video.videoWidth;
  });
  assert.equal(wide, 64);
  const paper = message.getByRole('link', { name: /song\.pdf/ });
  assert.equal(await paper.getAttribute('target'), '_blank');
  assert.equal(await paper.getAttribute('download'), null);
  const headers = await bea.page.evaluate(
    async (href) => Object.fromEntries((await fetch(href)).headers),
    (await paper.getAttribute('href')) ?? '',
  );
  assert.equal(headers['content-type'], 'application/pdf');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(headers['content-security-policy'], /sandbox/);
});

/** The server lets the files go that are attached and not sent, as it does after a day. @param {import('./house.mjs').Person} person @param {() => Promise<void>} attach */
async function lapse(person, attach) {
  const sealed = person.page.waitForResponse((answer) => /\/files\/\d+$/.test(answer.url()) && answer.ok());
  await attach();
  const { id } = await (await sealed).json();
  assert.equal(
    await person.page.evaluate(async (id) => (await fetch(`/api/v1/files/${id}`, { method: 'DELETE' })).status, id),
    204,
  );
}

test('a file that the server has let go before the message was sent is brought again, also after a reload', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  await lapse(rosa, () => chooses(rosa, [{ ...PNG, name: 'lapsed.png' }]));
  await rosa.page.reload();
  await ready(rosa, 1);
  await rosa.page.locator('.attached img').waitFor();
  await rosa.say('a day later');
  await bea.sees('a day later');
  await bea.page.locator('.msg', { hasText: 'a day later' }).getByRole('img', { name: 'lapsed.png' }).waitFor();
  await keepsFiles(rosa, 0);
});

test('a file that the server has let go and the browser has lost is named, and the words are not lost', async () => {
  const rosa = await house.person('Rosa');
  await lapse(rosa, () => chooses(rosa, [{ ...NOTES, name: 'gone.txt' }]));
  await ready(rosa, 1);
  await losesFiles(rosa);
  await rosa.say('read this');
  const letter = rosa.page.locator('.msg', { hasText: 'read this' });
  await letter.getByText('This device cannot read the file any more.').waitFor();
  await letter.getByRole('button', { name: 'Edit' }).click();
  await rosa.page.locator('.attached li.lost', { hasText: 'gone.txt' }).waitFor();
  await rosa.boxHas('read this');
});

test('the files of a draft are written once, and go when they are let go or sent', async () => {
  const rosa = await house.person('Rosa');
  await rosa.page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    Object.assign(globalThis, { blobs: 0 });
    IDBObjectStore.prototype.put = function (row, ...key) {
      /** @type {any} */ (globalThis).blobs += Number(
        row instanceof Blob || row.files?.some((/** @type {any} */ file) => file.blob) === true,
      );
      return put.call(this, row, ...key);
    };
  });
  await chooses(rosa, [NOTES, { ...NOTES, name: 'second.txt' }]);
  await ready(rosa, 2);
  await keepsFiles(rosa, 2);
  await rosa.page.locator('#say').pressSequentially('every letter');
  assert.equal(await rosa.page.evaluate(() => /** @type {any} */ (globalThis).blobs), 2);
  await rosa.page.getByRole('button', { name: 'Remove second.txt' }).click();
  await keepsFiles(rosa, 1);
  await rosa.page.getByRole('button', { name: 'Send' }).click();
  await keepsFiles(rosa, 0);
});

test('what is too large or too many is named, and the rest is taken', async () => {
  const rosa = await house.person('Rosa');
  await chooses(rosa, [{ name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_001) }, NOTES]);
  await rosa.page.getByText('film.bin has 3 MB; 3 MB are allowed. It was not attached.').waitFor();
  await ready(rosa, 1);
  await chooses(
    rosa,
    Array.from({ length: 11 }, (_, n) => ({ ...NOTES, name: `n${n}.txt` })),
  );
  await rosa.page.getByText('A message takes 10 files.').waitFor();
  assert.equal(await rosa.page.locator('.attached li').count(), 10);
});

test('a file that was refused on its way is brought anew when one tries again', async () => {
  const rosa = await house.person('Rosa');
  let refuses = true;
  await rosa.page.route('**/pieces/3', (route) =>
    refuses
      ? route.fulfill({ status: 507, json: { error: { code: 'storage_full', text: 'The disk is full.' } } })
      : route.continue(),
  );
  await chooses(rosa, [{ name: 'again.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(1_000_000, 7) }]);
  const again = rosa.page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  refuses = false;
  await again.click();
  await ready(rosa, 1);
  await rosa.page.getByRole('button', { name: 'Send' }).click();
  await rosa.page
    .locator('.msg')
    .getByRole('link', { name: /again\.bin/ })
    .waitFor();
});

test('a file goes on by itself when the server is back', async () => {
  const [rosa, bea] = [await house.person('Rosa'), await house.person('Bea')];
  let cut = true;
  await rosa.page.route('**/pieces/3', (route) => (cut ? route.abort() : route.continue()));
  await chooses(rosa, [{ name: 'long.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(1_000_000, 7) }]);
  await rosa.page.getByText('It goes on by itself.').waitFor();
  cut = false;
  await ready(rosa, 1);
  await rosa.page.getByRole('button', { name: 'Send' }).click();
  await bea.page
    .locator('.msg')
    .getByRole('link', { name: /long\.bin/ })
    .waitFor();
});
