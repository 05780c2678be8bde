// How one looks to the others: a colour, or a picture.

import { hue, initial } from '../../core/names.js';
import { say } from '../../core/words.js';
import { faceOf } from '../../store/faces.js';
import { html, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';

/** How many colours there are. */
const COLOURS = [0, 1, 2, 3, 4, 5, 6, 7];

/** How wide and tall a picture is, in pixels: sharp in the largest arch. */
const SIDE_PX = 256;

/** How well a picture is kept, of 1. */
const QUALITY = 0.85;

/** @param {{own: import('../../store/account.js').OwnAccount, me: import('../../core/proto.js').Account}} props */
export function Face({ own, me }) {
  const [trouble, setTrouble] = useState('');
  const [done, setDone] = useState('');
  const face = faceOf(me.id) || `${hue(me.id)}`;
  /** @param {Promise<unknown>} work */
  const attempt = (work) =>
    work.then(
      () => {
        setTrouble('');
        setDone(say('face.done'));
      },
      (reason) => {
        setDone('');
        setTrouble(/** @type {Error} */ (reason).message);
      },
    );
  const choose = (/** @type {Event} */ { currentTarget }) => {
    const field = /** @type {HTMLInputElement} */ (currentTarget);
    const file = field.files?.[0];
    field.value = '';
    if (file) void attempt(cut(file).then((picture) => own.setPicture(picture)));
  };
  return html`<fieldset class="colours"><legend>${say('face.colours')}</legend>${COLOURS.map(
    (colour) =>
      html`<label key=${colour}><input class="sr" type="radio" name="colour" aria-label=${say('face.colour', { n: colour + 1 })} checked=${face === `${colour}`} onChange=${() => attempt(own.setColour(colour))} /><span class=${`arch h${colour}`} aria-hidden="true">${initial(me.name)}</span></label>`,
  )}</fieldset>
    <div class="row">${face[0] === 'p' && html`<${Arch} person=${me} /><button class="plain" type="button" onClick=${() => attempt(own.setColour(null))}>${say('face.remove')}</button>`}
      <label class="plain picks"><input class="sr" type="file" accept="image/*" onChange=${choose} />${say('face.choose')}</label></div>
    <p class="trouble" role="alert">${trouble}</p><p class="done" role="status">${done}</p>`;
}

/** The middle of a picture, as a small square one, without anything else that its file had. @param {File} file @returns {Promise<Blob>} */
async function cut(file) {
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(say('face.broken'));
  });
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE_PX;
  const [x, y] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.getContext('2d')?.drawImage(picture, x, y, side, side, 0, 0, SIDE_PX, SIDE_PX);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (!blob) throw new Error(say('face.broken'));
  return blob;
}
