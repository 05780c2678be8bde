// What a browser calls itself, in words that its owner knows it by.

import { say } from './words.js';

/** The first that is found names the browser; the later ones claim to be the earlier ones. @type {readonly [RegExp, string][]} */
const BROWSERS = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

/** @type {readonly [RegExp, string][]} */
const SYSTEMS = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * `Firefox on Linux`, from what is in the browser's `User-Agent`; the beginning of that, where nothing in it is known.
 * @param {string} label
 */
export function device(label) {
  const find = (/** @type {readonly [RegExp, string][]} */ all) => all.find(([sign]) => sign.test(label))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  if (browser && system) return say('agent.on', { browser, system });
  return browser ?? system ?? (label.slice(0, 40) || say('agent.unknown'));
}
