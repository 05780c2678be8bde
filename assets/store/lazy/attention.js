// Tells of what came in: a card in the page, a soft tone, a notice of the system where one has allowed it.

import { isQuiet, weigh } from '../../core/attention.js';
import { roomPlace } from '../../core/place.js';
import { Away } from './away.js';

/** @typedef {import('../../core/proto.js').Entry} Entry */
/** @typedef {import('../room.js').Room} Room */

/** The least time between two tones, in milliseconds. */
const TONE_EVERY_MS = 3000;

/** How long a card stands, in milliseconds. */
const CARD_MS = 8000;

/** How much of a message a notice shows, in characters. */
const GIST_CHARS = 140;

/** Minutes of the day now. */
const minuteOfDay = () => new Date().getHours() * 60 + new Date().getMinutes();

/** Watches what comes in, and whether somebody is there. */
export class Attention {
  #toned = -TONE_EVERY_MS;
  /** @type {AudioContext | null} */ #audio = null;
  /** @type {any} */ #timer = null;

  /** @param {import('../../app.js').App} app */
  constructor(app) {
    this.app = app;
    app.timeline.heard = (room, entry) => this.hear(room, entry);
    const away = new Away(app);
    app.reading.moved = () => away.touch();
  }

  /** Something came in while the link is live. @param {Room} room @param {Entry} entry */
  hear(room, entry) {
    const { session, prefs, reading, rooms, notice } = this.app;
    const me = session.me.peek()?.id ?? 0;
    const what = weigh(entry, me, { level: room.level.peek(), direct: room.kind === 'direct' });
    const { quiet, sound = false, notices = true } = prefs.all.peek();
    const watched = reading.focused.peek() && rooms.current.peek() === room;
    if (!what || watched || isQuiet(quiet, minuteOfDay())) return;
    if (sound && what === 'call') this.tone();
    if (document.hidden) this.#tell(room, entry);
    else if (notices && what === 'call' && rooms.current.peek() !== room) {
      notice.value = { room, entry };
      this.linger();
    }
  }

  /** The card goes by itself, unless somebody points at it. */
  linger() {
    const { timers, notice } = this.app;
    timers.clear(this.#timer);
    this.#timer = timers.set(() => {
      notice.value = null;
    }, CARD_MS);
  }

  /** The card stays. */
  hold() {
    this.app.timers.clear(this.#timer);
  }

  /** Two soft notes, one after the other. */
  tone() {
    if (performance.now() - this.#toned < TONE_EVERY_MS) return;
    this.#toned = performance.now();
    try {
      this.#audio ??= new AudioContext();
      const audio = this.#audio;
      for (const [at, pitch] of [
        [0, 523.25],
        [0.12, 659.25],
      ]) {
        const note = audio.createOscillator();
        const loud = audio.createGain();
        note.frequency.value = pitch;
        loud.gain.setValueAtTime(0, audio.currentTime + at);
        loud.gain.linearRampToValueAtTime(0.12, audio.currentTime + at + 0.02);
        loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.5);
        note.connect(loud).connect(audio.destination);
        note.start(audio.currentTime + at);
        note.stop(audio.currentTime + at + 0.55);
      }
    } catch {
      // This browser makes no sound.
    }
  }

  /** A notice of the system, one for each room. @param {Room} room @param {Entry} entry */
  #tell(room, entry) {
    if (!this.app.secure || globalThis.Notification?.permission !== 'granted') return;
    const title = room.kind === 'direct' ? entry.by.name : `${entry.by.name} · ${room.name.peek()}`;
    const place = roomPlace(room.id, entry.seq);
    const options = { body: (entry.text ?? '').slice(0, GIST_CHARS), tag: `snug-${room.id}`, data: place };
    try {
      const notice = new Notification(title, options);
      notice.onclick = () => {
        focus();
        location.hash = place;
        notice.close();
      };
    } catch {
      // Phones take notices from a service worker only.
      void navigator.serviceWorker?.ready.then((worker) => worker.showNotification(title, options));
    }
  }
}
