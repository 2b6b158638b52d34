//! The cases of `contact-conformance` cover the documentation: each of its places has a case, and no case has another
//! place.

use std::collections::BTreeSet;

use contact_conformance::{Rank, cases};
use xtask::contract::DOCUMENTED;
use xtask::contract::documented::Documented;

#[test]
fn every_documented_place_has_a_case() {
    let documented = Documented::from_yaml(DOCUMENTED).unwrap();
    let mut promised = BTreeSet::from(["security".to_owned()]);
    let mut operations = BTreeSet::new();
    for (name, operation) in &documented.operations {
        operations.insert(name.clone());
        let parameters = operation.parameters.keys().map(|parameter| format!("parameter.{parameter}"));
        let keys = operation.request.iter().flat_map(|body| documented.keys(body).into_keys());
        let responses = operation.responses.keys().map(|status| format!("response.{status}"));
        let places = parameters.chain(keys.map(|key| format!("request.{key}"))).chain(responses);
        promised.extend(places.map(|place| format!("{name} {place}")));
    }
    assert!(promised.len() > 25, "the promises are read: {promised:#?}");

    let cases = cases().unwrap();
    let documented = cases.iter().filter(|case| case.rank == Rank::Documented);
    let mut shown: BTreeSet<String> = documented.flat_map(|case| case.places.iter().cloned()).collect();
    // What holds for an operation as a whole has no place in it.
    shown.retain(|place| !operations.contains(place));
    assert_eq!(shown, promised, "cases on the left, xtask/contract/documented.yaml on the right");
}
