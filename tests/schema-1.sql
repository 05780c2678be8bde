-- The schema of snug, version 1: one text for SQLite and PostgreSQL.
--
-- Every change to a room is a row of entries, numbered by seq = 1, 2, 3, ... within its room. Times are Unix milliseconds
-- and say nothing about order. New ids are max(id) + 1 and rows of users and rooms are never deleted, so no id is used twice.

-- Which version of this text the database has; one row.
create table if not exists schema_version (
    version bigint not null
);

-- Everybody who ever came in.
create table if not exists users (
    id bigint primary key,
    name text not null,             -- as typed
    folded text not null unique,    -- the form in which names are compared (NFKC, case-folded)
    created_at bigint not null
);

-- Who may speak for whom: a browser's cookie holds the token, this table only its hash.
create table if not exists sessions (
    token_hash text primary key,    -- SHA-256 of the token, in base64url
    user_id bigint not null references users (id),
    created_at bigint not null
);

create table if not exists rooms (
    id bigint primary key,
    name text not null,             -- as typed
    folded text not null unique,    -- the form in which names are compared
    topic text not null,            -- the latest topic; its history is in entries
    head bigint not null,           -- seq of the last entry; an append locks this row, which orders the log
    created_by bigint references users (id), -- null: made by the schema
    created_at bigint not null
);

-- Who is in which room, and how far each has read.
create table if not exists memberships (
    room_id bigint not null references rooms (id),
    user_id bigint not null references users (id),
    read_seq bigint not null,       -- seq of the last entry read; never goes back
    joined_at bigint not null,
    primary key (user_id, room_id)  -- this way round: the rooms of one person are asked for at every hello
);
create index if not exists memberships_of_room on memberships (room_id);

-- The log of every room.
create table if not exists entries (
    room_id bigint not null references rooms (id),
    seq bigint not null,            -- 1, 2, 3, ... in its room, without gaps
    at bigint not null,
    author bigint not null references users (id),
    kind bigint not null,           -- 0 message, 1 join, 2 leave, 3 topic
    key text,                       -- the author's own key for it; null where the kind has none
    text text,                      -- null where the kind has none
    primary key (room_id, seq)
);
-- Sent once: one entry per (room, author, key), for ever. key before author, so that a batch's keys are found by one look.
create unique index if not exists entries_once on entries (room_id, key, author);

-- The room that everyone enters first.
insert into rooms (id, name, folded, topic, head, created_by, created_at)
values (1, 'Lobby', 'lobby', 'Come in, it is warm', 0, null, 0)
on conflict do nothing;

-- What somebody has left in it.
insert into schema_version (version) values (1);
insert into users (id, name, folded, created_at) values (1, 'Rosa', 'rosa', 1000), (2, 'Straße', 'strasse', 2000);
insert into sessions (token_hash, user_id, created_at)
values ('8FJgTgeNNbMJPzMD9jLiPPTI3cV8EjQ2BhlVGDbwZAs', 1, 3000), ('second', 2, 2000);
insert into rooms (id, name, folded, topic, head, created_by, created_at) values (2, 'Küche', 'küche', 'tea', 2, 1, 4000);
update rooms set head = 4 where id = 1;
insert into memberships (room_id, user_id, read_seq, joined_at) values (1, 1, 3, 1000), (1, 2, 4, 2000), (2, 1, 2, 4000);
insert into entries (room_id, seq, at, author, kind, key, text) values
    (1, 1, 1000, 1, 1, null, null),
    (1, 2, 2000, 2, 1, null, null),
    (1, 3, 2500, 1, 0, 'k', 'hello'),
    (1, 4, 2600, 2, 3, 't', 'Come in, it is warm'),
    (2, 1, 4000, 1, 1, null, null),
    (2, 2, 4100, 1, 0, 'k', 'the kettle');
