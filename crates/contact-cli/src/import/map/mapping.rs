//! Which column of a file is for which field of a contact.

use std::collections::HashMap;

use contact_client::model::{CustomField, CustomFieldType};

use super::field_columns::FieldColumns;
use super::headings;
use super::target::Target;
use crate::contact_fields::Field;
use crate::failure::{Failure, nearest};
use crate::import::read::is_import_column;

/// How a column is used.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Use {
    /// For a field. Of several columns for one field, the column with the lowest rank comes first.
    For(Target, u32),
    /// As the label of the value in another column, such as `Mobile`, or not at all, because an earlier import wrote it to
    /// a file of failed rows.
    Auxiliary,
    /// Not at all.
    LeftOut,
}

/// Which column is for which field.
#[derive(Debug)]
pub(crate) struct Mapping {
    custom: Vec<CustomField>,
    /// The headings that `--map` names, each with its field, or `None` if the column is left out.
    chosen: HashMap<String, Option<Target>>,
    uses: Vec<Use>,
    plan: Vec<(Target, FieldColumns)>,
}

/// The rank of a column that the user chose.
const CHOSEN: u32 = 0;

impl Mapping {
    /// Maps the columns with these headings. Each of the `choices` is a value of `--map`: `Heading=field`, or `Heading=` to
    /// leave out the column.
    ///
    /// # Errors
    /// A choice names a heading or a field that does not exist.
    pub(crate) fn new(
        headings: &[String],
        choices: &[String],
        custom: Vec<CustomField>,
    ) -> Result<Self, Failure> {
        let chosen = choices.iter().rev().map(|choice| read_choice(choice, headings, &custom));
        let chosen = chosen.collect::<Result<_, _>>()?;
        let mut mapping = Self { custom, chosen, uses: Vec::new(), plan: Vec::new() };
        mapping.extend(headings);
        Ok(mapping)
    }

    /// Maps the columns that were added since.
    pub(crate) fn extend(&mut self, headings: &[String]) {
        if self.uses.len() == headings.len() {
            return;
        }
        let known = self.uses.len();
        for heading in &headings[known..] {
            self.uses.push(self.use_of(heading, headings));
        }
        if !self.uses[known..].iter().any(|usage| matches!(usage, Use::For(..))) {
            return;
        }
        let ranked = self.uses.iter().enumerate().filter_map(|(column, usage)| match usage {
            Use::For(target, rank) => Some((*rank, column, target.clone())),
            _ => None,
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|(rank, column, _)| (*rank, *column));
        self.plan.clear();
        for (rank, column, target) in ranked {
            // The order of `--map` takes precedence over labels.
            let is_labelled =
                rank != CHOSEN && matches!(target, Target::Field(Field::Email | Field::PhoneNumber));
            let label = if is_labelled { headings::label_of(&headings[column], headings) } else { None };
            if let Some(usage @ Use::LeftOut) = label.and_then(|label| self.uses.get_mut(label)) {
                *usage = Use::Auxiliary;
            }
            let place = self.plan.iter().position(|(planned, _)| *planned == target);
            let place = place.unwrap_or_else(|| {
                self.plan.push((target, FieldColumns::default()));
                self.plan.len() - 1
            });
            self.plan[place].1.add(column, label);
        }
    }

    fn use_of(&self, heading: &str, all: &[String]) -> Use {
        if let Some(chosen) = self.chosen.get(heading) {
            return chosen.clone().map_or(Use::LeftOut, |target| Use::For(target, CHOSEN));
        }
        if is_import_column(heading) {
            return Use::Auxiliary;
        }
        let exact = Target::named(heading, &self.custom);
        let known = || headings::known(heading, all).map(|(field, rank)| (Target::Field(field), rank));
        let in_any_case =
            || Target::custom_in_any_case(heading, &self.custom).map(|target| (target, u32::MAX));
        match exact.map(|target| (target, 1)).or_else(known).or_else(in_any_case) {
            Some((target, rank)) => Use::For(target, rank),
            None => Use::LeftOut,
        }
    }

    /// Returns the fields that have columns, each with its columns.
    pub(super) fn plan(&self) -> &[(Target, FieldColumns)] {
        &self.plan
    }

    /// Returns true if no column is used.
    pub(crate) fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    /// Returns true if a column is for this field.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.plan.iter().any(|(target, _)| *target == Target::Field(field))
    }

