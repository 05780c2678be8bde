// English: what the first load shows.

export const WORDS = {
  'composer.answerNobody': 'Do not answer a message',
  'composer.answering': 'Answering {name}',
  'composer.edited': 'What your message is to say',
  'composer.editing': 'Editing your message',
  'composer.leaveIt': 'Leave the message as it is',
  'composer.placeholder': 'Say something…',
  'message.edited': '(edited)',
  'message.emoji': { one: '{emoji}, {n} person', other: '{emoji}, {n} people' },
  'message.emojiYou': { one: '{emoji}, you', other: '{emoji}, {n} people, you are one' },
  'message.gone': 'Removed',
  'message.more': 'More about the message of {name}, {time}',
  'message.moreYours': 'More about the message of yours, {time}',
  'message.quoted': 'Answers {name}: {text}',
  'message.quoteGone': 'a message that was removed',
  'message.quoteHidden': 'a message from before you came in',
  'message.react': 'Put an emoji',
  'message.reply': 'Answer',
  'message.somebody': 'somebody',
  'message.waits': 'The change waits for the network. It will go out by itself.',
};
