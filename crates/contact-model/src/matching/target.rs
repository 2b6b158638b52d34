//! Decides which contact a create applies to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Violation, ViolationCode, Violations};
use crate::string_enum::string_enum;
use crate::{ContactId, Handling};

/// The number of contacts with the same phone number, the oldest first, in which a create looks for the
/// person that it describes.
pub const PERSON_CANDIDATES: usize = 20;

/// The keys that a create looks for an existing contact by. Either may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct MatchingKeys {
    /// The key of the phone number, see [`crate::phone::key`].
    pub phone: Option<String>,
    /// The key of the email address, see [`crate::email::key`].
    pub email: Option<String>,
}

string_enum! {
    /// How a create chooses a contact if phone number and email address match two contacts, or if several
    /// contacts have the phone number. Extension; without it, the oldest contact with the phone number is chosen.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
    pub enum MatchPolicy: "a policy" {
        /// Updates the contact with the phone number, and does not store the email address.
        #[default]
        Phone = "phone",
        /// Updates the contact with the email address, and does not store the phone number.
        Email = "email",
        /// Updates the contact with the phone number that is the same person by email address or name, see
        /// [`choose_person`](super::choose_person). If there is none, the contact with the email address is
        /// updated, or a contact is created; either gets the phone number, which others have too. An email
        /// address that another contact has is not stored.
        Person = "person",
        /// Merges the contact with the email address into the one with the phone number, which is then updated.
        Merge = "merge",
        /// Refuses the create, and changes neither contact.
        Reject = "reject",
    }
}

/// The value that a create matched an existing contact by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MatchedBy {
    /// The phone number.
    Phone,
    /// The email address.
    Email,
}

impl MatchedBy {
    /// Returns the key of a create that contains the value.
    pub fn key(self) -> &'static str {
        match self {
            Self::Phone => "phone_number",
            Self::Email => "email",
        }
    }
}

/// The contact that a create applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Target {
    /// The existing contact and the value that matched it, or `None` for a new contact.
    pub contact: Option<(ContactId, MatchedBy)>,
    /// The value that matched another contact and is therefore not stored.
    pub not_stored: Option<MatchedBy>,
    /// Another contact, which is merged into the existing one first.
    pub merged: Option<ContactId>,
}

/// The phone number and the email address match two contacts, and the create must be refused. Extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collision {
    /// The contact with the phone number.
    pub by_phone: ContactId,
    /// The contact with the email address.
    pub by_email: ContactId,
}

impl From<Collision> for Violations {
    fn from(Collision { by_phone, by_email }: Collision) -> Self {
        let mut violations = Self::new();
        for (by, what, id) in
            [(MatchedBy::Phone, "phone number", by_phone), (MatchedBy::Email, "email address", by_email)]
        {
            let detail = format!("The contact {id} has this {what}.");
            let violation = Violation::new(format!("/{}", by.key()), ViolationCode::Collides, detail);
            violations.push(violation.of_contact(id));
        }
        violations
    }
}

