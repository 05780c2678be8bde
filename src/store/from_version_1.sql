-- From schema version 1, in which everybody was a guest by name and every room open, to the newest. Runs in one transaction,
-- before and around schema.sql: the old tables step aside, the new ones take over their rows.
drop index memberships_of_room;
drop index entries_once;
alter table users rename to users_1;
alter table sessions rename to sessions_1;
alter table rooms rename to rooms_1;
alter table memberships rename to memberships_1;
alter table entries rename to entries_1;
-- schema.sql
insert into users (id, name, folded, role, state, is_bot, muted_until, created_at)
    select id, name, folded, 1, 0, 0, 0, created_at from users_1;
insert into sessions (id, token_hash, user_id, label, created_at, seen_at)
    select row_number() over (order by created_at, token_hash), token_hash, user_id, '', created_at, created_at from sessions_1;
delete from rooms;
insert into rooms (id, kind, name, folded, topic, shows_past, slow_ms, archived, head, created_by, created_at)
    select id, 0, name, folded, topic, 1, 0, 0, head, created_by, created_at from rooms_1;
insert into memberships (room_id, user_id, since_seq, read_seq, joined_at)
    select room_id, user_id, 1, read_seq, joined_at from memberships_1;
insert into entries (room_id, seq, at, author, kind, key, text)
    select room_id, seq, at, author, kind, key, text from entries_1;
drop table entries_1;
drop table memberships_1;
drop table sessions_1;
drop table rooms_1;
drop table users_1;
