//! A contact as a vCard 4.0 (RFC 6350): what an address book knows of a person.
//!
//! It is for people to carry contacts elsewhere, and not for keeping them: custom fields, "do not disturb", the
//! lead source and times are left out, because an address book has no place for them and would drop them.

use calcard::vcard::{VCard, VCardEntry, VCardProperty, VCardValue, VCardVersion};
use contact_client::model::{Contact, Timestamp};
use url::Url;

/// The card of a contact, its lines folded and ended as the standard wants it.
pub(super) fn written(contact: &Contact) -> String {
    let part = |extra: &contact_client::model::Included<Option<String>>| extra.value().cloned().flatten();
    let (first_name, last_name) = (part(&contact.first_name), part(&contact.last_name));
    let mut card = Card::default();
    card.add(VCardProperty::Uid, [format!("urn:uuid:{}", contact.id)]);
    card.add(VCardProperty::Rev, contact.updated_at.value().map(revision));
    // A card has a name, be it an empty one. What is not there is not made up: whoever reads the card would take it
    // for a name.
    card.add(VCardProperty::Fn, [contact.name.clone().unwrap_or_default()]);
    if first_name.is_some() || last_name.is_some() {
        // Family name, given name; further given names and what stands before and behind a name are not known.
        let parts = [last_name, first_name, None, None, None];
        card.add(VCardProperty::N, parts.map(Option::unwrap_or_default));
    }
    card.add(VCardProperty::Org, said(&contact.business_name));
    card.add(VCardProperty::Email, said(&contact.email));
    card.add(VCardProperty::Tel, said(&contact.phone));
    card.add(VCardProperty::Categories, said(&contact.tags));
    card.add(VCardProperty::Note, said(&contact.notes));
    let picture = said(&contact.profile_picture_url).filter(|address| Url::parse(address).is_ok());
    card.add(VCardProperty::Photo, picture);
    card.written()
}

/// A card property by property.
#[derive(Default)]
struct Card(VCard);

impl Card {
    /// Adds a property with these values, unless there is none.
    fn add(&mut self, property: VCardProperty, values: impl IntoIterator<Item = String>) {
        let values: Vec<_> = values.into_iter().map(|text| VCardValue::Text(clean(&text))).collect();
        if !values.is_empty() {
            self.0.entries.push(VCardEntry::new(property).with_values(values));
        }
    }

    fn written(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = self.0.write_to(&mut text, VCardVersion::V4_0);
        text
    }
}

/// The texts that say something to a card.
fn said<'t>(texts: impl IntoIterator<Item = &'t String>) -> impl Iterator<Item = String> {
    texts.into_iter().map(|text| clean(text)).filter(|text| !text.is_empty())
}

/// Text as a card can hold it: one kind of line break and no other control characters, with a space for a tab and
/// none around it all, as some who read cards drop those.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let is_text = |character: &char| !character.is_control() || *character == '\n';
    text.chars().filter(is_text).collect::<String>().trim().to_owned()
}

