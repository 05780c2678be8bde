// English: what is fetched with the first view that is opened later.

export const WORDS = {
  'lazy.close': 'Close',
};
