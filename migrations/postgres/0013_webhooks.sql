-- Webhooks: addresses that get the changes of a company. Each is a place in the log of changes, so an event needs no row
-- of its own.

CREATE TABLE webhooks (
    company_id uuid NOT NULL REFERENCES companies (company_id),
    id uuid NOT NULL,
    url text COLLATE "C" NOT NULL,
    -- The selected actions and fields, as JSON arrays. NULL selects all.
    actions text COLLATE "C",
    fields text COLLATE "C",
    is_active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    -- The secrets, encrypted. The previous one is used until a time after the latest change of the secret.
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamptz,
    -- The number of the last change that was sent or not selected.
    sequence bigint NOT NULL,
    -- The failed attempts to send the next change, and how often the receiver refused it.
    failures bigint NOT NULL,
    refusals bigint NOT NULL,
    failing_since timestamptz,
    next_attempt_at timestamptz NOT NULL,
    disabled_at timestamptz,
    disabled_reason text COLLATE "C",
    -- The server that sends the changes, and until when no other server may.
    lease uuid,
    leased_until timestamptz NOT NULL,
    PRIMARY KEY (company_id, id)
);

-- Attempts that failed, or that succeeded after a failure.
CREATE TABLE webhook_attempts (
    company_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    -- The number of the change.
    sequence bigint NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    -- The status of the response, 0 if there was none.
    status bigint NOT NULL,
    error text COLLATE "C",
    duration_ms bigint NOT NULL,
    PRIMARY KEY (company_id, webhook_id, id),
    FOREIGN KEY (company_id, webhook_id) REFERENCES webhooks (company_id, id) ON DELETE CASCADE
);

-- Changes that the receiver refused, so that they were not sent any more.
CREATE TABLE webhook_set_aside (
    company_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (company_id, webhook_id, sequence),
    FOREIGN KEY (company_id, webhook_id) REFERENCES webhooks (company_id, id) ON DELETE CASCADE
);
