-- The hash of the log of a company at some numbers, from which the hashes of the entries after them are computed. The
-- server adds them after the changes are committed.
CREATE TABLE change_hashes (
    company_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (company_id, sequence)
);
