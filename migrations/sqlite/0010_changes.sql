-- The log of changes. Each change of a contact adds a row. The numbers of a company have no gaps and follow the order
-- of the commits.

-- The number of the latest change of each company.
CREATE TABLE change_counters (
    company_id BLOB NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
    company_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    -- NULL if the change concerns all contacts of the company.
    contact_id BLOB,
    action TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- The API key, the request and the operation that caused the change.
    key_id BLOB,
    request_id TEXT,
    operation_id TEXT,
    -- The contact's previous change, 0 if there is none.
    previous INTEGER NOT NULL,
    -- The changed fields, each with its values before and after the change, as a JSON object.
    changed TEXT NOT NULL,
    -- Makes the digest reveal nothing about the values. NULL if the contact was erased.
    salt BLOB,
    -- The digest of the change, if its values and salt were removed because the contact was erased.
    digest BLOB,
    PRIMARY KEY (company_id, sequence)
) STRICT, WITHOUT ROWID;

-- The latest change of each contact, in the order of the lists that are sorted by it. Replaces contact_changes, which
-- did not contain deleted contacts.
CREATE TABLE latest_changes (
    company_id BLOB NOT NULL,
    is_deleted INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    -- 0 until the server has added a first change for a contact that is older than the log.
    sequence INTEGER NOT NULL,
    PRIMARY KEY (company_id, is_deleted, updated_at, contact_id)
) STRICT, WITHOUT ROWID;

INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
    SELECT company_id, deleted_at IS NOT NULL, updated_at, id, 0 FROM contacts;
DROP TABLE contact_changes;
