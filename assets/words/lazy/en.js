// English: what is fetched with the first view that is opened later.

export const WORDS = {
  'history.title': 'What it said',
  'menu.answer': 'Answer',
  'menu.edit': 'Edit',
  'menu.history': 'What it said before',
  'menu.react': 'Put an emoji…',
  'reactions.title': 'Which emoji?',
};
