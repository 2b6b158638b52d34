-- The answers to writes that came with an idempotency key, for as long as they are given again.

CREATE TABLE stored_answers (
    company_id uuid NOT NULL,
    -- The SHA-256 of the request's method, path and key.
    name bytea NOT NULL,
    -- The SHA-256 of all else that makes it what it is.
    fingerprint bytea NOT NULL,
    status bigint NOT NULL,
    -- Names and values as JSON.
    headers text NOT NULL,
    body bytea NOT NULL,
    -- True where the body holds a secret: only who sent the request can read it.
    sealed boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, name)
);

CREATE INDEX stored_answers_by_age ON stored_answers (created_at, company_id, name);

-- Which contacts each answer tells of: it goes with any of them that is erased.
CREATE TABLE stored_answer_contacts (
    company_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    name bytea NOT NULL,
    PRIMARY KEY (company_id, contact_id, name),
    FOREIGN KEY (company_id, name) REFERENCES stored_answers (company_id, name) ON DELETE CASCADE
);

CREATE INDEX stored_answer_contacts_by_answer ON stored_answer_contacts (company_id, name);
