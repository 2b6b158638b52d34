-- How many bytes of answers each company has stored, by the hour since 1970-01-01T00:00:00Z.

CREATE TABLE stored_answer_usage (
    company_id uuid NOT NULL,
    hour bigint NOT NULL,
    -- A company's hour has several rows, so that transactions which store answers for it need not wait for each other.
    slot bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (company_id, hour, slot)
);

CREATE INDEX stored_answer_usage_by_hour ON stored_answer_usage (hour);

INSERT INTO stored_answer_usage (company_id, hour, slot, bytes)
SELECT company_id, floor(extract(epoch FROM created_at) / 3600)::bigint, 0,
    sum(512 + octet_length(headers) + octet_length(body))
FROM stored_answers GROUP BY 1, 2;

-- True if the body is compressed (zlib).
ALTER TABLE stored_answers ADD COLUMN compressed boolean NOT NULL DEFAULT false;
