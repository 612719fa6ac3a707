//! Rows of banks in many languages, in each code page that has their letters.
//!
//! A whole file reads as it was written, unasked. Parts of it, and rows of one language under the heading of another, may
//! be asked, and never read as something else.

use super::tests::encode;
use super::*;

/// A language: code pages that its banks write, the heading, and the rows.
struct Sample {
    pages: &'static [&'static str],
    heading: &'static str,
    rows: &'static [&'static str],
}

const WESTERN: &[&str] = &["windows-1252", "ISO-8859-15", "IBM850"];
const EURO: &[&str] = &["windows-1252", "ISO-8859-15"];
const ANSI: &[&str] = &["windows-1252"];
const CENTRAL: &[&str] = &["windows-1250", "ISO-8859-2"];

#[rustfmt::skip]
const SAMPLES: &[Sample] = &[
    Sample { pages: WESTERN, heading: "Buchungstag;Verwendungszweck;Betrag", rows: &["Bäckerei Müller, Köln", "Überweisung für Miete März", "Straßenverkehrsamt Gebühr", "Büro Schön GmbH", "Café Crème, Zürich"] },
    Sample { pages: EURO, heading: "Buchungstag;Betrag €;Empfänger", rows: &["Möbelhaus Höffner 5,00 €", "Käsestube", "Rückzahlung Prämie"] },
    Sample { pages: ANSI, heading: "Buchung;Betrag;Empfänger", rows: &["Gasthof „Zum Löwen“", "Buchladen „Größe“ – 5 €", "Imbiß ‚am Tor‘"] },
    Sample { pages: WESTERN, heading: "Date;Libellé;Montant", rows: &["Prélèvement électricité générale", "Boulangerie du Père Noël", "Chèque nº 12, Hôtel de la Forêt", "Crèche François, Où ça", "Virement reçu à l'étranger"] },
    Sample { pages: ANSI, heading: "Date;Libellé;Débit €", rows: &["Aux Sœurs, bœuf et œufs", "Fête foraine « Le Bœuf »", "Épicerie Bœuf à l’ancienne…"] },
    Sample { pages: WESTERN, heading: "Fecha;Concepto;Importe", rows: &["Panadería Muñoz, Nº 3", "Nómina compañía española", "Peña Logroño, año nuevo", "Cigüeña, mañana", "Depósito en Málaga"] },
    Sample { pages: WESTERN, heading: "Data;Descrição;Valor", rows: &["Padaria São João", "Cartão de crédito, prestações", "Pensão três irmãos", "Manutenção da conta à ordem", "Farmácia Conceição"] },
    Sample { pages: WESTERN, heading: "Data;Causale;Importo", rows: &["Società elettrica, perché", "Caffè della Libertà", "Bonifico lunedì, più commissioni", "Università di Forlì", "Abbonamento metrò"] },
    Sample { pages: WESTERN, heading: "Dato;Tekst;Beløb", rows: &["Købmand Sørensen, Århus", "Overførsel løn", "Bageri Brød på hjørnet", "Tømrer Ærø", "Smørrebrød og øl"] },
    Sample { pages: WESTERN, heading: "Dato;Forklaring;Ut fra konto", rows: &["Varekjøp Rema Tromsø", "Strøm og nettleie måned", "Gårdsbutikken på Bodø", "Lærerforbundet", "Trøndelag Fylke, næring"] },
    Sample { pages: WESTERN, heading: "Bokföringsdag;Belopp;Mottagare", rows: &["Överföring från Göteborg", "ICA Nära, Malmö", "Hyra för två månader", "Tandläkare Åkerström", "Källare på hörnet"] },
    Sample { pages: WESTERN, heading: "Kirjauspäivä;Määrä;Saaja", rows: &["Jyväskylän sähkö", "Käteisnosto Hämeenlinna", "Kylpylä Järvi", "Päivähoito", "Työväenopisto"] },
    Sample { pages: WESTERN, heading: "Datum;Omschrijving;Bedrag", rows: &["Café België", "Geïnde bijdrage coöperatie", "Patiëntenvereniging één", "Financiële dienst", "Reünie Zuid"] },
    Sample { pages: WESTERN, heading: "Dagsetning;Skýring;Upphæð", rows: &["Bónus Reykjavík, úttekt", "Húsnæðislán greiðsla", "Búðin við höfnina", "Þjónustugjöld", "Hafnarfjörður sundlaug"] },
    Sample { pages: CENTRAL, heading: "Data;Opis;Kwota", rows: &["Żabka Łódź", "Księgarnia pod Dębem", "Opłata za kartę, miesiąc", "Wypłata gotówki Gdańsk", "Piekarnia Świętokrzyska"] },
    Sample { pages: CENTRAL, heading: "Datum;Částka;Popis", rows: &["Řeznictví Dvořák", "Převod na účet, příjemce Šťastný", "Čerpací stanice Plzeň", "Lékárna u náměstí", "Poplatek za výběr, měsíční"] },
    Sample { pages: CENTRAL, heading: "Dátum;Suma;Poznámka", rows: &["Lekáreň Žilina", "Prevod na účet, výplata", "Kaviareň u Ľuda, Košice", "Mesačný poplatok", "Zeľovoc Dúbravčan"] },
    Sample { pages: CENTRAL, heading: "Dátum;Összeg;Közlemény", rows: &["Győri Pék, Fűszer", "Készpénzfelvétel Ügyfél", "Munkabér, jövedelem", "Szőlő és gyümölcs", "Fővárosi vízmű, díj"] },
    Sample { pages: &["windows-1254"], heading: "Tarih;Açıklama;Tutar", rows: &["Kadıköy Fırını", "İstanbul Doğalgaz", "Alışveriş Şişli Mağazası", "Kredi kartı borç ödemesi", "Üsküdar Eczanesi, sağlık"] },
    Sample { pages: &["windows-1254"], heading: "İşlem Tarihi;Açıklama;İşlem Tutarı;Bakiye", rows: &["Maaş", "Ayşe Yılmaz'a havale", "Çarşı Kuaför", "Gıda Pazarı", "Beşiktaş Şube"] },
];

