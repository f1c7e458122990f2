-- Run by the image, as the superuser, when the database is first made. Nobody but a restore needs the superuser afterwards.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv electric_password ELECTRIC_DB_PASSWORD
\getenv backup_password BACKUP_PASSWORD

-- Rows are reached through these two (see migrations/0001-create-roles.sql).
CREATE ROLE tomoshibi_account NOLOGIN;
CREATE ROLE tomoshibi_system NOLOGIN;

-- Migrations and the queue. Its migrations create roles unless they are there, and that question already needs CREATEROLE.
CREATE ROLE tomoshibi_owner LOGIN CREATEROLE PASSWORD :'owner_password';
GRANT tomoshibi_account, tomoshibi_system TO tomoshibi_owner;
ALTER DATABASE tomoshibi OWNER TO tomoshibi_owner;

-- The server at work: owns nothing, and may do nothing until it takes one of the two for a transaction.
CREATE ROLE tomoshibi_server LOGIN NOINHERIT PASSWORD :'app_password';
GRANT tomoshibi_account, tomoshibi_system TO tomoshibi_server;

-- Electric reads whole tables, policies or not, and adds them to its publication, which only their owner may.
CREATE ROLE tomoshibi_electric LOGIN REPLICATION BYPASSRLS PASSWORD :'electric_password';
GRANT tomoshibi_owner TO tomoshibi_electric WITH INHERIT TRUE, SET FALSE;

-- Reads everything, writes nothing.
CREATE ROLE tomoshibi_backup LOGIN BYPASSRLS PASSWORD :'backup_password';
GRANT pg_read_all_data TO tomoshibi_backup;
