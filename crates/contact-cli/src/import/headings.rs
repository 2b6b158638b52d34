//! What headings mean: those of the API, and those that Google Contacts, Outlook, HubSpot and vCards have.

use super::field::Field;
use super::field::Field::{
    BusinessName, Email, FirstName, FullName, IsDnd, LastName, LeadSource, Notes, PhoneNumber, Tags,
};

/// Headings as [`plain`] has them, each with its field. Where several columns of a file are for one field, the
/// one that stands first here comes first.
const HEADINGS: &[(Field, &[&str])] = &[
    (FullName, &["fullname", "name", "displayname", "contactname", "fn"]),
    // The middle name goes on the first name, as the API knows no third.
    (FirstName, &["firstname", "givenname", "forename", "middlename", "additionalname"]),
    (LastName, &["lastname", "familyname", "surname"]),
    (
        Email,
        &[
            "email",
            "emailpref",
            "emailaddress",
            "emailvalue",
            "mail",
            "primaryemail",
            "emailwork",
            "workemail",
            "emailhome",
            "homeemail",
            "otheremail",
        ],
    ),
    (
        PhoneNumber,
        &[
            "phonenumber",
            "phone",
            "telpref",
            "mobilephone",
            "mobilephonenumber",
            "mobile",
            "mobilenumber",
            "cellphone",
            "cell",
            "telcell",
            "tel",
            "telephone",
            "telephonenumber",
            "phonevalue",
            "primaryphone",
            "homephone",
            "telhome",
            "businessphone",
            "workphone",
            "telwork",
            "companymainphone",
            "carphone",
            "otherphone",
        ],
    ),
    (
        BusinessName,
        &[
            "businessname",
            "company",
            "companyname",
            "organizationname",
            "organisationname",
            "organization",
            "organisation",
            "org",
            "associatedcompany",
            "employer",
        ],
    ),
    (Notes, &["notes", "note", "comments"]),
    (Tags, &["tags", "tag", "labels", "groupmembership", "categories", "category", "groups"]),
    (IsDnd, &["isdnd", "dnd", "donotdisturb", "donotcontact"]),
    (LeadSource, &["leadsource"]),
];

/// The field that a heading is for, and its rank among the columns of that field: the first is asked first.
pub(crate) fn known(heading: &str) -> Option<(Field, u32)> {
    let (plain, number) = plain(heading);
    HEADINGS.iter().find_map(|(field, names)| {
        let place = names.iter().position(|name| *name == plain)?;
        // The second phone comes behind the first of whatever kind.
        Some((field.clone(), number * 100 + u32::try_from(place).unwrap_or(u32::MAX)))
    })
}

/// A heading without case, white space, punctuation and its number: `E-mail 2 - Value` is the second `emailvalue`.
fn plain(heading: &str) -> (String, u32) {
    let letters = heading.chars().filter(|character| character.is_alphabetic());
    let digits: String = heading.chars().filter(char::is_ascii_digit).collect();
    (letters.flat_map(char::to_lowercase).collect(), digits.parse::<u32>().unwrap_or(1).clamp(1, 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_heading_are_one() {
        for heading in ["first_name", "First Name", "FIRSTNAME", " First-Name "] {
            assert_eq!(known(heading).unwrap().0, FirstName, "{heading}");
        }
        for heading in [
            "",
            "Birthday",
            "Name Prefix",
            "Phonetic First Name",
            "E-mail 1 - Label",
            "Home Fax",
            "File As",
            "ID",
        ] {
            assert_eq!(known(heading), None, "{heading}");
        }
    }

    #[test]
    fn the_first_of_several_columns_is_the_likeliest() {
        let rank = |heading| known(heading).unwrap().1;
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
            assert_eq!(known(first).unwrap().0, known(second).unwrap().0);
            assert!(rank(first) < rank(second), "{first} before {second}");
        }
    }

    #[test]
    fn no_heading_stands_for_two_fields() {
        let mut all: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| *names).copied().collect();
        assert!(all.iter().all(|name| plain(name).0 == *name));
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
