// Uses the generated types like a program would: creates, reads, updates and lists contacts, writes a batch, and
// handles an error.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Contact = components["schemas"]["Contact"];

const client = createClient<paths>({
  baseUrl: process.env.CONTACTS_URL,
  headers: { Authorization: process.env.CONTACTS_API_KEY },
});
const header = { Prefer: "return=receipt" } as const;

const created = await client.POST("/contacts/", {
  params: { header },
  body: { full_name: "jane doe", phone_number: "(415) 555-2671", tags: ["lead"], custom_fields: { Plan: "gold" } },
});
assert(created.data, JSON.stringify(created.error));
assert.equal(created.response.status, 201);
const { contact, receipt } = created.data;
assert.equal(receipt.action, "created");
assert.equal(contact.phone, "+14155552671");
const path = { contact_id: contact.id };

const read = await client.GET("/contacts/{contact_id}/", { params: { path, query: { include: ["custom_fields"] } } });
assert(read.data, JSON.stringify(read.error));
assert.equal(read.data.name, "Jane Doe");
assert.deepEqual(read.data.custom_fields, { Plan: "gold" });
const etag = read.response.headers.get("ETag");
assert(etag);

const update = { params: { path, header: { ...header, "If-Match": etag } }, body: { notes: "Called today" } };
const updated = await client.PATCH("/contacts/{contact_id}/", update);
assert(updated.data, JSON.stringify(updated.error));
assert.deepEqual(updated.data.receipt.changed, { notes: { before: null, after: "Called today" } });

const refused = await client.PATCH("/contacts/{contact_id}/", update);
assert(refused.error);
assert.equal(refused.error.status, 412);
assert.equal(refused.error.request_id, refused.response.headers.get("X-Request-Id"));

const batch = await client.POST("/contacts/batch/", {
  params: { header },
  body: {
    items: [
      { op: "upsert", email: "max@example.com", on_create: { lead_source: "import" } },
      { op: "upsert", email: "mia@example.com" },
      { op: "update", id: contact.id, notes: null },
    ],
  },
});
assert(batch.data, JSON.stringify(batch.error));
assert.deepEqual(batch.data.results.map((result) => result.status), [201, 201, 200]);

const all: Contact[] = [];
let cursor: string | undefined;
do {
  const page = await client.GET("/contacts/", { params: { query: { page_size: 2, sort: "created_at", cursor } } });
  assert(page.data, JSON.stringify(page.error));
  all.push(...page.data.results);
  cursor = page.data.next_cursor ?? undefined;
} while (cursor !== undefined);
assert.deepEqual(all.map((contact) => contact.email), [null, "max@example.com", "mia@example.com"]);
