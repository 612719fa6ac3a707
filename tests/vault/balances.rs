//! What an account holds, whatever the order in which its files came.

use finvault::ops;
use finvault::store::Reader;

use crate::proven::statement;
use crate::test_vault::{TestVault, csv};

/// Returns every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for next in 0..count {
        let inserted = |order: Vec<usize>| {
            (0..=next).map(move |at| [&order[..at], &[next], &order[at..]].concat()).collect::<Vec<_>>()
        };
        orders = orders.into_iter().flat_map(inserted).collect();
    }
    orders
}

/// Returns current balance, its day, available balance and the day up to which the account is proven.
fn shown(vault: &Reader, on: Option<&str>) -> [String; 4] {
    let on = on.map(|day| day.parse().unwrap());
    let balance = ops::query::balances(vault, on).unwrap().remove(0);
    let words = |word: Option<String>| word.unwrap_or_else(|| "-".to_owned());
    [
        words(balance.current_balance.map(|b| b.to_string())),
        words(balance.balance_as_of.map(|d| d.to_string())),
        words(balance.available_balance.map(|b| b.to_string())),
        words(balance.proven_up_to.map(|d| d.to_string())),
    ]
}

#[test]
fn balances_do_not_depend_on_the_order_of_imports() {
    let available = |text: String, cents: &str| {
        text.replace("</STMTRS>", &format!("<AVAILBAL><BALAMT>{cents}<DTASOF>20260331</AVAILBAL></STMTRS>"))
    };
    let files = [
        statement(&[("2026-03-15", -100)], "2026-03-15", 10_000),
        // Of one day, made at noon and in the evening.
        available(statement(&[("2026-03-30", -150), ("2026-03-31", -200)], "2026-03-31", 9_650), "80.00"),
        available(
            statement(&[("2026-03-30", -150), ("2026-03-31", -200), ("2026-03-31", -300)], "2026-03-31", 9_350),
            "70.00",
        ),
        // What the evening's file does not show.
        csv([("2026-03-31", -700, "Night bus", None), ("2026-04-01", -40, "Tea", None)]),
    ];
    for order in orders(files.len()) {
        let test = TestVault::new();
        let mut vault = test.write();
        for which in &order {
            test.import(&mut vault, &files[*which], "Daily");
        }
        assert_eq!(shown(&vault, None), ["86.10", "2026-04-01", "70.00", "2026-03-30"], "{order:?}");
        assert_eq!(shown(&vault, Some("2026-03-31")), ["86.50", "2026-03-31", "70.00", "2026-03-30"], "{order:?}");
        assert_eq!(shown(&vault, Some("2026-03-30")), ["98.50", "2026-03-30", "-", "-"], "{order:?}");
    }
}

#[test]
fn printed_balances_of_a_day_do_not_depend_on_the_order_of_imports() {
    let files = [
        csv([("2026-01-05", -500, "Rent", Some(9_500)), ("2026-01-06", -100, "Tea", Some(9_400))]),
        csv([("2026-01-06", -100, "Tea", Some(9_400)), ("2026-01-06", -200, "Bread", Some(9_200))]),
        csv([("2026-01-06", -50, "Bus", None), ("2026-01-09", -100, "Books", Some(9_050))]),
    ];
    for order in orders(files.len()) {
        let test = TestVault::new();
        let mut vault = test.write();
        for which in &order {
            test.import(&mut vault, &files[*which], "Daily");
        }
        assert_eq!(shown(&vault, Some("2026-01-07"))[0], "91.50", "{order:?}");
        assert_eq!(shown(&vault, None)[0], "90.50", "{order:?}");
    }
}
