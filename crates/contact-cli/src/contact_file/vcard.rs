//! A contact as a vCard 4.0 (RFC 6350), for address books.
//!
//! Custom fields, "do not disturb", the lead source and times are left out, because address books cannot store them.

use calcard::vcard::{VCard, VCardEntry, VCardProperty, VCardValue, VCardVersion};
use contact_client::model::{Contact, Timestamp};
use url::Url;

/// Returns the card of a contact, with folded lines.
pub(super) fn written(contact: &Contact) -> String {
    let part = |extra: &contact_client::model::Included<Option<String>>| extra.value().cloned().flatten();
    // Family name, given name, additional names, prefixes, suffixes.
    let parts = [part(&contact.last_name), part(&contact.first_name), None, None, None];
    let has_parts = parts.iter().any(Option::is_some);
    let picture = texts(&contact.profile_picture_url).filter(|address| Url::parse(address).is_ok());
    let entries = [
        property(VCardProperty::Uid, [format!("urn:uuid:{}", contact.id)]),
        property(VCardProperty::Rev, contact.updated_at.value().map(revision)),
        // A card must have a name, which may be empty. A made-up name would be read as a real one.
        property(VCardProperty::Fn, [contact.name.clone().unwrap_or_default()]),
        property(VCardProperty::N, parts.map(Option::unwrap_or_default)).filter(|_| has_parts),
        property(VCardProperty::Org, texts(&contact.business_name)),
        property(VCardProperty::Email, texts(&contact.email)),
        property(VCardProperty::Tel, texts(&contact.phone)),
        property(VCardProperty::Categories, texts(&contact.tags)),
        property(VCardProperty::Note, texts(&contact.notes)),
        property(VCardProperty::Photo, picture),
    ];
    let card = VCard { entries: entries.into_iter().flatten().collect() };
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = card.write_to(&mut text, VCardVersion::V4_0);
    text
}

/// Returns a property with these values, if there are any.
fn property(property: VCardProperty, values: impl IntoIterator<Item = String>) -> Option<VCardEntry> {
    let values: Vec<_> = values.into_iter().map(|text| VCardValue::Text(clean(&text))).collect();
    (!values.is_empty()).then(|| VCardEntry::new(property).with_values(values))
}

/// Returns the texts that are not empty in a card.
fn texts<'t>(texts: impl IntoIterator<Item = &'t String>) -> impl Iterator<Item = String> {
    texts.into_iter().map(|text| clean(text)).filter(|text| !text.is_empty())
}

/// Returns a text as all readers of cards read it: with one kind of line break, spaces instead of tabs, no other control
/// characters, and no white space around it.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let is_text = |character: &char| !character.is_control() || *character == '\n';
    text.chars().filter(is_text).collect::<String>().trim().to_owned()
}

/// Returns a time for `REV`, which is exact to the second.
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

    /// Returns a contact with these texts and tags.
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
            profile_picture_url: Some("https://example.com/jane.png?a=1,2;3".to_owned()),
            last_activity: None,
            created_at: None,
            custom_fields: Included::Present([].into()),
            updated_at: Included::Present("2026-01-31T09:00:00.123456Z".parse().unwrap()),
            deleted_at: Included::Absent,
        }
    }

    #[test]
    fn a_card_has_names_addresses_and_notes() {
        let notes = "Called today; she wants the gold plan.\r\nOur number is C:\\1, and 名前は長い。";
        let texts =
            ["Jane van Doe", "Jane", "van Doe", "jane@example.com", "+14155552671", "Doe, Roe; Sons", notes];
        let tags = ["vip", "", "a,b"].map(str::to_owned).to_vec();
        let written = written(&contact(texts.map(|text| Some(text.to_owned())), tags));
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

    /// Returns a text with single spaces: after a backslash, the library reads one space less than there are.
    fn folded(text: &str) -> String {
        text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn a_card_is_read_as_it_was_written(
            all in vec(of(prop_oneof!["[a-z,;:\\\\\"\n\té名 =]{0,90}", "[^\0]{0,8}"]), 7),
            tags in vec("[^\0]{0,8}", 0..4),
        ) {
            let all: [Option<String>; 7] = all.try_into().unwrap();
            let text = written(&contact(all.clone(), tags.clone()));
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 75, "{} octets in {:?}", line.len(), line);
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
            let card = VCard::parse(&text).unwrap();
            let [name, first, last, email, phone, business_name, notes] = all;
            let clean = |text: Option<String>| clean(&text.unwrap_or_default());
            let has_parts = first.is_some() || last.is_some();
            let parts = [clean(last), clean(first), String::new(), String::new(), String::new()];
            for (property, expected) in [
                (VCardProperty::Fn, vec![clean(name)]),
                (VCardProperty::N, if has_parts { parts.to_vec() } else { Vec::new() }),
                (VCardProperty::Email, texts(&email).collect()),
                (VCardProperty::Tel, texts(&phone).collect()),
                (VCardProperty::Org, texts(&business_name).collect()),
                (VCardProperty::Note, texts(&notes).collect()),
                (VCardProperty::Categories, texts(&tags).collect()),
            ] {
                let values = card.property(&property).into_iter().flat_map(|entry| entry.values.iter().cloned());
                let read: Vec<String> = values.map(|value| folded(&value.into_text().unwrap())).collect();
                prop_assert_eq!(read, expected.iter().map(|text| folded(text)).collect::<Vec<_>>());
            }
        }
    }
}
