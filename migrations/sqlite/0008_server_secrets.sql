-- Secrets that all servers of this database share. A server creates one when it first needs it.
CREATE TABLE server_secrets (
    -- What it is for.
    name TEXT NOT NULL,
    secret BLOB NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
