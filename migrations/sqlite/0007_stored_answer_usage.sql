-- How many bytes of answers each company has stored, by the hour since 1970-01-01T00:00:00Z.

CREATE TABLE stored_answer_usage (
    company_id BLOB NOT NULL,
    hour INTEGER NOT NULL,
    -- Always 0: on PostgreSQL, a company's hour has several rows.
    slot INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (company_id, hour, slot)
) STRICT, WITHOUT ROWID;

CREATE INDEX stored_answer_usage_by_hour ON stored_answer_usage (hour);

INSERT INTO stored_answer_usage (company_id, hour, slot, bytes)
SELECT company_id, created_at / 3600000000, 0, sum(512 + length(headers) + length(body))
FROM stored_answers GROUP BY 1, 2;

-- True if the body is compressed (zlib).
ALTER TABLE stored_answers ADD COLUMN compressed INTEGER NOT NULL DEFAULT 0;
