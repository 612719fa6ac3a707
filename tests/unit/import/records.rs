use proptest::prelude::*;

use super::*;

fn all(text: &str) -> Result<Vec<(u64, Vec<String>)>, ImportError> {
    let mut records = Records::new(text, b',');
    let mut fields = Vec::new();
    let mut out = Vec::new();
    while let Some(line) = records.next(&mut fields)? {
        out.push((line, fields.iter().map(|f| f.text().into_owned()).collect()));
    }
    Ok(out)
}

#[test]
fn gives_the_line_numbers_of_the_file() {
    let text = "a,\"two\r\nlines\",b\r\n\r\n\rc,d\n\"e\"\n";
    let found = all(text).unwrap();
    assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 5, 6]);
    assert_eq!(found[0].1, ["a", "two\r\nlines", "b"]);
}

#[test]
fn keeps_stray_quotes_as_text() {
    let found = all("\"5\"\" TV\",\"5\" TV,12\" disc,\"\"\n").unwrap();
    assert_eq!(found[0].1, ["5\" TV", "5 TV", "12\" disc", ""]);
}

#[test]
fn borrows_fields_without_doubled_quotes() {
    let mut fields = Vec::new();
    Records::new("\"a b\",c", b',').next(&mut fields).unwrap();
    assert!(fields.iter().all(|f| matches!(f.text(), Cow::Borrowed(_))));
}

#[test]
fn refuses_an_open_quote_and_names_its_line() {
    let error = all("a,b\nc,\"d\n\ne").unwrap_err();
    assert_eq!((error.problem, error.line), (Problem::Malformed, Some(2)));
    let error = all(&format!("a\n\"{}", "x\n".repeat(LONGEST_FIELD))).unwrap_err();
    assert_eq!((error.problem, error.line), (Problem::Limit, Some(2)));
}

#[test]
fn refuses_endless_records() {
    assert_eq!(all(&",".repeat(5000)).unwrap_err().problem, Problem::Limit);
    let wide = format!("a\n{},b", "x".repeat(LONGEST_RECORD + 1));
    assert_eq!(all(&wide).unwrap_err().line, Some(2));
    // Also where nothing follows the field.
    for endless in ["x".repeat(LONGEST_RECORD + 1), format!("1,\"a\"{}", "é".repeat(LONGEST_RECORD / 2))] {
        let error = all(&format!("a\n{endless}\nb")).unwrap_err();
        assert_eq!((error.problem, error.line), (Problem::Limit, Some(2)));
    }
    assert_eq!(all(&"x".repeat(LONGEST_RECORD)).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn reads_the_same_as_the_csv_crate(text in "[ab\", \n]{0,60}") {
        let Ok(mine) = all(&text) else { return Ok(()) };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let trimmed = |r: csv::StringRecord| r.iter().map(|f| f.trim().to_owned()).collect::<Vec<_>>();
        let theirs: Vec<Vec<String>> = reader.records().map(|r| trimmed(r.unwrap())).collect();
        // A line of spaces is blank here and a record there; a quoted empty line is a record in both.
        let blank = |r: &Vec<String>| r.len() == 1 && r[0].is_empty();
        let mine: Vec<_> = mine.into_iter().map(|(_, r)| r).filter(|r| !blank(r)).collect();
        let theirs: Vec<_> = theirs.into_iter().filter(|r| !blank(r)).collect();
        prop_assert_eq!(mine, theirs);
    }
}