fn file(heading: &str, rows: &[&str]) -> String {
    let line = |(index, row): (usize, &&str)| format!("0{}.03.2026;{row};-{index}5,00\n", index + 1);
    format!("{heading}\n{}", rows.iter().enumerate().map(line).collect::<String>())
}

/// Whether a file is read unasked; nothing where the page has not all of its letters. Panics where it reads as something
/// else.
fn is_read(text: &str, name: &str) -> Option<bool> {
    let bytes = encode(text, name)?;
    match code_page(&bytes) {
        Proof::Page(found) => {
            assert_eq!(found.decode(&bytes).as_deref(), Ok(text), "{name} read as {}", found.name());
            Some(true)
        }
        Proof::Open { .. } => Some(false),
    }
}

#[test]
fn a_file_in_one_language_is_read_unasked() {
    for sample in SAMPLES {
        for name in sample.pages {
            let rows: Vec<&str> = sample.rows.iter().copied().filter(|row| encode(row, name).is_some()).collect();
            let text = file(sample.heading, &rows);
            assert_eq!(is_read(&text, name), Some(true), "{name}: {:?}", encode(&text, name).map(|b| code_page(&b)));
        }
    }
}

#[test]
fn few_rows_and_foreign_headings_are_asked_rather_than_read_wrongly() {
    const OTHERS: [&str; 3] = ["Date;Description;Amount", "Date;Amount;Currency;USD", "1;2;3"];
    const GUESTS: [&str; 10] =
        ["Müller", "Château Père", "Škoda Dvořák", "Muñoz", "Łódź", "Århus", "Straße", "São João", "Győr", "Çelik"];
    // A bank does not print its own language in a page that has not its letters.
    let has_page = |sample: &Sample, name: &str| {
        let alike = if name == "windows-1254" { "windows-1252" } else { name };
        sample.pages.contains(&name) || sample.pages.contains(&alike)
    };
    let (mut own, mut unasked, mut turn) = (0u32, 0u32, 0usize);
    for (sample, name) in SAMPLES.iter().flat_map(|sample| sample.pages.iter().map(move |name| (sample, name))) {
        let all: Vec<&str> = SAMPLES.iter().filter(|s| has_page(s, name)).map(|s| s.heading).collect();
        for (index, row) in sample.rows.iter().enumerate() {
            turn += 1;
            for heading in
                [sample.heading, all[turn % all.len()], all[(turn + 1) % all.len()]].into_iter().chain(OTHERS)
            {
                for rows in [vec![*row], vec![*row, GUESTS[turn % GUESTS.len()]], sample.rows[index..].to_vec()] {
                    let Some(is_read) = is_read(&file(heading, &rows), name) else { continue };
                    let is_own = heading == sample.heading && rows.len() == 1;
                    own += u32::from(is_own);
                    unasked += u32::from(is_own && is_read);
                }
            }
        }
    }
    assert!(unasked * 20 >= own * 19, "{unasked} of {own} rows under their own heading are read unasked");
}

#[test]
fn every_spelled_word_has_a_letter_that_pages_differ_on() {
    for language in LANGUAGES {
        for part in language.spelled.split(' ').filter(|part| !part.is_empty()) {
            assert!(!part.is_ascii() && language.has(part) && small(part) == part, "{part}");
        }
    }
}
