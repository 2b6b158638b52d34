//! The header `Prefer` (RFC 7240). Extension.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;

use crate::AppState;

/// The header that says which preferences were followed.
pub(crate) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What the caller would like; what is not known is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prefer {
    /// `return=representation`: the contact in the answer.
    pub(crate) representation: bool,
}

impl FromRequestParts<AppState> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Infallible> {
        let values = parts.headers.get_all("prefer").iter();
        Ok(Self::read(values.filter_map(|value| value.to_str().ok())))
    }
}

impl Prefer {
    /// Of a preference that is named twice the first counts (RFC 7240).
    fn read<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let preferences = values.flat_map(|value| value.split(',')).filter_map(|preference| {
            let (name, value) = preference.split(';').next()?.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
        });
        let first = preferences.into_iter().find(|(name, _)| name == "return");
        Self { representation: first.is_some_and(|(_, value)| value == "representation") }
    }
}

#[cfg(test)]
mod tests {
    use super::Prefer;

    #[test]
    fn the_representation_is_asked_for() {
        for values in [
            &["return=representation"][..],
            &["respond-async, Return = \"representation\"; x=1"],
            &["wait=5", "return=representation"],
            &["return=representation, return=minimal"],
        ] {
            assert!(Prefer::read(values.iter().copied()).representation, "{values:?}");
        }
        for values in
            [&[][..], &["return=minimal"], &["representation"], &["return=minimal, return=representation"]]
        {
            assert!(!Prefer::read(values.iter().copied()).representation, "{values:?}");
        }
    }
}
