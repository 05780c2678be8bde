// What one wants to be told of a room.

import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { useAttempt } from './attempt.js';
import { Popover } from './popover.js';

/** @type {readonly ('all' | 'mentions' | 'nothing')[]} */
const LEVELS = ['all', 'mentions', 'nothing'];

/** @param {{app: import('../../app.js').App, room: import('../../store/room.js').Room, close: () => void}} props */
export function LevelMenu({ app, room, close }) {
  const [place] = useState(document.activeElement);
  const { attempt, told } = useAttempt();
  const pick = (/** @type {typeof LEVELS[number]} */ level) =>
    attempt(async () => {
      await app.session.ask('level', { room: room.id, level });
      room.level.value = level;
      close();
    });
  const words = { all: say('level.all'), mentions: say('level.mentions'), nothing: say('level.nothing') };
  return html`<${Popover} place=${place} label=${say('level.title')} close=${close}>
    <ul>${LEVELS.map((level) => html`<li key=${level}><button type="button" aria-pressed=${String(room.level.value === level)} onClick=${() => pick(level)}>${words[level]}</button></li>`)}</ul>
    ${told}
  <//>`;
}
