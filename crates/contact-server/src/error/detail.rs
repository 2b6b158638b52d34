//! Texts of problems that depend on a number.

use std::time::Duration;

use super::BodyLimit;

/// Returns the text for a body that is larger than `limit`.
pub(super) fn body_too_large(limit: BodyLimit) -> String {
    let bytes = limit.bytes();
    match limit {
        BodyLimit::SingleTransactionBatch => format!(
            "The body of a batch that is written in one transaction may have at most {bytes} bytes; nothing was \
             written. Send the batch in parts, or without what makes it one transaction: Idempotency-Key, \
             atomic=true, tx=rollback, or a return in Prefer."
        ),
        BodyLimit::Request | BodyLimit::Batch => {
            format!("The body may have at most {bytes} bytes; nothing was written.")
        }
    }
}

/// Returns the text for a response that would be larger than `limit`. A response that is stored has a lower limit.
pub(super) fn response_too_large(limit: usize, is_stored: bool) -> String {
    if is_stored {
        format!(
            "The response to a batch with an Idempotency-Key may have at most {limit} bytes, because it is stored; \
             nothing was written. Send fewer items, ask for less in Prefer, or send it without the key."
        )
    } else {
        format!(
            "The response would show more than {limit} bytes of contacts; nothing was written. Send fewer items, or \
             ask for less in Prefer."
        )
    }
}

/// Returns a time in the largest unit that it fills, rounded up: `24 hours`.
pub(super) fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let (length, unit) = match seconds {
        3600.. => (3600, "hour"),
        60.. => (60, "minute"),
        _ => (1, "second"),
    };
    match seconds.div_ceil(length) {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_the_largest_unit_that_it_fills() {
        for (seconds, words) in [
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (3600, "1 hour"),
            (86_400, "24 hours"),
            (86_401, "25 hours"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
