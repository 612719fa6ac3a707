use super::*;

#[test]
fn balances_are_told_by_whole_phrases_in_every_language() {
    use Line::{AsOf, Available, Closing, Forward, Opening};
    for (text, line) in [
        ("Opening Balance", Opening),
        ("Beginning balance as of 01/01/2026", Opening),
        ("  *** SALDO ANTERIOR ***", Opening),
        ("Anfangssaldo:", Opening),
        ("Solde d’ouverture au 01/02/2026", Opening),
        ("Saldo początkowe", Opening),
        ("Počáteční zůstatek", Opening),
        ("Ingående saldo", Opening),
        ("Ending balance as of March 31, 2026", Closing),
        ("CLOSING BALANCE 1,250.00 GBP", Closing),
        ("Neuer Kontostand vom 31.03.2026", Closing),
        ("Saldo contabile finale", Closing),
        ("BALANCE CARRIED FORWARD", Closing),
        ("BALANCE BROUGHT FORWARD", Forward),
        ("Balance B/F", Forward),
        ("Saldovortrag", Forward),
        ("Saldo do dia", AsOf),
        ("SALDO DIA", AsOf),
        ("Kontostand am 31.03.2026", AsOf),
        ("31.03.2026 Kontostand", AsOf),
        ("Solde au 31 mars 2026", AsOf),
        ("Saldo al 31/03/2026 EUR", AsOf),
        ("Balance", AsOf),
        ("Available balance", Available),
        ("Devreden Bakiye", Forward),
        ("Kapanış Bakiyesi", Closing),
        ("前月繰越", Opening),
        ("次月繰越", Closing),
        ("残高", AsOf),
        ("期末余额", Closing),
        ("利用可能残高", Available),
    ] {
        assert_eq!(kind(text), Some(line), "{text:?}");
    }
    assert!(Opening.is_balance() && AsOf.is_balance() && !Available.is_balance() && !Line::Total.is_balance());
}

#[test]
fn totals_and_headings_are_told_by_whole_phrases() {
    for (text, line) in [
        ("Total", Line::Total),
        ("Total debits: -1,250.00", Line::Total),
        ("Summe", Line::Total),
        ("Łącznie", Line::Total),
        ("Total sorties 31/03/2026", Line::Total),
        ("Total gastado", Line::Total),
        ("Suma wydatków 31.03.2026", Line::Total),
        ("Pending Transactions", Line::Pending),
        ("Vorgemerkte Umsätze", Line::Pending),
        ("Posted Transactions", Line::Posted),
        ("--- End of statement ---", Line::Footer),
    ] {
        assert_eq!(kind(text), Some(line), "{text:?}");
    }
}

#[test]
fn a_word_that_ends_in_a_balance_names_one() {
    for text in
        ["Ultimo saldo", "Lõppsaldo", "Balance at close", "최종잔액", "Stand heute", "Kontolikutis", "Kontojääk"]
    {
        assert!(names_a_balance(text), "{text}");
    }
    for text in ["Standard Hotel", "Soldier Field", "Newsstand", "Unsold", "Account"] {
        assert!(!names_a_balance(text), "{text}");
    }
}

#[test]
fn payees_that_begin_like_a_balance_are_none() {
    for text in [
        "BALANCE GYM",
        "Balance Transfer",
        "NEW BALANCE STORE 0042",
        "NEW BALANCE 0042",
        "Balance 24 Fitness",
        "TOTAL WINE & MORE",
        "TOTAL 4521",
        "Total Energies Paris",
        "Solde prix prestations",
        "SOLDE DE TOUT COMPTE",
        "Saldo fattura 123",
        "saldo 123",
        "Summer Camp",
        "Opening balances GmbH",
        "Pending Brewing Company",
        "Mai Thai",
        "",
        "   ",
        "31.03.2026",
    ] {
        assert_eq!(kind(text), None, "{text:?}");
    }
    assert_eq!(kind(&"opening balance ".repeat(20)), None, "longer than any such line");
}

#[test]
fn every_phrase_is_written_as_it_is_looked_up() {
    for (line, phrases) in PHRASES {
        for phrase in *phrases {
            let plain: String = phrase.chars().map(folded).collect();
            assert_eq!(plain, *phrase, "accents and capitals are never found");
            assert_eq!(kind(phrase), Some(*line), "{phrase}");
        }
    }
}

#[test]
fn finds_a_word_for_a_sum_anywhere() {
    for text in ["Razem:", "Transactions Total", "SUMME SOLL", "Összesen"] {
        assert!(names_a_total(text), "{text}");
    }
    assert!(!names_a_total("Totally Fresh") && !names_a_total("grand opening"));
}

#[test]
fn the_first_letters_of_every_phrase_let_it_through() {
    for phrase in PHRASES.iter().flat_map(|(_, phrases)| *phrases) {
        for text in [(*phrase).to_owned(), phrase.to_uppercase(), format!("\" 31.03.2026 {phrase}")] {
            assert!(may_begin_one(&text), "{text}");
        }
    }
    for text in ["MILL RIVER PHARMACY", "\"NORTH PIER\"", "-1.26", "", "x", "12/31/2025"] {
        assert!(!may_begin_one(text), "{text}");
    }
}
