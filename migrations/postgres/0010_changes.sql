-- The log of changes. Each change of a contact adds a row. The numbers of a company have no gaps and follow the order
-- of the commits.

-- The number of the latest change of each company.
CREATE TABLE change_counters (
    company_id uuid NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL
);

CREATE TABLE changes (
    company_id uuid NOT NULL,
    sequence bigint NOT NULL,
    -- NULL if the change concerns all contacts of the company.
    contact_id uuid,
    action text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    -- The API key, the request and the operation that caused the change.
    key_id uuid,
    request_id text COLLATE "C",
    operation_id text COLLATE "C",
    -- The contact's previous change, 0 if there is none.
    previous bigint NOT NULL,
    -- The changed fields, each with its values before and after the change, as a JSON object.
    changed text COLLATE "C" NOT NULL,
    -- Makes the digest reveal nothing about the values. NULL if the contact was erased.
    salt uuid,
    -- The digest of the change, if its values and salt were removed because the contact was erased.
    digest bytea,
    PRIMARY KEY (company_id, sequence)
);

-- The latest change of each contact, in the order of the lists that are sorted by it. Replaces contact_changes, which
-- did not contain deleted contacts.
CREATE TABLE latest_changes (
    company_id uuid NOT NULL,
    is_deleted boolean NOT NULL,
    updated_at timestamptz NOT NULL,
    contact_id uuid NOT NULL,
    -- 0 until the server has added a first change for a contact that is older than the log.
    sequence bigint NOT NULL,
    PRIMARY KEY (company_id, is_deleted, updated_at, contact_id)
);

INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
    SELECT company_id, deleted_at IS NOT NULL, updated_at, id, 0 FROM contacts;
DROP TABLE contact_changes;
