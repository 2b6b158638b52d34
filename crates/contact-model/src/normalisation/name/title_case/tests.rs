use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Names in scripts without case, and in Georgian and Cherokee.
const WITHOUT_CASE: [&str; 30] = [
    "王 小明",
    "田中太郎",
    "たなか ひろし",
    "タナカ ヒロシ",
    "ㄨㄤˊ",
    "김민준",
    "محمد علي",
    "דוד בן-גוריון",
    "अमित कुमार",
    "রবীন্দ্রনাথ ঠাকুর",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "નરેન્દ્ર",
    "ସୁଭାଷ",
    "கமல் ஹாசன்",
    "చంద్ర",
    "ಕುವೆಂಪು",
    "മോഹൻലാൽ",
    "සුනිල්",
    "สมชาย ใจดี",
    "ສົມພອນ",
    "བསྟན་འཛིན",
    "အောင်ဆန်း",
    "គឹម សុខ",
    "ᠲᠡᠮᠦᠵᠢᠨ",
    "አበበ ቢቂላ",
    "ܐܦܪܝܡ",
    "ⵢⵓⴱⴰ",
    "გიორგი ბერიძე",
    "ᲒᲘᲝᲠᲒᲘ ⴂⴈⴍⴐⴂⴈ ႢႨႭႰႢႨ",
    "ꮳꮃꭹ ᏣᎳᎩ",
];

#[test]
fn words_are_title_cased() {
    for (sent, stored) in [
        ("jane doe", "Jane Doe"),
        ("JANE DOE", "Jane Doe"),
        ("  jane \t  doe ", "Jane Doe"),
        ("o'brien", "O'Brien"),
        ("O’BRIEN", "O’Brien"),
        ("ANNE-MARIE", "Anne-Marie"),
        ("jane–ann", "Jane–Ann"),
        ("J.R.R. TOLKIEN", "J.R.R. Tolkien"),
        ("dr. j. smith jr.", "Dr. J. Smith Jr."),
        ("jane/john", "Jane/John"),
        ("3rd", "3rd"),
        ("'t hooft", "'t Hooft"),
        ("anne-marie o'neill-smith", "Anne-Marie O'Neill-Smith"),
        ("élodie ÖZTÜRK", "Élodie Öztürk"),
        ("ԱՐԱՄ ŁUKASZ ŻÓŁW", "Արամ Łukasz Żółw"),
        ("李 小龍", "李 小龍"),
        ("👩‍👩‍👧 familie", "👩‍👩‍👧 Familie"),
        ("", ""),
        ("   ", ""),
    ] {
        assert_eq!(title_case(sent), stored, "{sent:?}");
    }
}

#[test]
fn a_part_of_a_word_that_mixes_cases_is_unchanged() {
    for (sent, stored) in [
        ("ronald McDonald", "Ronald McDonald"),
        ("iPhone", "iPhone"),
        ("o'CONNOR-smith", "O'Connor-Smith"),
        ("O'connor", "O'Connor"),
        ("McDonald-SMITH", "McDonald-Smith"),
        ("DE'shawn d’ANGELO", "De'Shawn D’Angelo"),
        ("jane doe-SMITH", "Jane Doe-Smith"),
        ("e.V. Dr.Smith", "e.V. Dr.Smith"),
    ] {
        assert_eq!(title_case(sent), stored, "{sent:?}");
    }
}

#[test]
fn a_single_letter_after_an_apostrophe_is_not_capitalized() {
    for (sent, stored) in [
        ("jane's", "Jane's"),
        ("JANE'S/JOHN’S", "Jane's/John’s"),
        ("Jane'S", "Jane's"),
        ("rock'n'roll", "Rock'n'Roll"),
    ] {
        assert_eq!(title_case(sent), stored, "{sent:?}");
    }
}

#[test]
fn the_first_letter_after_another_character_is_unchanged() {
    for (sent, stored) in [
        ("<string>", "<string>"),
        ("(bob)", "(bob)"),
        ("ROBERT \"BOB\" SMITH", "Robert \"Bob\" Smith"),
        ("ʻIOLANI ʻokina KAʻAHUMANU", "ʻIolani ʻokina Kaʻahumanu"),
    ] {
        assert_eq!(title_case(sent), stored, "{sent:?}");
    }
}

