-- The schema of snug, version 3: one text for SQLite and PostgreSQL.
--
-- Every change to a room is a row of entries, numbered by seq = 1, 2, 3, ... within its room. Times are Unix milliseconds
-- and say nothing about order. New ids are max(id) + 1 (of rooms some more, by chance, so that ids do not count them) and
-- rows of users, rooms, sessions, invitations, bans, reports and audit are never deleted, so no id is used twice. What is
-- null or 0 "for none" says so.

-- Which version of this text the database has; one row.
create table if not exists schema_version (
    version bigint not null
);

-- Everybody who ever came in: people, guests and bots.
create table if not exists users (
    id bigint primary key,
    name text not null,             -- what others see, as typed
    folded text not null unique,    -- its form for comparing (NFKC, case-folded); for one who left: a word that no name folds to
    account text unique,            -- the name that one signs in with, folded; null: no account, only a session
    password text,                  -- argon2id, as a PHC string; null: cannot sign in
    role bigint not null,           -- 0 guest, 1 visitor, 2 member, 3 moderator, 4 owner (src/rights.rs)
    state bigint not null,          -- 0 active, 1 disabled from the shell, 2 banned, 3 left for good
    is_bot bigint not null,         -- 1: a program, which sees only the rooms that it was put into
    made_by bigint references users (id), -- of a program: who made it, and sees and revokes it; null: a person
    muted_until bigint not null,    -- 0: not muted
    created_at bigint not null,
    face text,                      -- how their arch looks: a colour `0` to `7`, or `p` and the id of a picture; null: by their id
    prefs text,                     -- what they have set in the client, as JSON that the server does not read; null: nothing
    here_at bigint not null default 0 -- when their last connection began or ended, to within some minutes; 0: never
);

-- Whether there is an owner is asked by everybody who opens the page.
create index if not exists users_owners on users (state) where role = 4;

-- Who may speak for whom: a browser's cookie or a bot holds the token, this table only its hash.
create table if not exists sessions (
    id bigint primary key,
    token_hash text not null unique, -- SHA-256 of the token, in base64url; an ended session keeps its row and loses its hash
    user_id bigint not null references users (id),
    label text not null,            -- the browser as it names itself, or the bot's token's name
    created_at bigint not null,
    seen_at bigint not null,        -- last use, to within some minutes; idle sessions end after a time from here
    ended_at bigint                 -- null: still good
);
create index if not exists sessions_of_user on sessions (user_id);

-- Links that let somebody in. The setup link is one for an owner.
create table if not exists invitations (
    id bigint primary key,
    token_hash text not null unique, -- as of sessions
    role bigint not null,           -- as of users: what its takers become
    room_id bigint references rooms (id), -- the room that it leads to; null: the lobby
    made_by bigint references users (id), -- null: made at the console
    uses_left bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint               -- null: in force
);

create table if not exists rooms (
    id bigint primary key,
    kind bigint not null,           -- 0 open, 1 private, 2 direct (src/protocol/roles.rs)
    name text not null,             -- as typed; empty for direct rooms, which are called by their people
    folded text unique,             -- of open rooms: the form in which names are compared; null for others, whose names tell nobody anything
    people text unique,             -- of direct rooms: the ids of their people, ascending, with commas: one room per set
    topic text not null,            -- the latest topic; its history is in entries
    shows_past bigint not null,     -- 1: new members see what was before them
    slow_ms bigint not null,        -- least time between two messages of one member; 0: none
    archived bigint not null,       -- 1: read only
    deleted_at bigint,              -- null: it is there
    head bigint not null,           -- seq of the last entry; an append locks this row, which orders the log
    created_by bigint references users (id), -- null: made by the schema
    created_at bigint not null,
    indexed bigint not null default 0 -- seq up to which messages are in the full-text index, which follows the log
);

-- Who is in which room, and how far each has read.
create table if not exists memberships (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    since_seq bigint not null,      -- seq of the first entry that this member may see; 1: all of it
    read_seq bigint not null,       -- seq of the last entry read; never goes back
    joined_at bigint not null,
    level bigint not null default 0, -- what one wants to be told of: 0 all messages, 1 mentions, 2 nothing
    primary key (user_id, room_id)  -- this way round: the rooms of one person are asked for at every hello
);
create index if not exists memberships_of_room on memberships (room_id);

