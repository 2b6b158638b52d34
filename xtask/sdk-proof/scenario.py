"""Uses the generated client like a program would: creates, reads, updates and lists contacts, writes a batch, and
handles an error."""

import os

from contacts_api_client import AuthenticatedClient
from contacts_api_client.api.batch import write_batch
from contacts_api_client.api.contacts import create_contact, get_contact, list_contacts, update_contact
from contacts_api_client.models import (
    Action,
    Batch,
    BatchAnswer,
    BatchUpdate,
    BatchUpdateOp,
    BatchUpsert,
    BatchUpsertOp,
    ContactCreate,
    ContactCreateCustomFields,
    ContactDetail,
    ContactList,
    ContactReceipt,
    ContactUpdate,
    Include,
    LeadSource,
    ListContactsSort,
    Problem,
)
from contacts_api_client.types import UNSET

# The API takes the key without a prefix.
client = AuthenticatedClient(
    base_url=os.environ["CONTACTS_URL"], token=os.environ["CONTACTS_API_KEY"], prefix="", raise_on_unexpected_status=True
)

plan = ContactCreateCustomFields.from_dict({"Plan": "gold"})
jane = ContactCreate(full_name="jane doe", phone_number="(415) 555-2671", tags=["lead"], custom_fields=plan)
created = create_contact.sync(client=client, body=jane)
assert isinstance(created, ContactReceipt), created
assert created.receipt.action == Action.CREATED, created
assert created.contact.phone == "+14155552671", created
contact_id = created.contact.id

read = get_contact.sync_detailed(contact_id, client=client, include=[Include.CUSTOM_FIELDS])
assert isinstance(read.parsed, ContactDetail), read
assert read.parsed.name == "Jane Doe", read
assert read.parsed.custom_fields.to_dict() == {"Plan": "gold"}, read
etag = read.headers["ETag"]

update = ContactUpdate(notes="Called today")
updated = update_contact.sync(contact_id, client=client, body=update, if_match=etag)
assert isinstance(updated, ContactReceipt), updated
assert updated.receipt.changed["notes"].after == "Called today", updated

refused = update_contact.sync_detailed(contact_id, client=client, body=update, if_match=etag)
assert isinstance(refused.parsed, Problem), refused
assert refused.status_code == refused.parsed.status == 412, refused
assert refused.parsed.request_id == refused.headers["X-Request-Id"], refused

max_ = BatchUpsert(
    op=BatchUpsertOp.UPSERT, email="max@example.com", on_create=ContactCreate(lead_source=LeadSource.IMPORT)
)
mia = BatchUpsert(op=BatchUpsertOp.UPSERT, email="mia@example.com")
without_notes = BatchUpdate(op=BatchUpdateOp.UPDATE, id=contact_id, notes=None)
batch = write_batch.sync(client=client, body=Batch(items=[max_, mia, without_notes]))
assert isinstance(batch, BatchAnswer), batch
assert [result.status for result in batch.results] == [201, 201, 200], batch

emails = []
cursor = UNSET
while cursor is not None:
    page = list_contacts.sync(client=client, page_size=2, sort=ListContactsSort.CREATED_AT, cursor=cursor)
    assert isinstance(page, ContactList), page
    emails += [contact.email for contact in page.results]
    cursor = page.next_cursor
assert emails == [None, "max@example.com", "mia@example.com"], emails
