//! Which contact a create hits.

use crate::ContactId;

/// What a create looks for an existing contact by; either may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct MatchingKeys {
    /// The phone's key, see [`crate::phone::key`].
    pub phone: Option<String>,
    /// The email's key, see [`crate::email::key`].
    pub email: Option<String>,
}

/// Which contact a create applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The existing contact, or `None` for a new one.
    pub contact: Option<ContactId>,
    /// The email hit another contact than the phone: the sent email is left out.
    pub leaves_out_email: bool,
}

/// Chooses the contact that a create applies to (decided): the one with the same phone, else the
/// one with the same email, else a new one. Where phone and email hit two contacts, the phone's is
/// updated and the sent email is left out.
///
/// Of several contacts with one phone or email, the oldest (`created_at`, then id) is to be handed
/// in.
pub fn choose(by_phone: Option<ContactId>, by_email: Option<ContactId>) -> Target {
    Target {
        contact: by_phone.or(by_email),
        leaves_out_email: matches!((by_phone, by_email), (Some(phone), Some(email)) if phone != email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_wins_over_email_and_nothing_makes_a_new_one() {
        let [a, b] = [1, 2].map(|n| ContactId(uuid::Uuid::from_u128(n)));
        let target = |contact, leaves_out_email| Target { contact, leaves_out_email };
        assert_eq!(choose(None, None), target(None, false));
        assert_eq!(choose(Some(a), None), target(Some(a), false));
        assert_eq!(choose(None, Some(b)), target(Some(b), false));
        assert_eq!(choose(Some(a), Some(a)), target(Some(a), false));
        assert_eq!(choose(Some(a), Some(b)), target(Some(a), true));
    }
}
