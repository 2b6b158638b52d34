//! The cases of `contact-conformance` cover the documentation: each of its places has a case, and no case has another
//! place.

use std::collections::BTreeSet;

use contact_conformance::{Rank, cases};
use xtask::contract::documented;

#[test]
fn every_documented_place_has_a_case() {
    let mut promised = BTreeSet::from(["security".to_owned()]);
    let documented = documented().unwrap();
    for place in documented.keys() {
        // Parameters, the keys of requests, and statuses, but not what is in them.
        let [_method, _path, part] = place.split(' ').collect::<Vec<_>>()[..] else { continue };
        let steps = part.split('.').collect::<Vec<_>>();
        if !part.contains('[') && matches!(steps[..], ["parameter", ..] | ["request" | "response", _]) {
            promised.insert(place.clone());
        }
    }
    assert!(promised.len() > 25, "too few promises: {promised:#?}");

    let cases = cases().unwrap();
    let cases = cases.iter().filter(|case| case.rank == Rank::Documented);
    let mut shown: BTreeSet<String> = cases.flat_map(|case| case.places.iter().cloned()).collect();
    // A case may also have an operation as a whole as its place.
    shown.retain(|place| place.split(' ').count() != 2);
    assert_eq!(shown, promised, "cases on the left, xtask/contract/documented.yaml on the right");
}
