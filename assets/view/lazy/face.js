// How one looks to the others: a colour, or a picture.

import { hue, initial } from '../../core/names.js';
import { say } from '../../core/words.js';
import { faceOf } from '../../store/faces.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';
import { useAttempt } from './attempt.js';

/** How many colours there are. */
const COLOURS = [0, 1, 2, 3, 4, 5, 6, 7];

/** How wide and tall a picture is, in pixels: sharp in the largest arch. */
const SIDE_PX = 256;

/** How well a picture is kept, of 1. */
const QUALITY = 0.85;

/** @param {{own: import('../../store/account.js').OwnAccount, me: import('../../core/proto.js').Account}} props */
export function Face({ own, me }) {
  const { attempt, told } = useAttempt();
  const face = faceOf(me.id) || `${hue(me.id)}`;
  // What was picked stands there until the others see it, too.
  const [picked, setPicked] = useState('');
  useEffect(() => void setPicked((last) => (last === face ? '' : last)), [face]);
  const set = (/** @type {number | null} */ colour) =>
    attempt(async () => {
      setPicked(`${colour ?? ''}`);
      await own.setColour(colour).catch((reason) => {
        setPicked('');
        throw reason;
      });
    }, say('face.done'));
  const choose = (/** @type {Event} */ { currentTarget }) => {
    const field = /** @type {HTMLInputElement} */ (currentTarget);
    const file = field.files?.[0];
    field.value = '';
    if (file) void attempt(async () => own.setPicture(await cut(file)), say('face.done'));
  };
  const hasPicture = face[0] === 'p';
  // A colour takes the place of a picture, so that is taken away first: one press of an arrow is a choice here.
  return html`${
    !hasPicture &&
    html`<fieldset class="colours"><legend>${say('face.colours')}</legend>${COLOURS.map(
      (colour) =>
        html`<label key=${colour}><input class="sr" type="radio" name="colour" aria-label=${say('face.colour', { n: colour + 1 })} checked=${(picked || face) === `${colour}`} onChange=${() => set(colour)} /><span class=${`arch h${colour}`} aria-hidden="true">${initial(me.name)}</span></label>`,
    )}</fieldset>`
  }
    <div class="row">${hasPicture && html`<${Arch} person=${me} /><button class="plain" type="button" onClick=${() => set(null)}>${say('face.remove')}</button>`}
      <label class="plain picks"><input class="sr" type="file" accept="image/*" onChange=${choose} />${say('face.choose')}</label></div>
    ${told}`;
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
