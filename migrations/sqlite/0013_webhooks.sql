-- Webhooks: addresses that get the changes of a company. Each is a place in the log of changes, so an event needs no row
-- of its own.

CREATE TABLE webhooks (
    company_id BLOB NOT NULL REFERENCES companies (company_id),
    id BLOB NOT NULL,
    url TEXT NOT NULL,
    -- The selected actions and fields, as JSON arrays. NULL selects all.
    actions TEXT,
    fields TEXT,
    is_active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- The secrets, encrypted. The previous one is used until a time after the latest change of the secret.
    secret BLOB NOT NULL,
    previous_secret BLOB,
    previous_secret_until INTEGER,
    -- The number of the last change that was sent or not selected.
    sequence INTEGER NOT NULL,
    -- The failed attempts to send the next change, and how often the receiver refused it.
    failures INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    failing_since INTEGER,
    next_attempt_at INTEGER NOT NULL,
    disabled_at INTEGER,
    disabled_reason TEXT,
    -- The server that sends the changes, and until when no other server may.
    lease BLOB,
    leased_until INTEGER NOT NULL,
    PRIMARY KEY (company_id, id)
) STRICT, WITHOUT ROWID;

-- Attempts that failed, or that succeeded after a failure.
CREATE TABLE webhook_attempts (
    company_id BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    -- The number of the change.
    sequence INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    -- The status of the response, 0 if there was none.
    status INTEGER NOT NULL,
    error TEXT,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (company_id, webhook_id, id),
    FOREIGN KEY (company_id, webhook_id) REFERENCES webhooks (company_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Changes that the receiver refused, so that they were not sent any more.
CREATE TABLE webhook_set_aside (
    company_id BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (company_id, webhook_id, sequence),
    FOREIGN KEY (company_id, webhook_id) REFERENCES webhooks (company_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
