-- How many requests per second the API keys of a company may send: a number, `none`, or `default` for the limit of the
-- server.

ALTER TABLE companies ADD COLUMN read_rate_limit TEXT NOT NULL DEFAULT 'default';
ALTER TABLE companies ADD COLUMN write_rate_limit TEXT NOT NULL DEFAULT 'default';
