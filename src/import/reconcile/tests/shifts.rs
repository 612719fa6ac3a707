//! Sources that date rows a day off, on days made by hand.

use super::picture::{Picture, shows};

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

#[test]
fn a_balance_that_comes_again_on_the_next_day_of_a_source_that_dates_everything_later() {
    let picture = "
                | 6           | 7           | 9                        | 10                     | 11          | 12
        A:csv   | shell@40=60 |             | cafe@4=56 refund@+4=60   | bistro@4=56            | zoo@7=49    |
        B:ofx   |             | shell@40=60 |                          | cafe@4=56 refund@+4=60 | bistro@4=56 | zoo@7=49
        ";
    shows(picture, "7 shell AB, 10 cafe AB, 10 refund AB, 11 bistro AB, 12 zoo AB", "");
    // A file too short to show that changes nothing.
    let with_a_short_one = format!(
        "{}\n        C:ofx   |             |             |                          | cafe@4=56              |             |\n",
        picture.trim_end()
    );
    let (said, _) = Picture::read(&with_a_short_one).says(&[], &[]);
    assert!(!said.contains("bistro A,") && !said.contains("9 cafe A"), "{said}");
}
