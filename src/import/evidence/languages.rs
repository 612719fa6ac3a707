//! The languages that banks write, and the code pages that have their letters.

use encoding_rs::{
    ISO_8859_2, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1257,
};

use super::lines::folded;
use crate::import::code_page::CodePage;

/// Pages that a language is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Western,
    Central,
    Turkish,
    Baltic,
    Cyrillic,
    Greek,
    Hebrew,
    Japanese,
}

impl Script {
    /// Returns what a page is for.
    pub(super) fn of(page: CodePage) -> Script {
        match page {
            CodePage::Web(encoding) if encoding == WINDOWS_1250 || encoding == ISO_8859_2 => Script::Central,
            CodePage::Web(encoding) if encoding == WINDOWS_1254 => Script::Turkish,
            CodePage::Web(encoding) if encoding == WINDOWS_1257 => Script::Baltic,
            CodePage::Web(encoding) if encoding == WINDOWS_1251 => Script::Cyrillic,
            CodePage::Web(encoding) if encoding == WINDOWS_1253 => Script::Greek,
            CodePage::Web(encoding) if encoding == WINDOWS_1255 => Script::Hebrew,
            CodePage::Web(encoding) if encoding == SHIFT_JIS => Script::Japanese,
            _ => Script::Western,
        }
    }
}

/// A language that banks write.
pub(super) struct Language {
    pub(super) script: Script,
    /// The small letters beyond ASCII of its words, and of foreign words that it uses as they are.
    pub(super) letters: &'static str,
    /// What banks print in it, without accents; no word that another of these languages has.
    pub(super) words: &'static [&'static str],
    /// Its currency and country, which tell more than a word.
    pub(super) marks: &'static [&'static str],
    /// Words and parts of words in small letters, at least one of them beyond ASCII. Those of up to three letters are
    /// whole words.
    pub(super) spelled: &'static str,
}

/// Returns whether a heading has a word of a language other than English: letters beyond ASCII, or what banks print in it.
pub(crate) fn is_foreign(heading: &str) -> bool {
    /// Words that English has, too.
    const ENGLISH: [&str; 7] = ["credit", "debit", "partner", "symbol", "operation", "cheque", "data"];
    let folded: String = heading.chars().map(folded).collect();
    let is_known = |word: &str| LANGUAGES.iter().any(|language| language.words.contains(&word));
    heading.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
        || folded.split_whitespace().any(|word| !ENGLISH.contains(&word) && is_known(word))
}

