// Brings in the service worker, by which the browser opens snug without network. Only https and the machine itself have one.

import { spoken } from '../../core/words.js';

/** Where it stands, build after build. */
const ADDRESS = '/sw.js';

/**
 * The one policy that this page has: it lets the service worker through and nothing else.
 * @param {any} trustedTypes as the browser has it; `undefined` where it has none @returns {string} what `register` takes
 */
export function trusted(trustedTypes) {
  const createScriptURL = (/** @type {string} */ url) => {
    if (url !== ADDRESS) throw new TypeError(`${url} is not the service worker.`);
    return url;
  };
  return trustedTypes?.createPolicy('snug', { createScriptURL }).createScriptURL(ADDRESS) ?? ADDRESS;
}

/**
 * Registers the worker of the build that the server has now, and lets it keep the language that is spoken; where the browser
 * refuses, everything else goes on.
 * @param {Pick<ServiceWorkerContainer, 'register' | 'controller' | 'addEventListener'>} container @param {any} trustedTypes
 */
export async function register(container, trustedTypes) {
  try {
    await container.register(trusted(trustedTypes));
    if (spoken().startsWith('en')) return;
    // It keeps what passes by it, and the words came before it.
    if (!container.controller)
      await new Promise((taken) => container.addEventListener('controllerchange', taken, { once: true }));
    await fetch(new URL(`../../words/lazy/${spoken().slice(0, 2)}.js`, import.meta.url));
  } catch {
    // Site data is switched off, or the server has just gone: the next start tries again.
  }
}