    /// Returns the columns of custom fields whose values may be written in several forms, with the type of each field.
    pub(crate) fn columns_with_forms(&self) -> impl Iterator<Item = (usize, CustomFieldType)> {
        let custom = self.plan.iter().filter_map(|(target, columns)| match target {
            Target::Custom(field)
                if matches!(field.kind, CustomFieldType::Number | CustomFieldType::Date) =>
            {
                Some((field.kind, columns))
            }
            _ => None,
        });
        custom.flat_map(|(kind, columns)| columns.places().map(move |place| (place, kind)))
    }

    /// Returns the headings from this column on that are left out.
    pub(crate) fn left_out_from<'h>(&self, headings: &'h [String], column: usize) -> Vec<&'h str> {
        let later = self.uses.iter().zip(headings).skip(column);
        later.filter(|(usage, _)| **usage == Use::LeftOut).map(|(_, heading)| heading.as_str()).collect()
    }

    /// Describes how each column is used.
    pub(crate) fn lines(&self, headings: &[String]) -> Vec<(String, String)> {
        let columns = self.uses.iter().zip(headings).enumerate();
        let mut lines: Vec<_> = columns
            .filter_map(|(column, (usage, heading))| match usage {
                Use::For(target, _) => Some((format!("  {heading}"), self.role(target, column))),
                _ => None,
            })
            .collect();
        let left_out = self.left_out_from(headings, 0);
        if !left_out.is_empty() {
            lines.push(("  left out".to_owned(), left_out.join(", ")));
        }
        lines
    }

    /// Describes what a column is for, and how its values are combined with those of other columns for the same field.
    fn role(&self, target: &Target, column: usize) -> String {
        let columns = self.plan.iter().find(|(planned, _)| planned == target).map(|(_, columns)| columns);
        let is_first = columns.is_none_or(|columns| columns.places().next() == Some(column));
        let order = match target {
            _ if columns.is_some_and(FieldColumns::has_labels) => ", in the order of the labels",
            _ if is_first => "",
            Target::Field(Field::FirstName | Field::LastName) => ", after the columns before",
            Target::Field(Field::Notes | Field::Tags) | Target::CustomFields(_) => ", with the others",
            _ => ", if the columns before are empty",
        };
        format!("{target}{order}")
    }
}

/// Reads a value of `--map`. A heading and the name of a custom field may contain a `=`: the text before the right one is a
/// heading of the file.
fn read_choice(
    choice: &str,
    headings: &[String],
    custom: &[CustomField],
) -> Result<(String, Option<Target>), Failure> {
    let places = choice.match_indices('=').map(|(place, _)| place);
    let (heading, name) = places
        .map(|place| (&choice[..place], &choice[place + 1..]))
        .find(|(heading, _)| headings.iter().any(|known| known == heading))
        .or_else(|| choice.rsplit_once('='))
        .ok_or_else(|| Failure::usage(format!("`--map {choice}` names no field: use Heading=field")))?;
    if !headings.iter().any(|known| known == heading) {
        let unknown = Failure::usage(format!("`--map {choice}` names a heading that the file does not have"));
        return Err(match nearest(heading, headings.iter().map(String::as_str)) {
            Some(near) => unknown.tip(format!("a similar heading exists: `{near}`")),
            None => unknown.because(format!("it has {}", headings.join(", "))),
        });
    }
    let target = Target::named(name, custom);
    if name.is_empty() || target.is_some() {
        return Ok((heading.to_owned(), target));
    }
    let unknown = Failure::usage(format!("`--map {choice}` names a field that does not exist"))
        .because(format!("the fields are {}", Target::names()));
    Err(match Target::similar(name, custom) {
        Some(similar) => unknown.tip(format!("a similar field exists: `{similar}`")),
        None => unknown.tip("`contacts custom-field list` shows the custom fields of the company"),
    })
}

#[cfg(test)]
mod tests;
