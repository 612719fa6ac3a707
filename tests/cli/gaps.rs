//! Gaps that the files of one `vault import` make and close.

use std::fs;

use serde_json::{Value, json};

use crate::test_environment::TestEnvironment;

/// Writes an OFX file of one account: the month, two rows, and the balance at the end of the month.
pub(crate) fn month(env: &TestEnvironment, name: &str, month: u8, amounts: [&str; 2], balance: &str) {
    let row = |day: u8, amount: &str| {
        format!(
            "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{month:02}{day}<TRNAMT>{amount}<FITID>{month}-{day}<NAME>ROW {day}</STMTTRN>"
        )
    };
    let rows = row(10, amounts[0]) + &row(20, amounts[1]);
    env.write(
        name,
        format!(
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS>\
             <TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>111<ACCTID>5551234\
             <ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>2026{month:02}01<DTEND>2026{month:02}28{rows}\
             </BANKTRANLIST><LEDGERBAL><BALAMT>{balance}<DTASOF>2026{month:02}28</LEDGERBAL></STMTRS></STMTTRNRS>\
             </BANKMSGSRSV1></OFX>"
        ),
    );
}

/// The names of files, in the order in which they are read: January, April, February and, where it is there, March.
fn files(with_march: bool) -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    fs::create_dir(env.path("dl")).unwrap();
    month(&env, "dl/1.ofx", 1, ["-5.00", "-6.00"], "100.00");
    month(&env, "dl/2.ofx", 4, ["-5.00", "-6.00"], "70.00");
    month(&env, "dl/3.ofx", 2, ["-5.00", "-6.00"], "89.00");
    if with_march {
        month(&env, "dl/4.ofx", 3, ["-4.00", "-4.00"], "81.00");
    }
    env
}

fn gaps(report: &Value) -> Vec<Value> {
    report["imports"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|file| file["balanceGaps"].as_array().unwrap().clone())
        .collect()
}

#[test]
fn a_gap_that_a_later_file_closes_is_not_told() {
    assert_eq!(gaps(&files(true).json(&["import", "dl"])), Vec::<Value>::new());
    let shown = files(true).vault(&["import", "dl"]).ok();
    assert!(!shown.out.contains("missing") && !shown.err.contains("missing"), "{}{}", shown.out, shown.err);
}

#[test]
fn a_dry_run_of_several_files_tells_what_then_happens() {
    for with_march in [false, true] {
        let env = files(with_march);
        // Once more the same bytes, and the same rows in other bytes.
        fs::copy(env.path("dl/1.ofx"), env.path("dl/5.ofx")).unwrap();
        let january = fs::read_to_string(env.path("dl/1.ofx")).unwrap();
        env.write("dl/6.ofx", format!("{january}\n"));
        let before = crate::files::tree(&env.vault_dir());
        let mut dry = env.json(&["import", "dl", "--dry-run"]);
        assert_eq!(crate::files::tree(&env.vault_dir()), before);
        assert_eq!((env.json(&["accounts"]), env.json(&["audit"]).as_array().unwrap().len()), (json!([]), 1));
        let mut run = env.json(&["import", "dl"]);
        let statuses = |report: &Value| {
            let files = report["imports"].as_array().unwrap().iter();
            files.map(|file| file["status"].as_str().unwrap().replace("DRY_RUN", "IMPORTED")).collect::<Vec<_>>()
        };
        assert_eq!(statuses(&dry), statuses(&run));
        assert_eq!(statuses(&dry).iter().filter(|status| *status == "ALREADY_IMPORTED").count(), 1, "{dry}");
        assert!(dry["imports"].as_array().unwrap().iter().all(|file| file["importId"].is_null()), "{dry}");
        for report in [&mut dry, &mut run] {
            for file in report["imports"].as_array_mut().unwrap() {
                ["status", "importId", "rows"].iter().for_each(|field| file[field] = Value::Null);
            }
        }
        assert_eq!(dry, run);
        let twice = &run["imports"].as_array().unwrap().last().unwrap()["accounts"][0];
        assert_eq!((&twice["added"], &twice["present"], &twice["created"]), (&json!(0), &json!(2), &json!(false)));
    }
}

#[test]
fn a_gap_that_stays_is_told_once_and_as_it_is_at_the_end() {
    let told = gaps(&files(false).json(&["import", "dl"]));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["from"], &told[0]["amount"]), (&json!("2026-02-28"), &json!("-8.00")), "{told:?}");
    let shown = files(false).vault(&["import", "dl"]).ok();
    assert_eq!(format!("{}{}", shown.out, shown.err).matches("without a row").count(), 1, "{}{}", shown.out, shown.err);
}
