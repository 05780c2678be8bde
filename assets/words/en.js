// English: what the first load shows.

export const WORDS = {
  'composer.placeholder': 'Say something…',
  'room.load': 'Load it',
  'room.newer': 'There is a newer snug.',
};
