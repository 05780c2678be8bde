// The files that go with what one writes: how far they have come, and the way to let one go.

import { inBytes } from '../../core/names.js';
import { say, spoken } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Icon } from '../parts.js';

/** @typedef {import('../../net/db.js').Attached} Attached */
/** @typedef {import('../../store/lazy/uploads.js').Uploads} Uploads */

/** @param {{app: import('../../app.js').App, room: import('../../store/room.js').Room}} props */
export function Attached({ app, room }) {
  const [uploads, setUploads] = useState(/** @type {Uploads | null} */ (null));
  useEffect(() => {
    app.uploads().then(setUploads);
    return undefined;
  }, []);
  const files = app.drafts.filesOf(room.id);
  return html`<div class="attached"><ul aria-label=${say('files.attached')}>${files.map((file) => html`<${One} key=${file.key} file=${file} uploads=${uploads} room=${room.id} />`)}</ul>
    <p class="trouble" role="status">${uploads?.refused.value.get(room.id) ?? ''}</p></div>`;
}

/** @param {{file: Attached, uploads: Uploads | null, room: number}} props */
function One({ file, uploads, room }) {
  const [shot, setShot] = useState('');
  useEffect(() => {
    let url = '';
    let isHere = true;
    void uploads?.read(file).then((blob) => {
      if (!isHere || !blob?.type.startsWith('image/')) return;
      url = URL.createObjectURL(blob);
      setShot(url);
    });
    return () => {
      isHere = false;
      URL.revokeObjectURL(url);
    };
  }, [uploads]);
  const way = uploads?.ways.value.get(file.key);
  const sent = file.view ? 1 : (way?.sent ?? 0) / file.bytes;
  const percent = new Intl.NumberFormat(spoken(), { style: 'percent' }).format(sent);
  const state = file.view ? say('files.here') : way?.why || say('files.uploading', { percent, bytes: inBytes(file.bytes) });
  return html`<li class=${way?.final ? 'lost' : ''}>${shot ? html`<img src=${shot} alt="" />` : html`<${Icon} name="file" />`}
    <div><b>${file.name}</b><small>${state}</small>${!file.view && html`<progress max="1" value=${sent} aria-label=${file.name}></progress>`}</div>
    ${way?.final && html`<button class="plain" type="button" onClick=${() => uploads?.again(room, file.key)}>${say('files.again')}</button>`}
    <button class="icon" type="button" aria-label=${say('files.remove', { name: file.name })} onClick=${() => uploads?.remove(room, file.key)}><${Icon} name="x" /></button></li>`;
}
