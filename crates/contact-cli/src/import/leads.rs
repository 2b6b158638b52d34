//! Which batches may lead to the same contact, so that their order matters.
//!
//! The server compares phone numbers by their E.164 form, which takes long to work out. Two spellings of one number end
//! alike, so the end of a number stands for it here. That errs on the side of care: batches may wait for each other that need
//! not. A batch with a row that leads to no contact waits for all, and all wait for it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use contact_client::model::email;

/// Digits at the end of a number that no spelling of it differs in, where it has so many without its country's code; but
/// for [`MOBILE`].
const LONG: usize = 8;
/// As [`LONG`], of a number of which one spelling has fewer digits.
const SHORT: usize = 5;
/// What stands in a mobile number of Argentina between its area and its last 6 or 7 digits, as people write it there:
/// 0343 15 555-1212 is +54 9 343 555 1212. libphonenumber knows no other country that puts digits into a number.
const MOBILE: &[u8] = b"15";
/// Digits of such a number at least.
const MOBILE_DIGITS: usize = 12;
/// Digits at the end of a number that are looked at.
const KEPT: usize = LONG + MOBILE.len();

/// What the rows of a batch lead by, hashed.
#[derive(Debug, Default)]
pub(crate) struct Leads {
    /// What others are held against.
    has: HashSet<u64>,
    /// What this is held against others by.
    asks: HashSet<u64>,
    /// A number that is not read here may be any.
    is_unclear: bool,
    /// A row leads to no contact: done twice, it makes two.
    makes_anew: bool,
}

