//! Which field a heading names.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::contact_fields::Field::{self, FirstName, FullName, LastName};
use crate::contact_fields::written_fields;

/// Ends of headings such as `Phone 1 - Value`, which Google writes.
const VALUES: [&str; 4] = ["value", "wert", "valeur", "valor"];
/// Ends of the headings of the columns beside them, such as `Phone 1 - Label`, or `Phone 1 - Type` before 2024.
const LABELS: [&str; 9] =
    ["label", "type", "bezeichnung", "typ", "libelle", "etiqueta", "marcador", "tipo", "rotulo"];
/// More than the number of headings of any field.
const RANKS: u32 = 1_000;

/// Returns the field that a heading names, and its rank among the columns of that field: the lowest is used first. A few
/// headings mean different fields in different files, so this depends on the other headings of the file.
pub(super) fn known(heading: &str, all: &[String]) -> Option<(Field, u32)> {
    let (plain, number) = plain(heading);
    if let Some(field) = ambiguous(&plain, all) {
        return Some((field, number * RANKS));
    }
    written_fields().find_map(|written| {
        let place = written.headings.iter().position(|name| *name == plain)?;
        // The second phone comes after the first of every kind.
        Some((written.field, number * RANKS + u32::try_from(place).unwrap_or(u32::MAX)))
    })
}

/// Returns the field of a heading that means a part of the name only if the other parts have columns too: `Nom` and
/// `Name` are the family name beside `Prénom` and `Vorname`, `Nombre` and `Nome` the given name beside `Apellidos` and
/// `Sobrenome`. `Apelido` is the family name in Portugal, and a nickname in Brazil.
fn ambiguous(heading: &str, all: &[String]) -> Option<Field> {
    let has_heading = |wanted: &str| all.iter().any(|other| plain(other).0 == wanted);
    let has = |field: Field| {
        let written = written_fields().find(|written| written.field == field);
        written.is_some_and(|written| written.headings.iter().any(|heading| has_heading(heading)))
    };
    match heading {
        "nom" if has(FirstName) && !has(LastName) => Some(LastName),
        "nom" => Some(FullName),
        "name" if has_heading("vorname") && !has(LastName) => Some(LastName),
        "nombre" | "nome" if has(LastName) || has_heading("apelido") => Some(FirstName),
        "nombre" | "nome" => Some(FullName),
        "apelido" if !has(LastName) => Some(LastName),
        _ => None,
    }
}

/// Returns the place of the column with the label of a column such as `Phone 1 - Value`: that of `Phone 1 - Label`.
pub(super) fn label_of(heading: &str, all: &[String]) -> Option<usize> {
    let (name, number) = plain(heading);
    let stem = VALUES.iter().find_map(|end| name.strip_suffix(end))?;
    all.iter().position(|other| {
        let (other, of) = plain(other);
        of == number && other.strip_prefix(stem).is_some_and(|end| LABELS.contains(&end))
    })
}

/// Returns the lower-case letters of a heading without accents, and its number: `E-mail 2 - Value` is the second
/// `emailvalue`.
fn plain(heading: &str) -> (String, u32) {
    let digits: String = heading.chars().filter(char::is_ascii_digit).collect();
    (letters(heading), digits.parse::<u32>().unwrap_or(1).clamp(1, RANKS))
}

/// Returns the lower-case letters of a text without accents.
pub(super) fn letters(text: &str) -> String {
    let letters = text.nfd().filter(|&letter| letter.is_alphabetic() && !is_combining_mark(letter));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(heading: &str) -> Option<(Field, u32)> {
        known(heading, &[])
    }

    #[test]
    fn spellings_of_a_heading_name_the_same_field() {
        for heading in ["first_name", "First Name", "FIRSTNAME", " First-Name "] {
            assert_eq!(alone(heading).unwrap().0, FirstName, "{heading}");
        }
        for heading in ";Birthday;Name Prefix;Phonetic First Name;E-mail 1 - Label;Home Fax;File As;ID;Fax geschäftlich;\
                        Télécopie (bureau);E-Mail-Typ;E-Mail: Angezeigter Name;Straße geschäftlich;Nombre de pantalla"
            .split(';')
        {
            assert_eq!(alone(heading), None, "{heading}");
        }
    }

    #[test]
    fn likelier_columns_are_used_first() {
        let rank = |heading| alone(heading).unwrap().1;
        for (first, second) in [
            ("Phone 1 - Value", "Phone 2 - Value"),
            ("Mobile Phone", "Business Phone"),
            ("Home Phone", "Home Phone 2"),
            ("Business Phone", "Home Phone 2"),
            ("Phone Number", "Mobile Phone Number"),
            ("E-mail Address", "E-mail 2 Address"),
            ("Given Name", "Additional Name"),
            ("First Name", "Middle Name"),
        ] {
            assert_eq!(alone(first).unwrap().0, alone(second).unwrap().0);
            assert!(rank(first) < rank(second), "{first} before {second}");
        }
    }

    #[test]
    fn no_heading_is_listed_twice() {
        let all: Vec<&str> = written_fields().flat_map(|written| written.headings).copied().collect();
        assert!(all.iter().all(|name| plain(name).0 == *name));
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn headings_of_address_books_are_known() {
        for (line, keys) in [
            ("Nome Próprio;Apelido;Telemóvel", ["first_name", "last_name", "phone_number"]),
            (
                "Organisationsname;E-Mail 1 – Wert;Telefon 1 – Wert",
                ["business_name", "email", "phone_number"],
            ),
            ("Do Not Call;Email Opt Out;Opted out", ["is_dnd"; 3]),
        ] {
            let headings: Vec<String> = line.split(';').map(str::to_owned).collect();
            let field = |heading: &String| known(heading, &headings).map(|(field, _)| field.key());
            assert_eq!(headings.iter().map(field).collect::<Vec<_>>(), keys.map(Some), "{line}");
        }
    }

    #[test]
    fn ambiguous_headings_depend_on_the_others() {
        for (heading, beside, field) in [
            ("Nom", &["Prénom"][..], Some(LastName)),
            ("Nom", &["E-mail"], Some(FullName)),
            ("Nom", &["Prénom", "Nom de famille"], Some(FullName)),
            ("Name", &["Vorname"], Some(LastName)),
            ("Name", &["Vorname", "Nachname"], Some(FullName)),
            ("Name", &["First Name"], Some(FullName)),
            ("Nombre", &["Apellidos"], Some(FirstName)),
            ("Nombre", &["Correo"], Some(FullName)),
            ("Nome", &["Apelido"], Some(FirstName)),
            ("Apelido", &["Nome"], Some(LastName)),
            ("Apelido", &["Nome", "Sobrenome"], None),
        ] {
            let all: Vec<String> =
                beside.iter().chain([&heading]).map(|&heading| heading.to_owned()).collect();
            assert_eq!(known(heading, &all).map(|(field, _)| field), field, "{heading} beside {beside:?}");
        }
    }

    #[test]
    fn label_columns_are_found_by_their_value_columns() {
        let all = ["Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Type", "Phone 2 - Value", "E-mail Type"];
        let all = all.map(str::to_owned);
        for (heading, label) in [
            ("Phone 1 - Value", Some(0)),
            ("Phone 2 - Value", Some(2)),
            ("Phone 3 - Value", None),
            ("E-mail Address", None),
            ("E-mail 1 - Value", Some(4)),
            ("Phone 1 - Label", None),
        ] {
            assert_eq!(label_of(heading, &all), label, "{heading}");
        }
    }
}
