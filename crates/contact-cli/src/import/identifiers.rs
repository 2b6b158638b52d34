//! Reads the phone number and the email address of a row, by which its contact is found, and its names.

use std::borrow::Cow;

use contact_client::model::{Country, phone};

use super::cell_values::{Found, email_address, is_no_name, phone_number, with_lost_plus};
use super::left_out::LeftOut;
use super::row::Value;
use super::said::Said;

/// Returns the names in the cells, without placeholders such as `N/A`, which would rename an existing contact.
pub(crate) fn names<'r>(
    values: impl Iterator<Item = Value<'r>>,
    left_out: &mut LeftOut,
) -> impl Iterator<Item = Said<'r>> {
    values.filter_map(Said::word).filter(|said| {
        let is_placeholder = said.as_text().is_some_and(is_no_name);
        left_out.placeholders += u64::from(is_placeholder);
        !is_placeholder
    })
}

/// Returns the email address of the first cell that has one.
pub(crate) fn email<'r>(values: impl Iterator<Item = Value<'r>>, left_out: &mut LeftOut) -> Option<Said<'r>> {
    values.filter_map(Said::word).find_map(|said| first(said, email_address, left_out))
}

/// Returns the phone number of the first cell that has one, with the plus sign that a spreadsheet has removed.
///
/// # Errors
/// A cell is a number in scientific notation: its last digits are lost.
pub(crate) fn phone_number_of<'r>(
    values: impl Iterator<Item = Value<'r>>,
    country: Country,
    left_out: &mut LeftOut,
) -> Result<Option<Said<'r>>, String> {
    for said in values.filter_map(Said::word) {
        if let Some(text) = said.as_text().filter(|text| phone::is_scientific(text)) {
            return Err(format!(
                "the phone number {text} is in scientific notation, and its last digits are lost: format the column \
                 as text in the spreadsheet, enter the number and save the file again"
            ));
        }
        let Some(number) = first(said, |cell| phone_number(cell, country), left_out) else { continue };
        let repaired = number.as_text().and_then(|number| with_lost_plus(number, country));
        return Ok(Some(repaired.map_or(number, |number| Said::Text(Cow::Owned(number)))));
    }
    Ok(None)
}

/// Returns the first value of a cell. What is not a text is sent as it is, and the server refuses it.
fn first<'r>(
    said: Said<'r>,
    find: impl for<'c> Fn(&'c str) -> Option<Found<'c>>,
    left_out: &mut LeftOut,
) -> Option<Said<'r>> {
    let Said::Text(text) = said else { return Some(said) };
    let found = match text {
        Cow::Borrowed(text) => find(text),
        Cow::Owned(text) => find(&text).map(Found::into_owned),
    };
    match found {
        Some(Found { value, further }) => {
            left_out.further_values += further;
            Some(Said::Text(value))
        }
        None => {
            left_out.placeholders += 1;
            None
        }
    }
}