#[derive(Hash)]
enum Lead<'a> {
    Email(&'a str),
    Text(&'a str),
    Long(&'a [u8]),
    Short(&'a [u8]),
}

impl Leads {
    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.has.clear();
        self.asks.clear();
        self.is_unclear = false;
        self.makes_anew = false;
    }

    /// Adds a row that makes a new contact every time it is done. No batch may overtake it: what was done has to be a
    /// prefix of the file, where the rows behind it cannot be done once more.
    pub(crate) fn add_anew(&mut self) {
        self.makes_anew = true;
    }

    /// Whether a row makes a new contact every time it is done.
    pub(crate) fn makes_anew(&self) -> bool {
        self.makes_anew
    }

    /// Adds what a row leads by.
    pub(crate) fn add(&mut self, phone: Option<&str>, email: Option<&str>) {
        if phone.is_none() && email.is_none() {
            self.add_anew();
        }
        if let Some(email) = email {
            if email.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()) {
                self.add_both(hash(&Lead::Email(email)));
            } else {
                let stored = email::for_create(email).unwrap_or_default();
                self.add_both(hash(&Lead::Email(&stored)));
            }
        }
        if let Some(phone) = phone {
            self.add_phone(phone);
        }
    }

    fn add_phone(&mut self, phone: &str) {
        let has = |kind: fn(&char) -> bool| phone.chars().any(|character| kind(&character));
        self.is_unclear |= has(|character| !character.is_ascii() && character.is_alphanumeric());
        if !has(char::is_ascii_digit) {
            self.add_both(hash(&Lead::Text(phone)));
            return;
        }
        self.add_digits(phone.chars().filter(char::is_ascii_digit));
        if has(char::is_ascii_alphabetic) {
            // Some letters are left out of a number, others are those of a telephone's keys.
            self.add_digits(phone.chars().filter_map(key));
        }
    }

    fn add_digits(&mut self, all: impl Iterator<Item = char>) {
        // Zeros before all others may be the way into a network, and no part of the number.
        let mut digits = [0; KEPT];
        let mut count = 0;
        for digit in all.skip_while(|digit| *digit == '0') {
            digits.rotate_left(1);
            digits[KEPT - 1] = digit as u8;
            count += 1;
        }
        self.is_unclear |= count < SHORT;
        let short = hash(&Lead::Short(&digits[KEPT - SHORT..]));
        if count < LONG {
            // A longer spelling of the same number has the country's code before these digits.
            self.add_both(short);
            return;
        }
        self.has.insert(short);
        self.add_both(hash(&Lead::Long(&digits[KEPT - LONG..])));
        if count < MOBILE_DIGITS {
            return;
        }
        for behind in [6, 7] {
            let (before, local) = digits.split_at(KEPT - behind);
            if let Some(area) = before.strip_suffix(MOBILE) {
                self.add_both(hash(&Lead::Long(&[area, local].concat())));
            }
        }
    }

    fn add_both(&mut self, lead: u64) {
        self.has.insert(lead);
        self.asks.insert(lead);
    }

    /// True where a row of the one may be for the contact of a row of the other.
    pub(crate) fn meet(&self, other: &Self) -> bool {
        if self.is_unclear || other.is_unclear || self.makes_anew || other.makes_anew {
            return true;
        }
        !self.asks.is_disjoint(&other.has) || !other.asks.is_disjoint(&self.has)
    }
}

/// The digit that a character of a phone number stands for: letters are those of a telephone's keys.
fn key(character: char) -> Option<char> {
    const KEYS: &[u8; 26] = b"22233344455566677778889999";
    match character {
        '0'..='9' => Some(character),
        'a'..='z' => KEYS.get(character as usize - 'a' as usize).map(|&key| char::from(key)),
        'A'..='Z' => key(character.to_ascii_lowercase()),
        _ => None,
    }
}

fn hash(lead: &Lead<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    lead.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use contact_client::model::{Country, phone};
    use proptest::prelude::*;

    use super::*;

    fn leads(phone: &str, email: &str) -> Leads {
        let mut leads = Leads::default();
        leads.add(
            Some(phone).filter(|phone| !phone.is_empty()),
            Some(email).filter(|email| !email.is_empty()),
        );
        leads
    }

    fn country() -> impl Strategy<Value = Country> {
        prop::sample::select(vec!["US", "GB", "DE", "AT", "FO", "BR", "RU", "SG", "AR"])
            .prop_map(|code| code.parse().unwrap())
    }

    /// A number as people write it, or anything.
    fn number() -> impl Strategy<Value = String> {
        prop_oneof![
            "(\\+|00|011 ?|0|8|)(1|44|49|43|298|55|7|65|)[ (]?[1-9][0-9]{1,3}[ )/-]?[0-9]{1,4}[ -]?[0-9]{0,4}",
            "[+0-9 ()A-Za-z٠-٩-]{0,16}",
            // Argentina, where it is written at home.
            "(\\+54 ?|0|)(11 15 [2-6][0-9]{3}|(343|261) 15 [2-6][0-9]{2}|(2966|3434) 15 [2-6][0-9])[- ]?[0-9]{4}",
        ]
    }

    /// Other spellings of a number.
    fn respelled(number: &str) -> [String; 5] {
        let spaced = number.chars().flat_map(|character| [character, ' ']).collect();
        let grouped = number.replace(' ', "-").replace('-', ".");
        [number.to_owned(), spaced, grouped, number.replacen('+', "00", 1), number.replacen('+', "011", 1)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn what_the_server_finds_equal_meets(one in number(), other in number(), country in country()) {
            let national = phone::for_create(&one, country)
                .and_then(|e164| e164.get(1..).map(str::to_owned))
                .unwrap_or_default();
            let tails = (0..national.len().min(4)).filter_map(|from| national.get(from..).map(str::to_owned));
            let zeroed = tails.clone().flat_map(|tail| [format!("0{tail}"), format!("+{tail}")]);
            let spellings = respelled(&one).into_iter().chain(tails).chain(zeroed).chain([other]);
            let key = phone::key(&one, country);
            for spelling in spellings {
                if key.is_some() && phone::key(&spelling, country) == key {
                    prop_assert!(leads(&one, "").meet(&leads(&spelling, "")), "{one:?} and {spelling:?} are {key:?}");
                }
            }
        }

        #[test]
        fn emails_that_match_meet(one in "[abABäİ@\u{200B} ]{1,4}", other in "[abABäİ@\u{200B} ]{1,4}") {
            let key = email::key(&one);
            if key.is_some() && key == email::key(&other) {
                prop_assert!(leads("", &one).meet(&leads("", &other)));
            }
        }
    }

    #[test]
    fn a_mobile_number_of_argentina_is_the_same_at_home_and_abroad() {
        let argentina = "AR".parse().unwrap();
        for (home, abroad) in [
            ("011 15 2345-6789", "+54 9 11 2345 6789"),
            ("0343 15 555-1212", "+54 9 343 555 1212"),
            ("02966 15 55-1212", "+54 9 2966 55 1212"),
        ] {
            assert_eq!(phone::key(home, argentina), phone::key(abroad, argentina), "{home}");
            assert!(leads(home, "").meet(&leads(abroad, "")), "{home}");
        }
        assert!(!leads("0343 15 555-1212", "").meet(&leads("+54 9 343 555 1213", "")));
    }

    #[test]
    fn a_row_that_leads_to_no_contact_is_overtaken_by_none() {
        assert!(
            leads("", "").meet(&leads("", "a@example.com"))
                && leads("", "a@example.com").meet(&leads("", ""))
        );
    }

    #[test]
    fn others_seldom_meet() {
        let many = |from: u32| {
            let mut leads = Leads::default();
            for number in from..from + 1_000 {
                leads.add(
                    Some(&format!("+1 (415) {:03}-{:04}", number / 10_000, number % 10_000)),
                    Some(&format!("jane.{number}@example.com")),
                );
            }
            leads
        };
        assert!(!many(2_000_000).meet(&many(2_001_000)));
        assert!(many(2_000_000).meet(&many(2_000_999)));
        let mut leads = leads("12345", "a@example.com");
        leads.clear();
        assert!(!leads.meet(&many(2_000_000)));
    }
}
