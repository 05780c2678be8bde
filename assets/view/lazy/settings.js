// What a room is about, what it is called, and what holds in it.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { Choice } from './create.js';
import { Fold } from './fold.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('./details.js').Props} Props */

/** How long one waits between two messages, in milliseconds, and in words. @type {readonly [number, string][]} */
const SLOW = [
  [0, 'As fast as they like'],
  [5000, 'Every 5 seconds'],
  [30_000, 'Every 30 seconds'],
  [60_000, 'Every minute'],
  [300_000, 'Every 5 minutes'],
  [3_600_000, 'Every hour'],
];

/** Topic and name. @param {Props} props */
export function About({ room, host, can }) {
  const topic = useTask('topic-trouble');
  const name = useTask('name-trouble');
  const saveTopic = topic.run((typed) => host.setTopic(typed.topic.trim()), 'Everybody sees it now.');
  const rename = name.run(async (typed) => {
    if (!typed.name.trim()) throw missing('bad_name', 'The room needs a name.');
    await host.rename(typed.name.trim());
  }, 'That is its name now.');
  return html`${
    can('topic') &&
    html`<form onSubmit=${saveTopic} novalidate><div class="beside"><${Entry} id="topic" label="What it is about" value=${room.topic.value} autocomplete="off" autocapitalize="sentences" /><${Submit} task=${topic}>Save<//></div><${Trouble} task=${topic} /></form>`
  }
  ${
    can('arrange') &&
    html`<form onSubmit=${rename} novalidate><div class="beside"><${Entry} id="name" as="name" label="What it is called" value=${room.given.value} task=${name} autocomplete="off" autocapitalize="sentences" /><${Submit} task=${name}>Rename<//></div><${Trouble} task=${name} /></form>`
  }`;
}

/** The rules; every change holds at once. @param {Props} props */
export function Settings({ room, host, can }) {
  const task = useTask('rules-trouble');
  const [wish, setWish] = useState(/** @type {Partial<import('../../core/proto.js').Rules>} */ ({}));
  useEffect(() => {
    setWish({});
    return undefined;
  }, [room.rules.value]);
  const { shows_past: past, slow_ms: slow, archived } = { ...room.rules.value, ...wish };
  const own = SLOW.some(([ms]) => ms === slow) ? [] : [/** @type {const} */ ([slow, `Every ${slow / 1000} seconds`])];
  /** @param {Partial<import('../../core/proto.js').Rules>} rules @param {string} done */
  const rule = (rules, done) =>
    task.run(async () => {
      // What is wished for is shown until the room says so itself, or the server refuses.
      setWish(rules);
      try {
        await host.rule(rules);
      } catch (reason) {
        setWish({});
        throw reason;
      }
    }, done);
  const slower = (/** @type {Event} */ event) =>
    rule({ slow_ms: Number(/** @type {HTMLSelectElement} */ (event.currentTarget).value) }, 'That holds from now on.')(event);
  return html`<${Fold} title="Settings">
    <${Choice} name="past" box words="Newcomers see what was said before" hint="Holds for those who come from now on." on=${past}
      choose=${rule({ shows_past: !past }, 'That holds for those who come from now on.')} />
    <div class="field"><label for="slow">How often may one write?</label>
      <select id="slow" onChange=${slower}>${[...SLOW, ...own].map(([ms, words]) => html`<option value=${ms} selected=${ms === slow}>${words}</option>`)}</select></div>
    ${
      can('archive') &&
      html`<${Choice} name="archived" box words="Archived" hint="Everything can be read, and nobody writes." on=${archived}
      choose=${rule({ archived: !archived }, archived ? 'One may write here again.' : 'From now on it is for reading only.')} />`
    }
    <${Trouble} task=${task} />
  <//>`;
}
