-- The answers to writes that came with an idempotency key, for as long as they are given again.

CREATE TABLE stored_answers (
    company_id BLOB NOT NULL,
    -- The SHA-256 of the request's method, path and key.
    name BLOB NOT NULL,
    -- The SHA-256 of all else that makes it what it is.
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    -- Names and values as JSON.
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    -- True where the body holds a secret: only who sent the request can read it.
    sealed INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, name)
) STRICT;

CREATE INDEX stored_answers_by_age ON stored_answers (created_at, company_id, name);

-- Which contacts each answer tells of: it goes with any of them that is erased.
CREATE TABLE stored_answer_contacts (
    company_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    name BLOB NOT NULL,
    PRIMARY KEY (company_id, contact_id, name),
    FOREIGN KEY (company_id, name) REFERENCES stored_answers (company_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX stored_answer_contacts_by_answer ON stored_answer_contacts (company_id, name);