#[test]
fn a_generational_suffix_is_unchanged() {
    for (sent, stored) in [
        ("JOHN SMITH III", "John Smith III"),
        ("john smith II", "John Smith II"),
        ("JOHN SMITH IV ", "John Smith IV"),
        ("JOHN SMITH iii", "John Smith Iii"),
        ("III JOHN", "Iii John"),
        ("JOHN SMITH MD", "John Smith Md"),
    ] {
        assert_eq!(title_case(sent), stored, "{sent:?}");
    }
}

#[test]
fn letters_with_unusual_case_mappings_are_preserved() {
    for (sent, stored) in [
        ("İBRAHİM ÇELİK", "İbrahim Çelik"),
        ("I\u{307}BRAHI\u{307}M", "I\u{307}brahim"),
        ("IŞIL ışıl", "Işil Işıl"),
        ("GROß straßer STRAẞER ßmith", "Groß Straßer Straßer Ssmith"),
        ("ﬁnn ŉ ǰan", "ﬁnn ŉ ǰan"),
        ("ǆungla ǄUNGLA ǅUNGLA", "ǅungla ǅungla ǅungla"),
        ("ᾳ ῃχ ᾠδή ᾲ", "ᾼ ῌχ ᾨδή ᾲ"),
        ("ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", "Γιωργος Παπαδοπουλος"),
        ("ΟΔΥΣΣΕΎΣ-ΣΑΣ Α.Σ.", "Οδυσσεύς-Σας Α.Σ."),
        ("οδυσσευς Σ.", "Οδυσσευς Σ."),
        ("IJSBRAND", "Ijsbrand"),
        ("Mª JOSÉ", "Mª José"),
    ] {
        assert_eq!(title_case(sent), stored, "{sent:?}");
    }
}

#[test]
fn a_name_in_a_script_without_case_is_unchanged() {
    for name in WITHOUT_CASE {
        assert_eq!(title_case(name), name);
    }
    for c in ('\0'..=char::MAX).filter(|c| c.is_alphabetic() && has_no_case(*c)) {
        let name = format!("{c}{c} {c}-{c}");
        assert_eq!(title_case(&name), name, "{c:?}");
    }
}

#[test]
fn letters_are_replaced_only_by_their_simple_mappings() {
    for c in ('\0'..=char::MAX).filter(|c| !has_no_case(*c)) {
        for name in [format!("{c}{c}"), format!("a{c}"), format!("A{c}A"), format!("{c}a-{c}A'{c}b")] {
            check_characters(&name);
            assert_eq!(title_case(&title_case(&name)), title_case(&name), "{name:?}");
        }
    }
}

fn has_no_case(c: char) -> bool {
    c.to_uppercase().eq([c]) && c.to_lowercase().eq([c])
}

/// Fails if the result contains a character that is neither in the name nor in its simple mappings.
fn check_characters(name: &str) {
    let mut allowed: BTreeSet<char> = name
        .chars()
        .flat_map(|c| [c, simple_upper_case(c), title_case_of(c), simple_lower_case(c)])
        .collect();
    if allowed.contains(&'ß') {
        allowed.extend(['S', 's']);
    }
    if allowed.contains(&'Σ') {
        allowed.insert('ς');
    }
    allowed.insert(' ');
    let cased = title_case(name);
    assert!(cased.chars().all(|c| allowed.contains(&c)), "{name:?} became {cased:?}");
}

fn simple_upper_case(c: char) -> char {
    only(c.to_uppercase()).unwrap_or(c)
}

fn simple_lower_case(c: char) -> char {
    // The only letter whose full lower case is longer than its simple lower case.
    if c == 'İ' { 'i' } else { only(c.to_lowercase()).unwrap_or(c) }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Zßéǆǅİıſﬁŉ'’ \u{307}./-]{0,12}",
        "[α-ωΑ-Ω\u{1f80}-\u{1faf}Σς\u{301}'. -]{0,12}",
        "[a-zA-Zა-ჰᲐ-ᲰⴀႠᎠꭰא-תア-ン一-十'<(ʻ. -]{0,12}",
    ]
}

proptest! {
    #[test]
    fn title_casing_is_idempotent(name in name()) {
        let once = title_case(&name);
        prop_assert_eq!(title_case(&once), once);
    }

    #[test]
    fn results_contain_only_characters_of_the_name_and_its_mappings(name in name()) {
        check_characters(&name);
    }

    #[test]
    fn a_name_without_case_only_loses_white_space(name in any::<String>()) {
        let name: String = name.chars().filter(|c| has_no_case(*c)).collect();
        prop_assert_eq!(title_case(&name), name.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}