/// Chooses the contact that a create applies to. Decided: the contact with the phone number, or else the
/// contact with the email address, or else a new one. If phone number and email address match two contacts,
/// the policy decides. By default, the contact with the phone number is updated and the email address is left
/// out.
///
/// If several contacts have the same phone number or email address, the caller passes the oldest
/// (`created_at`, then id). With [`MatchPolicy::Person`], `by_phone` is the contact that
/// [`choose_person`](super::choose_person) returned.
///
/// # Errors
/// Returns an error if phone number and email address match two contacts and either the policy is
/// [`MatchPolicy::Reject`], or the handling is strict, which leaves nothing out, and the policy is not
/// [`MatchPolicy::Merge`].
pub fn choose(
    policy: MatchPolicy,
    handling: Handling,
    by_phone: Option<ContactId>,
    by_email: Option<ContactId>,
) -> Result<Target, Collision> {
    let (phone, email) =
        (by_phone.map(|id| (id, MatchedBy::Phone)), by_email.map(|id| (id, MatchedBy::Email)));
    match (by_phone, by_email) {
        (Some(by_phone), Some(by_email)) if by_phone != by_email => match policy {
            MatchPolicy::Merge => Ok(Target { contact: phone, merged: Some(by_email), not_stored: None }),
            _ if handling.is_strict() => Err(Collision { by_phone, by_email }),
            MatchPolicy::Phone | MatchPolicy::Person => {
                Ok(Target { contact: phone, not_stored: Some(MatchedBy::Email), merged: None })
            }
            MatchPolicy::Email => {
                Ok(Target { contact: email, not_stored: Some(MatchedBy::Phone), merged: None })
            }
            MatchPolicy::Reject => Err(Collision { by_phone, by_email }),
        },
        _ => Ok(Target { contact: phone.or(email), not_stored: None, merged: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Handling::{Lenient, Strict};
    use MatchPolicy::{Email, Merge, Person, Phone, Reject};

    #[test]
    fn phone_is_preferred_to_email_and_no_match_creates_a_contact() {
        let [a, b] = [1, 2].map(|n| ContactId(uuid::Uuid::from_u128(n)));
        let target = |contact| Ok(Target { contact, ..Target::default() });
        for policy in MatchPolicy::ALL {
            for handling in Handling::ALL {
                let choose = |by_phone, by_email| choose(policy, handling, by_phone, by_email);
                assert_eq!(choose(None, None), target(None));
                assert_eq!(choose(Some(a), None), target(Some((a, MatchedBy::Phone))));
                assert_eq!(choose(None, Some(b)), target(Some((b, MatchedBy::Email))));
                assert_eq!(choose(Some(a), Some(a)), target(Some((a, MatchedBy::Phone))));
            }
        }
    }

    #[test]
    fn the_policy_decides_if_phone_and_email_match_two_contacts() {
        let [a, b] = [1, 2].map(|n| ContactId(uuid::Uuid::from_u128(n)));
        let target = |contact, not_stored| {
            Ok(Target { contact: Some(contact), not_stored: Some(not_stored), merged: None })
        };
        let choose_by = |policy| choose(policy, Lenient, Some(a), Some(b));
        assert_eq!(choose_by(Phone), target((a, MatchedBy::Phone), MatchedBy::Email));
        assert_eq!(choose_by(Person), target((a, MatchedBy::Phone), MatchedBy::Email));
        assert_eq!(choose_by(Email), target((b, MatchedBy::Email), MatchedBy::Phone));
        let collision = choose_by(Reject).unwrap_err();
        assert_eq!(collision, Collision { by_phone: a, by_email: b });
        let merge = Target { contact: Some((a, MatchedBy::Phone)), not_stored: None, merged: Some(b) };
        assert_eq!(
            [Lenient, Strict].map(|handling| choose(Merge, handling, Some(a), Some(b))),
            [Ok(merge); 2]
        );
        for policy in MatchPolicy::ALL.into_iter().filter(|policy| *policy != Merge) {
            assert_eq!(choose(policy, Strict, Some(a), Some(b)), Err(collision));
        }
        let named = Violations::from(collision).into_vec();
        assert_eq!(named.iter().map(|v| v.pointer.as_str()).collect::<Vec<_>>(), ["/phone_number", "/email"]);
        assert!(named[0].detail.contains(&a.to_string()) && named[1].detail.contains(&b.to_string()));
        assert_eq!([named[0].contact_id, named[1].contact_id], [Some(a), Some(b)]);
    }

    #[test]
    fn every_policy_survives_a_round_trip() {
        for policy in MatchPolicy::ALL {
            assert_eq!(policy.as_str().parse(), Ok(policy));
        }
        assert_eq!(MatchPolicy::default(), Phone);
        assert!("Phone".parse::<MatchPolicy>().is_err());
    }
}
