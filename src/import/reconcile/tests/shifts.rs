//! Sources that date rows a day off, on days made by hand.

use super::picture::Picture;

#[test]
fn of_two_shifts_that_fit_as_many_rows_the_one_of_more_amounts() {
    let picture = Picture::read(
        "
                | 48   | 49            | 50                 | 51  | 52
        A:csv   |      | shell         | pay coffee coffee  |     | shop
        B:ofx   | rent | coffee coffee | shell              | pay |
        ",
    );
    assert_eq!(picture.pair(0, 1).shift, 1);
}
