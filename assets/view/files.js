// The files of a message: pictures with their room kept, sound and video by the browser, everything else to be saved.

import { inBytes } from '../core/names.js';
import { html } from '../vendor/preact.js';
import { Icon } from './parts.js';

/** @typedef {import('../core/proto.js').FileView} FileView */

/** How large a picture stands in the log at most, in CSS pixels. */
const WIDTH_PX = 352;
const HEIGHT_PX = 288;

/** Where a file is. @param {FileView} file */
const place = ({ id, name }) => `/api/v1/files/${id}/${encodeURIComponent(name)}`;

/** The files. @param {{files: readonly FileView[], look: (event: Event) => void}} props */
export function Files({ files, look }) {
  return html`<div class="files">${files.map((file) => one(file, look))}</div>`;
}

/** @param {FileView} file @param {(event: Event) => void} look */
function one(file, look) {
  const { id, name, type, width, height } = file;
  if (type.startsWith('image/') && width && height) {
    const scale = Math.min(1, WIDTH_PX / width, HEIGHT_PX / height);
    return html`<a key=${id} class="shot" href=${place(file)} target="_blank" rel="noopener" onClick=${look}>
      <img src=${place(file)} alt=${name} width=${Math.max(1, Math.round(width * scale))} height=${Math.max(1, Math.round(height * scale))} loading="lazy" decoding="async" /></a>`;
  }
  if (type.startsWith('audio/'))
    return html`<audio key=${id} controls preload="none" aria-label=${name} src=${place(file)}></audio>`;
  if (type.startsWith('video/'))
    return html`<video key=${id} controls preload="metadata" aria-label=${name} src=${place(file)}></video>`;
  const shown = type === 'application/pdf' || type.startsWith('image/');
  return html`<a key=${id} class="paper" href=${place(file)} target=${shown ? '_blank' : undefined} rel="noopener" download=${shown ? undefined : name}>
    <${Icon} name="file" /><span dir="auto">${name}</span><small>${inBytes(file.bytes)}</small></a>`;
}
