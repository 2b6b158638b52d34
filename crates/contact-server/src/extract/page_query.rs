//! The parameters that select a page of a list.

use std::fmt::Display;
use std::str::FromStr;

use contact_model::Parameters;

use super::FromQuery;

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
