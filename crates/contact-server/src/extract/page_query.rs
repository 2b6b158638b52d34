//! The parameters that select a page of a list.

use std::fmt::Display;
use std::str::FromStr;

use contact_model::Parameters;
use utoipa::IntoParams;

use super::FromQuery;

/// The parameters that select a page of a list. A cursor of type `C` marks where the page begins.
#[derive(Debug)]
pub(crate) struct PageQuery<C> {
    pub(crate) page_size: u16,
    pub(crate) cursor: Option<C>,
}

/// The parameters of [`PageQuery`], for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it stands for what PageQuery reads")]
pub(crate) struct PageParameters {
    /// The most entries on the page.
    #[param(required = false, minimum = 1, maximum = 200, default = 50)]
    page_size: u32,
    /// The cursor in `next` of the page before. It is opaque and valid only for a short time. Without it, the page is
    /// the first one.
    #[param(required = false)]
    cursor: String,
}

impl<C: FromStr<Err: Display> + Send> FromQuery for PageQuery<C> {
    fn read(parameters: &mut Parameters) -> Self {
        Self { page_size: parameters.page_size(), cursor: parameters.word("cursor") }
    }
}
