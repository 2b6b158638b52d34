//! Which contact a create hits.

mod person;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use person::{Person, choose_person};

use crate::violation::{Violation, ViolationCode, Violations};
use crate::{ContactId, Handling};

/// How many contacts with one phone are looked at for the person that a create describes, the oldest.
pub const PERSON_CANDIDATES: usize = 20;

/// What a create looks for an existing contact by; either may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct MatchingKeys {
    /// The phone's key, see [`crate::phone::key`].
    pub phone: Option<String>,
    /// The email's key, see [`crate::email::key`].
    pub email: Option<String>,
}

/// What decides if phone and email hit two contacts, or several contacts share the phone. Extension;
/// without it the phone and the oldest contact do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum MatchPolicy {
    /// The phone's contact is updated, and the sent email left out.
    #[default]
    Phone,
    /// The email's contact is updated, and the sent phone left out.
    Email,
    /// Of the contacts with the phone, the one that is the same person by email or name is updated, see
    /// [`choose_person`]. If none is, the email's contact is, or a contact is created; either gets the
    /// sent phone, which others have too. If the email is another contact's, it is left out.
    Person,
    /// Neither is touched: the create is refused.
    Reject,
}

impl MatchPolicy {
    /// Every policy.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Email, Self::Person, Self::Reject];

    /// The word for it in the header `Prefer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Person => "person",
            Self::Reject => "reject",
        }
    }
}

impl FromStr for MatchPolicy {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|policy| policy.as_str() == word);
        known.ok_or_else(|| format!("`{word}` is not a policy: use phone, email, person or reject"))
    }
}

/// One of the two that a create looks for a contact by. Extension, where it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MatchedBy {
    /// The phone number.
    Phone,
    /// The email address.
    Email,
}

impl MatchedBy {
    /// The key of a create that names it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Phone => "phone_number",
            Self::Email => "email",
        }
    }
}

/// Which contact a create applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Target {
    /// The existing contact and what led to it, or `None` for a new one.
    pub contact: Option<(ContactId, MatchedBy)>,
    /// What hit another contact: it is left out.
    pub left_out: Option<MatchedBy>,
}

/// Phone and email hit two contacts, and the create was to be refused then. Extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collision {
    /// The contact with the phone.
    pub by_phone: ContactId,
    /// The contact with the email.
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

/// Chooses the contact that a create applies to (decided): the one with the same phone, else the
/// one with the same email, else a new one. If phone and email hit two contacts, the policy decides;
/// by default the phone's is updated and the sent email is left out.
///
/// Of several contacts with one phone or email, the caller passes the oldest (`created_at`, then id);
/// with [`MatchPolicy::Person`], `by_phone` is the one that [`choose_person`] chose.
///
/// # Errors
/// Phone and email hit two contacts, and the policy is [`MatchPolicy::Reject`] or the handling strict,
/// which leaves nothing out.
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
            _ if handling.is_strict() => Err(Collision { by_phone, by_email }),
            MatchPolicy::Phone | MatchPolicy::Person => {
                Ok(Target { contact: phone, left_out: Some(MatchedBy::Email) })
            }
            MatchPolicy::Email => Ok(Target { contact: email, left_out: Some(MatchedBy::Phone) }),
            MatchPolicy::Reject => Err(Collision { by_phone, by_email }),
        },
        _ => Ok(Target { contact: phone.or(email), left_out: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Handling::{Lenient, Strict};
    use MatchPolicy::{Email, Person, Phone, Reject};

    #[test]
    fn phone_wins_over_email_and_nothing_makes_a_new_one() {
        let [a, b] = [1, 2].map(|n| ContactId(uuid::Uuid::from_u128(n)));
        let target = |contact| Ok(Target { contact, left_out: None });
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
    fn where_they_hit_two_contacts_the_policy_decides() {
        let [a, b] = [1, 2].map(|n| ContactId(uuid::Uuid::from_u128(n)));
        let target = |contact, left_out| Ok(Target { contact: Some(contact), left_out: Some(left_out) });
        let hit = |policy| choose(policy, Lenient, Some(a), Some(b));
        assert_eq!(hit(Phone), target((a, MatchedBy::Phone), MatchedBy::Email));
        assert_eq!(hit(Person), target((a, MatchedBy::Phone), MatchedBy::Email));
        assert_eq!(hit(Email), target((b, MatchedBy::Email), MatchedBy::Phone));
        let collision = hit(Reject).unwrap_err();
        assert_eq!(collision, Collision { by_phone: a, by_email: b });
        for policy in MatchPolicy::ALL {
            assert_eq!(choose(policy, Strict, Some(a), Some(b)), Err(collision));
        }
        let named = Violations::from(collision).into_vec();
        assert_eq!(named.iter().map(|v| v.pointer.as_str()).collect::<Vec<_>>(), ["/phone_number", "/email"]);
        assert!(named[0].detail.contains(&a.to_string()) && named[1].detail.contains(&b.to_string()));
        assert_eq!([named[0].contact_id, named[1].contact_id], [Some(a), Some(b)]);
    }

    #[test]
    fn every_policy_has_its_word() {
        for policy in MatchPolicy::ALL {
            assert_eq!(policy.as_str().parse(), Ok(policy));
        }
        assert_eq!(MatchPolicy::default(), Phone);
        assert!("Phone".parse::<MatchPolicy>().is_err());
    }
}
