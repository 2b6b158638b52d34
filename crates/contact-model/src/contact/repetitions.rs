//! What a create repeats of a merged contact. Extension.

use super::ContactState;

impl ContactState {
    /// Sets back the fields of a create that matched this contact by a merged one, as far as the create repeats what the
    /// merged contact has. `before` is this contact before the create, and `merged` the merged contact before and after it.
    /// So an import that is repeated after a merge changes nothing.
    pub fn undo_repetitions(&mut self, before: &Self, [merged, changed]: [&Self; 2]) {
        macro_rules! undo {
            ($($field:ident)+) => {
                let Self { $($field),+ } = self;
                $(
                    if changed.$field == merged.$field {
                        $field.clone_from(&before.$field);
                    }
                )+
            };
        }
        undo!(name first_name last_name email phone business_name notes tags lead_source is_dnd);
    }
}
