//! Several sources, on days made by hand.

use super::picture::shows;

#[test]
fn a_row_in_words_that_are_not_alike_where_several_pairings_fit() {
    shows(
        "
                | 1    | 2                    | 3
        A:csv   | rent | kiosk@20             | shop
        B:ofx   | rent | zeitung@20 presse@20 | shop
        ",
        "1 rent AB, 2 kiosk A, 2 presse B, 2 zeitung B, 3 shop AB",
        "2 kiosk A/B 2 zeitung other-source",
    );
}