/// A time to the second, as `REV` has it.
fn revision(time: &Timestamp) -> String {
    time.as_datetime().format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use contact_client::model::{ContactId, Included, LeadSource};
    use proptest::collection::vec;
    use proptest::option::of;
    use proptest::prelude::*;

    use super::*;

    /// A contact of whom nothing is known but these texts and tags.
    fn contact(texts: [Option<String>; 7], tags: Vec<String>) -> Contact {
        let [name, first_name, last_name, email, phone, business_name, notes] = texts;
        Contact {
            id: ContactId(uuid::uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a")),
            name,
            first_name: Included::Present(first_name),
            last_name: Included::Present(last_name),
            email,
            phone,
            business_name,
            notes,
            tags,
            lead_source: LeadSource::Api,
            is_dnd: true,
            profile_picture_url: None,
            last_activity: None,
            created_at: None,
            custom_fields: Included::Present([].into()),
            updated_at: Included::Present("2026-01-31T09:00:00.123456Z".parse().unwrap()),
            deleted_at: Included::Absent,
        }
    }

    #[test]
    fn a_card_has_what_an_address_book_knows() {
        let texts = ["Jane van Doe", "Jane", "van Doe", "jane@example.com", "+14155552671", "Doe, Roe; Sons"];
        let [name, first, last, email, phone, business] = texts.map(|text| Some(text.to_owned()));
        let notes =
            "Called today; she wants the gold plan.\r\nOur number is C:\\1, and 名前は長い。".to_owned();
        let tags = ["vip", "", "a,b"].map(str::to_owned).to_vec();
        let jane = Contact {
            profile_picture_url: Some("https://example.com/jane.png?a=1,2;3".to_owned()),
            ..contact([name, first, last, email, phone, business, Some(notes)], tags)
        };
        let written = written(&jane);
        assert!(written.ends_with("END:VCARD\r\n"));
        insta::assert_snapshot!(written.replace("\r\n", "\n"), @r"
        BEGIN:VCARD
        VERSION:4.0
        UID:urn:uuid:018bab2f-5d60-7c31-9a55-8dd25736052a
        REV:20260131T090000Z
        FN:Jane van Doe
        N:van Doe;Jane;;;
        ORG:Doe\, Roe\; Sons
        EMAIL:jane@example.com
        TEL:+14155552671
        CATEGORIES:vip,a\,b
        NOTE:Called today\; she wants the gold plan.\nOur number is C:\\1\, and 名
         前は長い。
        PHOTO:https://example.com/jane.png?a=1,2;3
        END:VCARD
        ");
    }

    #[test]
    fn a_card_of_no_one_makes_nothing_up() {
        let none = contact([const { None }; 7], Vec::new());
        insta::assert_snapshot!(written(&none).replace("\r\n", "\n"), @r"
        BEGIN:VCARD
        VERSION:4.0
        UID:urn:uuid:018bab2f-5d60-7c31-9a55-8dd25736052a
        REV:20260131T090000Z
        FN:
        END:VCARD
        ");
    }

    /// The text with one space for several: behind a backslash the library reads one less than there are.
    fn folded(text: &str) -> String {
        text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The texts of a property of a card.
    fn read(card: &VCard, property: VCardProperty) -> Vec<String> {
        let values = card.property(&property).into_iter().flat_map(|entry| entry.values.iter().cloned());
        values.map(|value| folded(&value.into_text().unwrap())).collect()
    }

    proptest! {
        #[test]
        fn a_card_is_read_as_it_was_written(
            texts in vec(of(prop_oneof!["[a-z,;:\\\\\"\n\té名 =]{0,90}", "[^\0]{0,8}"]), 7),
            tags in vec("[^\0]{0,8}", 0..4),
        ) {
            let texts: [Option<String>; 7] = texts.try_into().unwrap();
            let contact = contact(texts, tags);
            let text = written(&contact);
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 75, "{} octets in {:?}", line.len(), line);
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
            let card = VCard::parse(&text).unwrap();
            prop_assert_eq!(read(&card, VCardProperty::Fn), [folded(&clean(contact.name.as_deref().unwrap_or_default()))]);
            let part = |name: &Included<Option<String>>| name.value().cloned().flatten();
            let parts = [part(&contact.last_name), part(&contact.first_name)];
            if parts.iter().any(Option::is_some) {
                let [last, first] = parts.map(|part| folded(&clean(&part.unwrap_or_default())));
                prop_assert_eq!(read(&card, VCardProperty::N), [last, first, "".into(), "".into(), "".into()]);
            }
            for (property, texts) in [
                (VCardProperty::Email, contact.email.as_slice()),
                (VCardProperty::Tel, contact.phone.as_slice()),
                (VCardProperty::Org, contact.business_name.as_slice()),
                (VCardProperty::Note, contact.notes.as_slice()),
                (VCardProperty::Categories, contact.tags.as_slice()),
            ] {
                prop_assert_eq!(read(&card, property), said(texts).map(|text| folded(&text)).collect::<Vec<_>>());
            }
        }
    }
}