#[rustfmt::skip]
pub(super) const LANGUAGES: &[Language] = &[
    Language { script: Script::Western, letters: "éèêëàáâäãåçïíîñóôöøüúæœ", marks: &[], words: &[], spelled: "" },
    Language { script: Script::Western, letters: "äöüßéèêàáóíñçâôëîû", marks: &["de", "at"],
        words: &["buchungstag", "buchung", "betrag", "verwendungszweck", "auftraggeber", "empfanger", "umsatz", "wahrung", "kontonummer", "blz", "wertstellung", "buchungstext", "lastschrift", "gutschrift", "uberweisung", "kontostand", "beguenstigter", "zahlungspflichtiger", "soll", "haben", "umsatzart", "kunde", "konto", "auftragskonto"],
        spelled: "für über müller straße bäcker gebühr münch köln düsseldorf nürnberg zürich österreich möbel büro zurück rückz schlüssel währung empfänger prämie beiträg städt getränk frühstück käse gemüse" },
    Language { script: Script::Western, letters: "éèêëàâäçïíîóôöüúá", marks: &["nl"],
        words: &["bedrag", "omschrijving", "tegenrekening", "rekening", "mutatie", "boekdatum", "rekeningnummer", "naam", "bij", "af", "valutadatum", "betaling", "mededelingen", "munt"],
        spelled: "geïn één coördin financiële patiënt reünie officiële ruïne" },
    Language { script: Script::Western, letters: "éèêëàâäçïîôöœùûüÿæñíóá", marks: &["fr"],
        words: &["libelle", "montant", "solde", "virement", "prelevement", "operation", "compte", "paiement", "carte", "achat", "retrait", "beneficiaire", "devise", "cheque", "facture", "banque", "releve"],
        spelled: "à où lèvement chèque thèque père mère frère ière crèche collège crème être fête forêt prêt intérêt hôtel crêpe œuvre cœur août goût société générale électricité épicerie près très après règlement hypothè célè théâtre marché" },
    Language { script: Script::Western, letters: "áéíóúüñçàèòïâêô", marks: &["mxn", "clp", "cop", "ars"],
        words: &["fecha", "concepto", "importe", "saldo", "cuenta", "descripcion", "movimiento", "abono", "cargo", "pago", "compra", "divisa", "oficina", "recibo", "transferencia", "nomina", "tarjeta"],
        spelled: "españa señor señal muñoz año niño peña coruña compañ pequeñ mañana otoño cañas logroño núñez montañ viña baño ibáñez ordoñez toño piñata enseñanza" },
    Language { script: Script::Western, letters: "àèéìíîòóùúçñüöä", marks: &["it"],
        words: &["causale", "importo", "descrizione", "addebito", "accredito", "bonifico", "contabile", "operazione", "dare", "avere", "entrate", "uscite", "commissione", "pagamento", "movimenti", "divisa"],
        spelled: "più già può però caffè società città attività università libertà qualità modalità indennità lunedì martedì mercoledì giovedì venerdì pubblicità unità è à novità" },
    Language { script: Script::Western, letters: "áàâãéêíóôõúüçñèö", marks: &["brl"],
        words: &["lancamento", "historico", "valor", "descricao", "credito", "debito", "documento", "saldo", "conta", "agencia", "transferencia", "movimento", "extrato", "compra", "pagamento"],
        spelled: "são joão ação ações ições ição cartão pão não mês mãe manhã irmão irmã português francês três pensão padrão estação câmbio conexão avião leão mensão inscrição" },
    Language { script: Script::Western, letters: "åäöéüàáèæøš", marks: &["sek"],
        words: &["bokforingsdag", "belopp", "transaktion", "bokford", "mottagare", "avsandare", "rubrik", "kontonummer", "bokforingsdatum", "transaktionsdatum", "meddelande", "saldo", "overforing"],
        spelled: "på från för överför insättning åter gård mån månad årsavgift två små gåva båt skåne malmö göteborg örebro västerås åhléns linköping luleå umeå bokför räkning tandläk påfyll åkeri trädgård håll smörgås östermalm" },
    Language { script: Script::Western, letters: "æøåéèêòóôüäö", marks: &["nok", "dkk", "nkr"],
        words: &["dato", "belop", "belob", "forklaring", "tekst", "rentedato", "inn", "ut", "utbetaling", "innbetaling", "bogfort", "afsender", "modtager", "beskrivelse", "varekjop", "overforsel", "saldo", "fra", "til"],
        spelled: "på køb købmand købt beløb beløp bogført overførsel overføring århus ålborg rød brød løn måned år sørensen jørgensen møller næst kjøp kjøpt utført strøm tromsø bøker gård skål frå hånd læge sjø bjørn grønt grøn københavn fødsel smørrebrød lån også forsørg værk næring tømrer nørre østre søndre bodø ålesund" },
    Language { script: Script::Western, letters: "äöåéšžü", marks: &["fi"],
        words: &["kirjauspaiva", "arvopaiva", "maara", "euroa", "saaja", "maksaja", "viesti", "viite", "tapahtuma", "selitys", "tilinumero", "kirjauspvm", "saajan"],
        spelled: "määrä päivä sähkö käteis kävely hämee jyväskylä järvi mäki työ kylpylä ympäri hyvä kesä pääsy leipä kenkä" },
    Language { script: Script::Western, letters: "áéíóúýþæðö", marks: &["isk"],
        words: &["dagsetning", "upphaed", "skyring", "stada", "faerslunumer", "texti"],
        spelled: "greiðsl úttekt færsl búð þjónust húsnæði reykjavík fjörð við það þóknun staða skýring upphæð gjöld sjóð læknir apótek sími húsa íslan þórð hús" },
    Language { script: Script::Central, letters: "áčďéěíňóřšťúůýžäöüßľâçëôő", marks: &["czk", "cz", "kc"],
        words: &["castka", "datum", "mena", "ucet", "protiucet", "popis", "zprava", "zustatek", "poznamka", "splatnost", "zauctovani", "provedeni", "platba", "prichozi", "odchozi", "nazev", "objem", "banky", "symbol", "transakce", "uctu", "typ", "prijemce", "vyber"],
        spelled: "částka účet účtu účtování měna zpráva zůstatek příjem příchoz převod výběr řeznictví náměstí město městsk dvořák dvoř plzeň spoř čerpac škol česk pojišť přísp ství kovář nám. řízení počta počát železn poštovné úroč četba průvod lůžk zámečn měsí číslo dům kámen stěhov běžn bytů" },
    Language { script: Script::Central, letters: "áäčďéíĺľňóôŕšťúýžěřůöüßâçëőű", marks: &["sk", "skk"],
        words: &["suma", "datum", "mena", "ucet", "protiucet", "popis", "zostatok", "poznamka", "splatnost", "zauctovania", "platba", "prijemca", "nazov", "symbol", "transakcie", "uctu", "typ", "vyber", "sprava"],
        spelled: "účet účtu čiastk lekáreň kaviareň pečivo mesačn ročn poštov stĺp príjem ľud žilin košice prešov výber výplat čerpac česk čísl" },
    Language { script: Script::Central, letters: "ąćęłńóśźżéöüäßâçëč", marks: &["pln", "pl", "zl"],
        words: &["kwota", "data", "opis", "operacji", "saldo", "waluta", "nadawca", "odbiorca", "tytul", "rachunku", "rachunek", "przelew", "ksiegowania", "transakcji", "numer", "konto", "nazwa", "kontrahenta", "platnosc", "rodzaj", "obciazenia", "uznania"],
        spelled: "łódź księg świę dębem kraków poznań gdańsk wrocław żabka płatno wpłat wypłat opłat należn spożyw usług bieżąc ność ości zł kartą miesią gotówk spółka żółw zielień śród łazien białyst dzień sprzedaż toruń częstoch książ pocztą hurtowń piekarń księgarn" },
    Language { script: Script::Central, letters: "áéíóöőúüűäßâçëčăţ", marks: &["huf", "hu", "ft"],
        words: &["osszeg", "datum", "egyenleg", "konyveles", "kozlemeny", "terheles", "jovairas", "szamla", "deviza", "tranzakcio", "szamlaszam", "ertek", "napja", "tipus", "partner", "utalas", "ertekpap", "kartya"],
        spelled: "összeg könyvel közlemény győr fűszer díj költs műszaki zöldség gyógyszer munkabér készpénz vásárl erő idő szőlő gyűjt főváros ügyfél jövedelem fűtés tűzhely sütő belső mező előfizet erdő cipő nő sör könyv" },
    Language { script: Script::Central, letters: "ăâîşţéöüáäßçëőűíó", marks: &["ron", "ro", "lei"],
        words: &["suma", "data", "sold", "detalii", "tranzactie", "plata", "cont", "debit", "credit", "beneficiar", "valuta", "descriere", "contravaloare"],
        spelled: "plată încas bucureşt factură piaţa iaşi constanţa braşov dobând sumă târgu şi în cumpăr" },
    Language { script: Script::Central, letters: "čćđšžéöüäáßâçëíó", marks: &["hrk", "hr", "si", "rsd"],
        words: &["datum", "opis", "iznos", "znesek", "stanje", "racun", "valuta", "uplata", "isplata", "naziv", "namen", "placila", "prejemnik", "breme", "dobro"],
        spelled: "račun plaća čakov žup uplać isplać plačil međ članar tržn knjižn gorič šport" },
    Language { script: Script::Turkish, letters: "çğıi\u{307}öşüâîûéäß", marks: &["tl"],
        words: &["tarih", "tarihi", "tutar", "tutari", "bakiye", "aciklama", "islem", "hesap", "alacak", "borc", "odeme", "havale", "dekont", "sube", "gelen", "giden", "maas", "kira", "fatura", "numarasi", "birimi", "cekilen", "yatan"],
        spelled: "işlem açıklama ödeme alışveriş şube kartı yatırılan çekim mağaza kadıköy şişli beşiktaş yılmaz şahin yıldız doğal fırın sağlık maaş ığı lığı ları lığı ışık borç üsküdar eğitim sigortası aidatı döviz kuaför çarşı bağış taşıt kırtasiye" },
    Language { script: Script::Cyrillic, letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяё", marks: &["rub", "bgn"],
        words: &["дата", "сумма", "валюта", "описание", "счет", "баланс", "операции", "остаток", "назначение", "платежа", "приход", "расход", "сума", "основание", "категория", "статус"],
        spelled: "" },
    Language { script: Script::Cyrillic, letters: "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", marks: &["uah"],
        words: &["дата", "сума", "валюта", "опис", "рахунок", "залишок", "призначення", "платежу", "картка"],
        spelled: "" },
    Language { script: Script::Baltic, letters: "ąčęėįšųūžéöüäß", marks: &["lt", "ltl"],
        words: &["mokejimas", "moketojas", "gavejas", "paskirtis", "valiuta", "likutis", "saskaita", "operacija", "israsas"],
        spelled: "mokėjim lėš išmok šeim ąžuol sąskait už grąžin įmok palūkan mokesč gavėj vaistinė kavinė pirkinių" },
    Language { script: Script::Baltic, letters: "āčēģīķļņšūžéöüäß", marks: &["lv", "lvl"],
        words: &["datums", "maksajums", "sanemejs", "maksatajs", "atlikums", "konts", "darijums", "merkis"],
        spelled: "rēķin pārskait maksājum saņēm mērķis rīga līgum kafejnīc izņemšan atlīdzīb pārvedum" },
    Language { script: Script::Baltic, letters: "äöõüšžéß", marks: &["ee", "eek"],
        words: &["kuupaev", "selgitus", "viitenumber", "makse", "arhiveerimistunnus"],
        spelled: "töötasu kõne sõiduk käibemaks jõgi võõr külas" },
    Language { script: Script::Greek, letters: "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", marks: &[],
        words: &["ημερομηνια", "ποσο", "περιγραφη", "υπολοιπο", "αιτιολογια", "χρεωση", "πιστωση", "λογαριασμος"],
        spelled: "πληρωμή σούπερ μάρκετ φαρμακείο τράπεζα ανάληψη κατάθεση μισθοδοσία ενοίκιο αγορά" },
    Language { script: Script::Hebrew, letters: "אבגדהוזחטיךכלםמןנסעףפץצקרשת", marks: &["ils"],
        words: &["תאריך", "סכום", "יתרה", "תיאור", "זכות", "חובה", "אסמכתא", "פעולה"],
        spelled: "משכורת סופר העברה עמלה מזומן" },
    Language { script: Script::Japanese, letters: "", marks: &["jpy"],
        words: &["日付", "金額", "残高", "摘要", "取引", "入金", "出金", "支払", "振込", "お預", "引出", "利用", "口座", "年月日", "差引"],
        spelled: "" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_headings_of_other_languages_from_english_ones() {
        for heading in ["Bedrag", "Naam tegenpartij", "Libellé", "Montant", "Fecha valor", "Tarih", "取引日"] {
            assert!(is_foreign(heading), "{heading}");
        }
        for heading in ["Date", "Transaction Date", "Description", "Debit", "Amount (€)", "Running Bal.", "Check #"] {
            assert!(!is_foreign(heading), "{heading}");
        }
    }
}
