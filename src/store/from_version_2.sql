-- From schema version 2 to the newest: edits, answers, reactions, mentions, files, search. Runs in one transaction, before
-- schema.sql.
alter table users add column face text;
alter table users add column prefs text;
alter table users add column here_at bigint not null default 0;
alter table rooms add column indexed bigint not null default 0;
alter table memberships add column level bigint not null default 0;
alter table entries add column reply_to bigint;
alter table entries add column edited_at bigint;
alter table entries add column has bigint not null default 0;
-- schema.sql
