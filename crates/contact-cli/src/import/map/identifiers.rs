//! Reads the phone number and the email address of a row, by which its contact is found, and its names.

use contact_client::model::{Country, phone};

use super::cells::{Found, email_address, is_placeholder_name, phone_number, with_lost_plus};
use super::left_out::LeftOut;
use super::values::word;
use crate::import::row::Value;

/// Returns the names in the cells, without placeholders such as `N/A`, which would rename an existing contact.
pub(super) fn names<'r>(
    cells: impl Iterator<Item = &'r Value>,
    left_out: &mut LeftOut,
) -> impl Iterator<Item = Value> {
    cells.filter_map(word).filter(|name| {
        let is_placeholder = name.as_text().is_some_and(is_placeholder_name);
        left_out.placeholders += u64::from(is_placeholder);
        !is_placeholder
    })
}

/// Returns the email address of the first cell that has one.
pub(super) fn email<'r>(cells: impl Iterator<Item = &'r Value>, left_out: &mut LeftOut) -> Option<Value> {
    let mut addresses = cells.filter(|cell| !is_exchange_address(cell)).filter_map(word);
    addresses.find_map(|cell| first(cell, email_address, left_out))
}

/// Returns the phone number of the first cell that has one, with the plus sign that a spreadsheet has removed.
///
/// # Errors
/// A cell is a number in scientific notation: its last digits are lost.
pub(super) fn phone<'r>(
    cells: impl Iterator<Item = &'r Value>,
    country: Country,
    left_out: &mut LeftOut,
) -> Result<Option<Value>, String> {
    for cell in cells.filter_map(word) {
        if let Some(text) = cell.as_text().filter(|text| phone::is_scientific(text)) {
            return Err(format!(
                "the phone number {text} is in scientific notation, and its last digits are lost: format the column \
                 as text in the spreadsheet, enter the number and save the file again"
            ));
        }
        let Some(number) = first(cell, |cell| phone_number(cell, country), left_out) else { continue };
        let repaired = number.as_text().and_then(|number| with_lost_plus(number, country));
        return Ok(Some(repaired.map_or(number, Value::Text)));
    }
    Ok(None)
}

/// Returns the first value in a cell. A cell that is not a text is returned as it is, and the server refuses it.
fn first(cell: Value, find: impl Fn(&str) -> Option<Found>, left_out: &mut LeftOut) -> Option<Value> {
    let Value::Text(text) = &cell else { return Some(cell) };
    let Some((value, further)) = find(text) else {
        left_out.placeholders += 1;
        return None;
    };
    left_out.further_values += further;
    Some(Value::Text(value))
}

/// Returns true for the address that Outlook writes for a contact of an Exchange server. It is not an email address.
fn is_exchange_address(value: &Value) -> bool {
    let text = value.as_str().trim_start().trim_start_matches('"');
    text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("/o="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_exchange_are_skipped() {
        let cells = ["/O=Example", "/o=ExchangeLabs/ou=Group/cn=Recipients/cn=jane", "jane@example.com"];
        let mut left_out = LeftOut::default();
        let found = email(cells.map(Value::text).iter(), &mut left_out);
        assert_eq!((found, left_out), (Some(Value::text("jane@example.com")), LeftOut::default()));
    }
}
