//! A number with its noun.

/// Returns `1 day` or `2 days`.
pub(crate) fn counted(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let noun = if number == 1 { one } else { many };
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_no_plural() {
        let of = |number: u32| counted(number, "entry", "entries");
        assert_eq!([of(0), of(1), of(2)], ["0 entries", "1 entry", "2 entries"]);
    }
}