-- The log of every room.
create table if not exists entries (
    room_id bigint not null references rooms (id),
    seq bigint not null,            -- 1, 2, 3, ... in its room, without gaps
    at bigint not null,
    author bigint not null references users (id),
    kind bigint not null,           -- 0 message, 1 join, 2 leave, 3 topic, 4 delete, 5 name, 6 rules, 7 edit, 8 react, 9 unreact
    subject bigint references users (id), -- of join and leave: who, when it is not the author
    target bigint,                  -- of delete, edit, react, unreact: the seq of the message that it is about
    key text,                       -- the author's own key for it; null where the kind has none
    text text,                      -- null where the kind has none, of a deleted message, and of an edit: its message has it
    reply_to bigint,                -- of a message: the seq of the one that it answers
    edited_at bigint,               -- of a message: when its text was last changed; null: never
    has bigint not null default 0,  -- of a message: what other tables have of it: 1 reactions, 2 files, 4 mentions, added up
    primary key (room_id, seq)
);
-- Sent once: one entry per (room, author, key), for ever. key before author, so that a batch's keys are found by one look.
create unique index if not exists entries_once on entries (room_id, key, author);
-- Where somebody was and is no longer; small, and no message costs anything.
create index if not exists entries_left on entries (coalesce(subject, author), room_id, seq) where kind = 2;

-- What messages said before they were edited, for those who keep order. Of a deleted message nothing is left.
create table if not exists revisions (
    room_id bigint not null,
    seq bigint not null,            -- the message
    until_seq bigint not null,      -- the edit that put another text in this one's place
    at bigint not null,             -- when this text was written
    text text not null,
    primary key (room_id, seq, until_seq)
);

-- Who has put which emoji to which message. Of a deleted message nothing is left.
create table if not exists reactions (
    room_id bigint not null,
    seq bigint not null,            -- the message
    emoji text not null,
    user_id bigint not null references users (id),
    by_seq bigint not null,         -- the entry that put it there, which orders the people
    first_seq bigint not null,      -- by_seq of the first of those who stood there then, which orders the emojis
    primary key (room_id, seq, emoji, user_id)
);

-- Whom messages call by name. Of a deleted message nothing is left.
create table if not exists mentions (
    user_id bigint not null,        -- 0: everybody in the room
    room_id bigint not null,
    seq bigint not null,            -- the message
    primary key (user_id, room_id, seq) -- this way round: how often one is called behind `read_seq` is asked for at every hello
);
create index if not exists mentions_of_message on mentions (room_id, seq);

-- Files, in chunks, so that one backup has everything and every node sees them. Of a deleted message nothing is left.
create table if not exists files (
    id bigint primary key,          -- by chance, below 2^53
    owner bigint not null references users (id),
    room_id bigint references rooms (id), -- the room that it was brought to; null: a picture of its owner
    seq bigint,                     -- the message that has it; null: none yet
    place bigint not null,          -- 0, 1, 2, ... among the files of that message
    name text not null,             -- as its owner calls it
    type text not null,             -- the media type that its bytes say (src/sniff.rs), not its name
    bytes bigint not null,          -- how long it is; while it is uploaded: how long it will be
    width bigint,                   -- of a picture, in pixels, as it is shown; null: unknown
    height bigint,
    hash text,                      -- SHA-256 of its bytes, in base64url; null: not all of it is here yet
    created_at bigint not null
);
create index if not exists files_of_message on files (room_id, seq);
create index if not exists files_loose on files (created_at) where seq is null;
create table if not exists file_chunks (
    file_id bigint not null references files (id),
    n bigint not null,              -- 0, 1, 2, ...; all but the last have the same length (src/store/files.rs)
    bytes bytea not null,
    primary key (file_id, n)
);

-- Who is kept out. An account's ban also sets its users.state.
create table if not exists bans (
    id bigint primary key,
    user_id bigint references users (id), -- null: by address
    addresses text,                 -- a range such as 192.0.2.0/24; null: by account
    reason text not null,
    made_by bigint references users (id), -- null: at the console
    created_at bigint not null,
    until bigint,                   -- null: for good
    lifted_at bigint                -- null: in force
);

-- Messages that somebody showed to the moderators.
create table if not exists reports (
    id bigint primary key,
    room_id bigint not null references rooms (id),
    seq bigint not null,
    reported_by bigint not null references users (id),
    reason text not null,
    created_at bigint not null,
    handled_by bigint references users (id), -- null: waits
    handled_at bigint
);

-- What was done to people and rooms, by whom: only ever added to. A running server follows it by its last id, so that what
-- is done at the console or by another node takes effect at once.
create table if not exists audit (
    id bigint primary key,
    at bigint not null,
    actor bigint references users (id), -- null: at the console
    deed text not null,             -- one word (src/store/audit.rs)
    user_id bigint references users (id), -- whom it was done to
    session_id bigint references sessions (id), -- which session it ended
    room_id bigint references rooms (id),
    detail text not null            -- for people; never a message's text, a token or a password
);

-- The room that everyone enters first.
insert into rooms (id, kind, name, folded, topic, shows_past, slow_ms, archived, head, created_by, created_at)
values (1, 0, 'Lobby', 'lobby', 'Come in, it is warm', 1, 0, 0, 0, null, 0)
on conflict do nothing;
