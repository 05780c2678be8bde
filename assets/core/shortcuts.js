// What keys mean, apart from any keyboard.

/**
 * What a key in the composer does.
 * @param {{key: string, shiftKey: boolean, isComposing: boolean, keyCode: number, altKey?: boolean, ctrlKey?: boolean, metaKey?: boolean}} event
 * @param {boolean} coarse whether one writes on a touch keyboard, which has no other way to break a line
 * @returns {'send' | 'type' | 'bold' | 'italic'}
 */
export function composerKey(event, coarse) {
  const composing = event.isComposing || event.keyCode === 229;
  const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && !composing;
  if (held && event.key.toLowerCase() === 'b') return 'bold';
  if (held && event.key.toLowerCase() === 'i') return 'italic';
  return event.key === 'Enter' && !event.shiftKey && !composing && !coarse ? 'send' : 'type';
}

/** @type {Record<string, 'up' | 'down' | 'first' | 'last' | 'answer' | 'edit' | 'react' | 'delete' | 'menu'>} */
const MESSAGE_KEYS = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
  r: 'answer',
  e: 'edit',
  '+': 'react',
  Delete: 'delete',
  Enter: 'menu',
  ContextMenu: 'menu',
};

/**
 * What a key does while a message has the focus.
 * @param {{key: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean}} event
 */
export function messageKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  return MESSAGE_KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

/**
 * What a key does anywhere in the page.
 * @param {{key: string, altKey: boolean, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean}} event
 * @returns {{do: 'room', by: 1 | -1, unread: boolean} | {do: 'region', by: 1 | -1} | {do: 'latest' | 'find' | 'findHere' | 'keys'} | null}
 */
export function pageKey(event) {
  if (event.ctrlKey || event.metaKey) {
    const letter = event.key.toLowerCase();
    if (event.altKey) return null;
    // Where the slash stands above a number, it is typed with Shift.
    if (letter === '/') return { do: 'keys' };
    return letter === 'k' && !event.shiftKey ? { do: 'find' } : letter === 'f' && event.shiftKey ? { do: 'findHere' } : null;
  }
  if (event.key === 'Escape') return { do: 'latest' };
  if (event.key === 'F6' && !event.altKey) return { do: 'region', by: event.shiftKey ? -1 : 1 };
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return null;
  return { do: 'room', by: event.key === 'ArrowDown' ? 1 : -1, unread: event.shiftKey };
}

/**
 * The next room up or down the list, around its end; `null` when there is no other.
 * @param {readonly {id: number, unread: number}[]} rooms @param {number} from @param {1 | -1} by @param {boolean} unread
 * @returns {number | null}
 */
export function nextRoom(rooms, from, by, unread) {
  const start = rooms.findIndex((room) => room.id === from);
  for (let steps = 1; steps < rooms.length; steps += 1) {
    const room = rooms[(start + by * steps + rooms.length * 2) % rooms.length];
    if (!unread || room.unread > 0) return room.id;
  }
  return null;
}
