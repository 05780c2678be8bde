// English: what the first load shows.

export const WORDS = {
  'composer.placeholder': 'Say something…',
};
