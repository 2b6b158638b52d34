//! A request for a page of a list, and the links to the pages around it.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::{CompanyId, Parameters};
use contact_store::company::{Page, StoreOperation};

use super::FromQuery;
use crate::SharedState;
use crate::cursors::CursorCipher;
use crate::error::{ApiError, Result};

/// A request for a page of a list. `A` is the caller, and `T` are the parameters. The cursor in them is decrypted
/// before they are parsed.
pub(crate) struct ListRequest<A, T> {
    pub(crate) company_id: CompanyId,
    pub(crate) query: T,
    pub(crate) state: SharedState,
    pub(crate) links: PageLinks,
    caller: PhantomData<A>,
}

/// The parameters that select a page of a list. A cursor of type `C` marks where the page begins.
#[derive(Debug)]
pub(crate) struct PageQuery<C> {
    pub(crate) page_size: u16,
    pub(crate) cursor: Option<C>,
}

impl<C: FromStr<Err: Display> + Send> FromQuery for PageQuery<C> {
    fn read(parameters: &mut Parameters) -> Self {
        Self { page_size: parameters.page_size(), cursor: parameters.parsed("cursor") }
    }
}

/// A request for a page of a list without filters. A cursor of type `C` marks where the page begins.
pub(crate) type PageRequest<A, C> = ListRequest<A, PageQuery<C>>;

impl<A, T> FromRequestParts<SharedState> for ListRequest<A, T>
where
    A: FromRequestParts<SharedState, Rejection = ApiError> + Into<CompanyId>,
    T: FromQuery,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self> {
        let company_id = A::from_request_parts(parts, state).await?.into();
        let path = parts.uri.path();
        let cipher = state.cursors.of_list(company_id, path).await?;
        let query = parts.uri.query().unwrap_or_default();
        // A value that is not a cursor of this list is read as an empty cursor, which every list refuses.
        let decrypted = |(name, value): (Cow<'_, str>, Cow<'_, str>)| match &*name {
            "cursor" => (name.into_owned(), cipher.decrypt(&value).unwrap_or_default()),
            _ => (name.into_owned(), value.into_owned()),
        };
        let mut parameters: Parameters =
            url::form_urlencoded::parse(query.as_bytes()).map(decrypted).collect();
        let query = T::read(&mut parameters);
        let query = parameters.into_result(query).map_err(ApiError::Parameters)?;
        let list = format!("{}{path}", state.base_url());
        let links = PageLinks { list, cipher };
        Ok(Self { company_id, query, state: Arc::clone(state), links, caller: PhantomData })
    }
}

impl<A, C: Display> PageRequest<A, C> {
    /// Reads the page. Returns its entries and the link to the next page. `list` creates the operation from the
    /// company, the cursor and the size of the page, and `cursor_after` returns the cursor of the page after an entry.
    pub(crate) async fn read<T: 'static, O: StoreOperation<Output = Page<T>>>(
        self,
        list: impl FnOnce(CompanyId, Option<C>, u16) -> O,
        cursor_after: impl FnOnce(&T) -> C,
    ) -> Result<(Vec<T>, PageLink)> {
        let PageQuery { page_size, cursor } = self.query;
        let page = self.state.store.run(list(self.company_id, cursor, page_size)).await?;
        let next = self.links.link([("page_size", page_size.to_string())], page.next(cursor_after))?;
        Ok((page.entries, next))
    }
}

/// The link to another page of a list, as an URL and as a cursor. Both are `None` if there is no such page.
#[derive(Debug, Default)]
pub(crate) struct PageLink {
    pub(crate) url: Option<String>,
    pub(crate) cursor: Option<String>,
}

/// Creates the links to other pages of a list.
///
/// With a public URL, the links are absolute URLs. Without one, they are paths, which clients resolve against the URL
/// of their request. The `Host` header is not used, because the sender can write anything there.
pub(crate) struct PageLinks {
    /// The URL or the path of the list.
    list: String,
    cipher: CursorCipher,
}

impl PageLinks {
    /// Returns the link to the page that begins at `cursor`, with the other parameters of the list.
    ///
    /// # Errors
    /// The cursor cannot be encrypted.
    pub(crate) fn link(
        &self,
        parameters: impl IntoIterator<Item = (impl AsRef<str>, String)>,
        cursor: Option<impl Display>,
    ) -> Result<PageLink> {
        let Some(cursor) = cursor else { return Ok(PageLink::default()) };
        let word = self.cipher.encrypt(cursor)?;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(parameters).append_pair("cursor", &word).finish();
        let url = format!("{}?{query}", self.list);
        Ok(PageLink { url: Some(url), cursor: Some(word) })
    }
}
