// What a room is about, what it is called, and what holds in it.

import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Choice } from './create.js';
import { Fold } from './fold.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('./details.js').Props} Props */

/** How long one waits between two messages, in milliseconds, and in words. @type {readonly [number, import('../../core/words.js').Word][]} */
const SLOW = [
  [0, 'settings.asFast'],
  [5000, 'settings.every5'],
  [30_000, 'settings.every30'],
  [60_000, 'settings.everyMinute'],
  [300_000, 'settings.every5Minutes'],
  [3_600_000, 'settings.everyHour'],
];

/** Topic and name. @param {Props} props */
export function About({ room, host, can }) {
  const topic = useTask('topic-trouble');
  const name = useTask('name-trouble');
  const saveTopic = topic.run((typed) => host.setTopic(typed.topic.trim()), say('settings.everybodySees'));
  const rename = name.run(async (typed) => {
    if (!typed.name.trim()) throw missing('bad_name', say('create.theRoom'));
    await host.rename(typed.name.trim());
  }, say('settings.thatIs'));
  return html`${
    can('topic') &&
    html`<form onSubmit=${saveTopic} novalidate><div class="beside"><${Entry} id="topic" label=${say('settings.whatIt')} value=${room.topic.value} autocomplete="off" autocapitalize="sentences" /><${Submit} task=${topic}>${say('person.save')}<//></div><${Trouble} task=${topic} /></form>`
  }
  ${
    can('arrange') &&
    html`<form onSubmit=${rename} novalidate><div class="beside"><${Entry} id="name" as="name" label=${say('settings.whatItIs')} value=${room.given.value} task=${name} autocomplete="off" autocapitalize="sentences" /><${Submit} task=${name}>${say('settings.rename')}<//></div><${Trouble} task=${name} /></form>`
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
  const own = SLOW.some(([ms]) => ms === slow) ? [] : [/** @type {const} */ ([slow, say('settings.everyN', { n: slow / 1000 })])];
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
    rule({ slow_ms: Number(/** @type {HTMLSelectElement} */ (event.currentTarget).value) }, say('settings.thatHolds'))(event);
  return html`<${Fold} title=${say('settings.settings')}>
    <${Choice} name="past" box words=${say('create.newcomersSee')} hint=${say('settings.holdsFor')} on=${past}
      choose=${rule({ shows_past: !past }, say('settings.thatHoldsFor'))} />
    <div class="field"><label for="slow">${say('settings.howOften')}</label>
      <select id="slow" onChange=${slower}>${[...SLOW.map(([ms, word]) => /** @type {const} */ ([ms, say(word)])), ...own].map(([ms, words]) => html`<option value=${ms} selected=${ms === slow}>${words}</option>`)}</select></div>
    ${
      can('archive') &&
      html`<${Choice} name="archived" box words=${say('settings.archived')} hint=${say('settings.everythingCan')} on=${archived}
      choose=${rule({ archived: !archived }, archived ? say('settings.oneMay') : say('settings.fromNow'))} />`
    }
    <${Trouble} task=${task} />
  <//>`;
}
