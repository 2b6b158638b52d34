//! Which column of a file is for which field of a contact.

use contact_client::model::{CustomField, CustomFieldType};

use super::field::Field;
use super::field_columns::FieldColumns;
use super::headings;
use super::rows::{ERROR_COLUMN, LINE_COLUMN};
use crate::failure::{Failure, nearest};

/// What `--map` says: a heading, and the field that its columns are for, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    heading: String,
    field: Option<Field>,
}

/// What a column is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    /// A field. Of several columns for one field, that of the lowest rank comes first.
    For(Field, u32),
    /// The label of the value in another column, such as `Mobile`.
    Label,
    /// Nothing that is known: it is left out.
    LeftOut,
    /// What an earlier import has written beside a row that failed.
    OfImport,
}

/// Which column is for which field.
#[derive(Debug)]
pub(crate) struct Mapping {
    custom: Vec<CustomField>,
    said: Vec<Said>,
    uses: Vec<Use>,
    plan: Vec<(Field, FieldColumns)>,
}

/// What the user says comes before every guess.
const SAID: u32 = 0;

impl Mapping {
    /// Guesses from the headings, but for what is said of them: `Heading=field`, or `Heading=` to leave it out.
    ///
    /// # Errors
    /// What is said names no heading or no field.
    pub(crate) fn new(
        headings: &[String],
        said: &[String],
        custom: Vec<CustomField>,
    ) -> Result<Self, Failure> {
        let said = said.iter().map(|said| read(said, headings, &custom)).collect::<Result<_, _>>()?;
        let mut mapping = Self { custom, said, uses: Vec::new(), plan: Vec::new() };
        mapping.learn(headings);
        Ok(mapping)
    }

    /// Takes in headings that showed up since.
    pub(crate) fn learn(&mut self, headings: &[String]) {
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
        self.plan.clear();
        let ranked = self.uses.iter().enumerate().filter_map(|(column, usage)| match usage {
            Use::For(field, rank) => Some((field.clone(), *rank, column)),
            Use::Label | Use::LeftOut | Use::OfImport => None,
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|(_, rank, column)| (*rank, *column));
        for (field, rank, column) in ranked {
            // The order that `--map` asks for counts more than labels.
            let is_labelled = matches!(field, Field::Email | Field::PhoneNumber) && rank != SAID;
            let label = if is_labelled { headings::label_of(&headings[column], headings) } else { None };
            if let Some(usage @ Use::LeftOut) = label.and_then(|label| self.uses.get_mut(label)) {
                *usage = Use::Label;
            }
            match self.plan.iter_mut().find(|(planned, _)| *planned == field) {
                Some((_, columns)) => columns.add(column, label),
                None => {
                    let mut columns = FieldColumns::new(field == Field::Email);
                    columns.add(column, label);
                    self.plan.push((field, columns));
                }
            }
        }
    }

    fn use_of(&self, heading: &str, all: &[String]) -> Use {
        if let Some(said) = self.said.iter().find(|said| said.heading == heading) {
            return said.field.clone().map_or(Use::LeftOut, |field| Use::For(field, SAID));
        }
        if [LINE_COLUMN, ERROR_COLUMN].contains(&heading) {
            return Use::OfImport;
        }
        // A word of the API is never anything else; and what the company calls a field, it means.
        let exact = Field::named(heading, &self.custom).or_else(|| Field::custom(heading, &self.custom));
        let known = exact.map(|field| (field, 1)).or_else(|| headings::known(heading, all));
        let in_any_case = || Field::custom_in_any_case(heading, &self.custom).map(|field| (field, u32::MAX));
        match known.or_else(in_any_case) {
            Some((field, rank)) => Use::For(field, rank),
            None => Use::LeftOut,
        }
    }

    /// The fields that there are columns for, each with its columns.
    pub(crate) fn plan(&self) -> &[(Field, FieldColumns)] {
        &self.plan
    }

    /// True where a column is for this field.
    pub(crate) fn has(&self, field: &Field) -> bool {
        self.plan.iter().any(|(planned, _)| planned == field)
    }

    /// Returns the columns of custom fields whose values may be written in several forms, with the type of each field.
    pub(crate) fn written_columns(&self) -> impl Iterator<Item = (usize, CustomFieldType)> {
        let custom = self.plan.iter().filter_map(|(field, columns)| match field {
            Field::Custom(field) => Some((field.kind, columns)),
            _ => None,
        });
        let written =
            custom.filter(|(kind, _)| matches!(kind, CustomFieldType::Number | CustomFieldType::Date));
        written.flat_map(|(kind, columns)| columns.places().map(move |place| (place, kind)))
    }

    /// The columns from this one on that are left out.
    pub(crate) fn left_out_from<'h>(&self, headings: &'h [String], column: usize) -> Vec<&'h str> {
        let later = self.uses.iter().zip(headings).skip(column);
        later.filter(|(usage, _)| **usage == Use::LeftOut).map(|(_, heading)| heading.as_str()).collect()
    }

    /// Lines for people: each column with what it is for, and those that are left out.
    pub(crate) fn lines(&self, headings: &[String]) -> (Vec<(String, String)>, Vec<String>) {
        let (mut used, mut left_out) = (Vec::new(), Vec::new());
        for (column, (usage, heading)) in self.uses.iter().zip(headings).enumerate() {
            match usage {
                Use::For(field, _) => used.push((heading.clone(), self.role(field, column))),
                Use::LeftOut => left_out.push(heading.clone()),
                Use::Label | Use::OfImport => {}
            }
        }
        (used, left_out)
    }

    /// What a column is for, and what becomes of it beside others for the same field.
    fn role(&self, field: &Field, column: usize) -> String {
        let columns = self.plan.iter().find(|(planned, _)| planned == field).map(|(_, columns)| columns);
        let is_first = columns.is_none_or(|columns| columns.places().next() == Some(column));
        let beside = match field {
            _ if columns.is_some_and(FieldColumns::has_labels) => ", in the order of the labels",
            _ if is_first => "",
            Field::FirstName | Field::LastName => ", behind the ones before",
            Field::Notes | Field::Tags | Field::CustomFields(_) => ", with the others",
            _ => ", where the ones before are empty",
        };
        format!("{field}{beside}")
    }
}

