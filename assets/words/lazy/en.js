// English: what is fetched with the first view that is opened later.

export const WORDS = {
  'files.again': 'Try again',
  'files.attached': 'Files that go with the message',
  'files.away': 'The server is out of reach. It goes on by itself.',
  'files.empty': '{name} is empty. It was not attached.',
  'files.here': 'Ready',
  'files.remove': 'Remove {name}',
  'files.tooLarge': '{name} has {bytes}; {most} are allowed. It was not attached.',
  'files.tooMany': {
    one: 'A message takes {n} file. The others were not attached.',
    other: 'A message takes {n} files. The others were not attached.',
  },
  'files.uploading': '{percent} of {bytes}',
  'history.title': 'What it said',
  'menu.answer': 'Answer',
  'menu.edit': 'Edit',
  'menu.history': 'What it said before',
  'menu.react': 'Put an emoji…',
  'reactions.title': 'Which emoji?',
};
