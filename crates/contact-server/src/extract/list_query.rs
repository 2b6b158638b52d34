//! The request for a page of a list, and the links to the pages around it.

use std::borrow::Cow;
use std::fmt::Display;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::list::{ContactQuery, Cursor};
use contact_model::{CompanyId, Parameters};

use super::FromQuery;
use crate::SharedState;
use crate::cursors::ListSeal;
use crate::error::ApiError;

/// A caller's request for a page of a list. The cursor is decrypted before `T` reads the parameters.
pub(crate) struct ListQuery<A, T> {
    pub(crate) caller: A,
    pub(crate) query: T,
    pub(crate) links: PageLinks,
}

impl<A, T> FromRequestParts<SharedState> for ListQuery<A, T>
where
    A: FromRequestParts<SharedState, Rejection = ApiError> + Into<CompanyId> + Copy + Send,
    T: FromQuery,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self, ApiError> {
        let caller = A::from_request_parts(parts, state).await?;
        let path = parts.uri.path();
        let seal = state.cursors.of_list(caller.into(), path).await?;
        let query = parts.uri.query().unwrap_or_default();
        // A value that is not a cursor of this list is read as an empty cursor, which every list refuses.
        let opened = |(name, value): (Cow<'_, str>, Cow<'_, str>)| match &*name {
            "cursor" => (name.into_owned(), seal.open(&value).unwrap_or_default()),
            _ => (name.into_owned(), value.into_owned()),
        };
        let mut parameters: Parameters = url::form_urlencoded::parse(query.as_bytes()).map(opened).collect();
        let query = T::read(&mut parameters);
        let query = parameters.into_result(query).map_err(ApiError::Parameters)?;
        let base = state.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/'));
        let list = format!("{}{path}", base.unwrap_or_default());
        Ok(Self { caller, query, links: PageLinks { list, seal } })
    }
}

/// Makes the links to other pages of a list.
///
/// With a public URL, the links are absolute URLs. Without one, they are paths, which clients resolve against the URL
/// of their request. The `Host` header is not used, because the sender can write anything there.
pub(crate) struct PageLinks {
    /// The URL or the path of the list.
    list: String,
    seal: ListSeal,
}

impl PageLinks {
    /// Returns the link to the page of `page_size` entries that begins at `cursor`; `None` without a cursor.
    ///
    /// # Errors
    /// The cursor cannot be sealed.
    pub(crate) fn next(
        &self,
        page_size: u16,
        cursor: Option<impl Display>,
    ) -> Result<Option<String>, ApiError> {
        let link = |word: String| format!("{}?page_size={page_size}&cursor={word}", self.list);
        Ok(cursor.map(|cursor| self.seal.seal(cursor)).transpose()?.map(link))
    }

    /// Returns the link to the page of contacts that begins at `cursor`, with the parameters of `query`; `None`
    /// without a cursor.
    ///
    /// # Errors
    /// The cursor cannot be sealed.
    pub(crate) fn of_contacts(
        &self,
        query: &ContactQuery,
        cursor: Option<Cursor>,
    ) -> Result<Option<String>, ApiError> {
        let Some(cursor) = cursor else { return Ok(None) };
        let word = self.seal.seal(cursor.encode(query))?;
        let list = format!("{}?", self.list);
        let query_start = list.len();
        let mut link = url::form_urlencoded::Serializer::for_suffix(list, query_start);
        Ok(Some(link.extend_pairs(query.to_pairs()).append_pair("cursor", &word).finish()))
    }
}