/// Reads what `--map` says. A heading may hold a `=`, and so may the name of a custom field: what is before it
/// must be a heading of the file.
fn read(said: &str, headings: &[String], custom: &[CustomField]) -> Result<Said, Failure> {
    let places = said.match_indices('=').map(|(place, _)| place);
    let (heading, word) = places
        .map(|place| (&said[..place], &said[place + 1..]))
        .find(|(heading, _)| headings.iter().any(|known| known == heading))
        .or_else(|| said.rsplit_once('='))
        .ok_or_else(|| Failure::usage(format!("`--map {said}` says no field: use Heading=field")))?;
    if !headings.iter().any(|known| known == heading) {
        let unknown = Failure::usage(format!("`--map {said}` names a heading that the file does not have"));
        return Err(match nearest(heading, headings.iter().map(String::as_str)) {
            Some(near) => unknown.tip(format!("a similar heading exists: `{near}`")),
            None => unknown.because(format!("it has {}", headings.join(", "))),
        });
    }
    let heading = heading.to_owned();
    if word.is_empty() {
        return Ok(Said { heading, field: None });
    }
    match Field::named(word, custom).or_else(|| Field::custom(word, custom)) {
        Some(field) => Ok(Said { heading, field: Some(field) }),
        None => {
            let unknown = Failure::usage(format!("`--map {said}` names a field that there is not"))
                .because(format!("it takes {}", Field::words()));
            Err(match Field::near(word, custom) {
                Some(near) => unknown.tip(format!("a similar field exists: `{near}`")),
                None => unknown.tip("`contacts custom-field list` shows the company's own"),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(names: &[&str]) -> Vec<CustomField> {
        let fields = names.iter().map(|name| {
            let id = "018bab2f-5d60-7c31-9a55-8dd25736052a";
            let json = serde_json::json!({
                "id": id, "name": name, "type": "any", "options": [], "created_at": "2023-11-07T05:31:56Z"
            });
            serde_json::from_value(json).unwrap()
        });
        fields.collect()
    }

    fn headings(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    fn shown(line: &str, said: &[&str], names: &[&str]) -> Result<String, Failure> {
        let headings = headings(line);
        let said: Vec<String> = said.iter().map(|&said| said.to_owned()).collect();
        let (used, left_out) = Mapping::new(&headings, &said, custom(names))?.lines(&headings);
        let mut lines: Vec<String> =
            used.iter().map(|(heading, role)| format!("{heading}: {role}")).collect();
        lines.push(format!("left out: {}", left_out.join(", ")));
        Ok(lines.join("\n"))
    }

    #[test]
    fn columns_are_guessed_and_several_share_a_field() {
        let line = "Given Name,Additional Name,Birthday,Phone 2 - Value,Phone 1 - Value,Plan,custom_fields.Seats,import_error,notes,Comments";
        insta::assert_snapshot!(shown(line, &[], &["Plan", "Seats"]).unwrap(), @r"
        Given Name: first_name
        Additional Name: first_name, behind the ones before
        Phone 2 - Value: phone_number, where the ones before are empty
        Phone 1 - Value: phone_number
        Plan: custom_fields.Plan
        custom_fields.Seats: custom_fields.Seats
        notes: notes
        Comments: notes, with the others
        left out: Birthday
        ");
    }

    #[test]
    fn what_is_said_comes_before_what_is_guessed() {
        let shown =
            shown("Phone,Cell,a=b,Notes,Name", &["Cell=phone", "a=b=custom_fields.x=y", "Notes="], &["x=y"]);
        insta::assert_snapshot!(shown.unwrap(), @r"
        Phone: phone_number, where the ones before are empty
        Cell: phone_number
        a=b: custom_fields.x=y
        Name: full_name
        left out: Notes
        ");
    }

    #[test]
    fn what_the_company_calls_a_field_it_means_unless_the_api_does() {
        let mapping = Mapping::new(&headings("Company,email"), &[], custom(&["Company", "email"])).unwrap();
        let company = Field::custom("Company", &custom(&["Company"])).unwrap();
        assert_eq!(mapping.uses[0], Use::For(company, 1));
        assert_eq!(mapping.uses[1], Use::For(Field::Email, 1));
    }

    #[test]
    fn headings_name_custom_fields_in_any_normal_form() {
        let custom = custom(&["Gr\u{f6}\u{df}e"]);
        for heading in ["Gro\u{308}\u{df}e", "custom_fields.Gro\u{308}\u{df}e"] {
            let mapping = Mapping::new(&headings(heading), &[], custom.clone()).unwrap();
            assert_eq!(mapping.uses[0], Use::For(Field::custom("Gr\u{f6}\u{df}e", &custom).unwrap(), 1));
        }
    }

    #[test]
    fn headings_name_custom_fields_in_any_case_if_only_one_fits() {
        insta::assert_snapshot!(shown("PLAN,plan,Plan,seats,NOTE", &[], &["Plan", "Seats", "SEATS", "Note"]).unwrap(), @r"
        PLAN: custom_fields.Plan, where the ones before are empty
        plan: custom_fields.Plan, where the ones before are empty
        Plan: custom_fields.Plan
        NOTE: notes
        left out: seats
        ");
    }

    #[test]
    fn labels_are_neither_used_alone_nor_left_out() {
        let line = "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,Phone 3 - Label";
        insta::assert_snapshot!(shown(line, &[], &[]).unwrap(), @r"
        E-mail 1 - Value: email, in the order of the labels
        Phone 1 - Value: phone_number, in the order of the labels
        Phone 2 - Value: phone_number, in the order of the labels
        left out: Phone 3 - Label
        ");
    }

    #[test]
    fn what_names_nothing_is_told_with_what_is_near() {
        for (said, what, tip) in [
            ("Nmae=full_name", "a heading that the file does not have", "`Name`"),
            ("Name=ful_name", "a field that there is not", "`full_name`"),
            ("Name=custom_fields.Plam", "a field that there is not", "`custom_fields.Plan`"),
            ("Name", "says no field", ""),
        ] {
            let failure = shown("Name,Email", &[said], &["Plan"]).unwrap_err();
            assert!(failure.what.contains(what), "{failure:?}");
            assert!(failure.tip.unwrap_or_default().contains(tip), "{said}");
        }
    }

    #[test]
    fn a_heading_that_shows_up_later_is_guessed_then() {
        let mut mapping = Mapping::new(&headings("name"), &[], Vec::new()).unwrap();
        assert!(!mapping.has(&Field::Email));
        mapping.learn(&headings("name,email,size"));
        assert!(mapping.has(&Field::Email));
        assert_eq!(mapping.left_out_from(&headings("name,email,size"), 1), ["size"]);
    }
}
