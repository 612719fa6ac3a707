//! What was said for a file of one bank, and a file of another one whose columns have the same names.

use crate::test_environment::TestEnvironment;

fn days(env: &TestEnvironment, account: &str) -> Vec<String> {
    let rows = env.json(&["transactions", "--account", account]);
    rows.as_array().unwrap().iter().map(|row| row["postedTimestamp"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_order_of_days_and_the_currency_of_one_bank_are_asked_about_for_another_one() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount\n";
    env.write("a.csv", format!("{header}03/04/2026,A,-10.00\n05/04/2026,B,-20.00\n"));
    env.write("b.csv", format!("{header}02/03/2026,Interest,-7.00\n04/05/2026,Gift,-20.00\n"));
    let first = ["import", "a.csv", "--account", "Pine", "--create", "--currency", "USD", "--date-order", "mdy"];
    env.vault(&first).ok();
    let asked = env.vault(&["import", "b.csv", "--account", "Oak", "--create"]).fails(5);
    for part in ["--date-order", "--currency"] {
        assert!(asked.err.contains(part), "{part}: {}", asked.err);
    }
    assert_eq!(env.json(&["accounts"]).as_array().unwrap().len(), 1);
    env.vault(&["import", "b.csv", "--account", "Oak", "--create", "--currency", "GBP", "--date-order", "dmy"]).ok();
    assert_eq!(days(&env, "Oak"), ["2026-03-02", "2026-05-04"]);
    // Later files of either account are read as was said for it.
    env.write("a2.csv", format!("{header}06/04/2026,C,-11.00\n07/04/2026,D,-21.00\n"));
    env.vault(&["import", "a2.csv", "--account", "Pine"]).ok();
    assert_eq!(days(&env, "Pine"), ["2026-03-04", "2026-05-04", "2026-06-04", "2026-07-04"]);
    env.write("b2.csv", format!("{header}06/05/2026,E,-11.00\n07/06/2026,F,-21.00\n"));
    env.vault(&["import", "b2.csv", "--account", "Oak"]).ok();
    assert_eq!(days(&env, "Oak"), ["2026-03-02", "2026-05-04", "2026-05-06", "2026-06-07"]);
}

#[test]
fn a_profile_of_several_that_fit_is_remembered_though_the_currency_is_known_later() {
    let header = "Date,Transaction,Name,Memo,Amount\n";
    for (named, currency) in [("us-bank", "USD"), ("scotiabank", "CAD"), ("generic", "CAD")] {
        let env = TestEnvironment::with_vault();
        env.write("a.csv", format!("{header}3/13/2026,DEBIT,MARKET,x,-12.5\n3/2/2026,CREDIT,PAY,,1000\n"));
        env.write("b.csv", format!("{header}4/13/2026,DEBIT,MARKET,x,-2.5\n4/2/2026,CREDIT,PAY,,1000\n"));
        let asked = env.vault(&["import", "a.csv", "--account", "T", "--create", "--currency", currency]).fails(5);
        assert!(asked.err.contains("--profile generic"), "{}", asked.err);
        assert_eq!(asked.err.contains("--profile us-bank"), currency == "USD", "{}", asked.err);
        let first = ["import", "a.csv", "--account", "T", "--create", "--currency", currency, "--profile", named];
        env.vault(&first).ok();
        env.vault(&["import", "b.csv", "--account", "T"]).ok();
        assert_eq!(days(&env, "T").len(), 4, "{named}");
    }
}
