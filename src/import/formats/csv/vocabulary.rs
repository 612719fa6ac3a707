//! Names of columns that banks use, by role and language.
//!
//! Each list is in order of preference; `|` stands between the names. Names are written folded: lower case, without
//! accents (see [`fold`](crate::import::evidence::fold::fold)), so that `Débit` and `DEBIT` are one. A name must be known exactly: a
//! column is never taken by resemblance. One name may stand in several lists; the content of the column decides then.

/// The day of booking.
pub(super) const POSTED: &str = "\
    posted date|posting date|post date|date posted|posted on|posted|posted transactions date|posted transaction date|booking date|\
    booked date|booked at|booked on|booking day|clearing date|date processed|processed date|processing date|process date|completed date|\
    completed on|finished on|settled date|date settled|settled on|settled at|settled|entry date|accounting date|ledger date|buchungstag|buchungsdatum|buchung|\
    boekdatum|boekingsdatum|boeking|date comptable|date de comptabilisation|date operation|date de l'operation|\
    date d'operation|date op|dateop|date de traitement|fecha operacion|fecha de operacion|fecha de la operacion|f operacion|\
    fecha contable|fecha de contabilizacion|f contable|data operazione|data contabile|data registrazione|data de lancamento|\
    data lancamento|data mov|data movimento|data do movimento|data operacao|data da operacao|\
    data de operacao|data ksiegowania|data operacji|data zaksiegowania|datum zauctovani|datum provedeni|\
    datum splatnosti|bokforingsdag|bokforingsdatum|bokfort|bokfort dato|bokforingsdato|bokfort dag|bogforingsdato|\
    bogfort|bogforingsdag|posteringsdato|kirjauspaiva|kirjauspvm|kirjauspaivamaara|konyveles datuma|konyvelesi datum|\
    konyveles napja|konyveles|\
    date of posting|posting day|cleared date|posted at|buchungstermin|verbuchungsdatum|datum der buchung|gebucht am|\
    verbucht am|reskontradatum|clearingdatum|bokford|bokford dag|datum boeking|boekdag|verwerkingsdatum|geboekt op|\
    date comptabilisation|date d'imputation|date imputation|date d'ecriture|fecha contabilizacion|fecha de asiento|\
    fecha asiento|fecha de registro|fecha registro|fecha de aplicacion|fecha aplicacion|fecha de posteo|fecha posteo|\
    data contabilizzazione|data di contabilizzazione|data di registrazione|data contabil|data contabilistica|\
    data de contabilizacao|data contabilizacao|data do lancamento|data ksiegowa|data rozliczenia|datum uctovani|\
    datum zuctovani|zauctovano dne|kirjattu|bogfort dato";

/// Names of these below which an amount or an answer may stand as well.
pub(super) const MAY_BE_POSTED: &str = "settled";

/// Another day of the row.
pub(super) const DATED: &str = "\
    date|datum|dato|data|fecha|pvm|paivamaara|paiva|datum transakce|datum operace|transaction date|trans date|transactiondate|\
    date of transaction|transfer date|tran date|txn date|trn date|trade date|run date|datetime|date time|created on|created at|created utc|created|\
    started date|valutadatum|valuta|value date|value|valuedate|val date|date de valeur|date valeur|dateval|fecha valor|f valor|\
    data valuta|data valor|data waluty|data transakcji|wertstellung|wertstellungsdatum|wertstellung (valuta)|wert|rentedatum|rentedato|\
    date/time|date & time|einkaufsdatum|belegdatum|kaufdatum|transaktionsdatum|transaktionsdag|transaktionsdato|transaksjonsdato|\
    transactiedatum|date transaction|date de transaction|date de la transaction|purchase date|when|day|dag|tag|jour|dia|datum valuta|datum valuty|\
    rantepaiva|arvopaiva|maksupaiva|ertek nap|erteknap|erteknapja|teljesites|tranzakcio datuma|tranzakcio idopontja|tranzakcio napja|\
    取引日|取扱日|日付|お取引日|ご利用日|年月日|利用日|交易日期|tarih";

/// The money of the row, with its own sign or beside an indicator.
pub(super) const AMOUNT: &str = "\
    net|net amount|amount|transaction amount|amount transaction|amount in account currency|amount in account's currency|amount (account currency)|\
    amount in billing currency|betrag in kontowahrung|betrag in kontowaehrung|umsatz in kontowahrung|betrag in wahrung des kontos|\
    bedrag in rekeningvaluta|montant en devise du compte|montant dans la devise du compte|importe en divisa de la cuenta|\
    importe en moneda de la cuenta|importo in valuta conto|importo in valuta del conto|valor na moeda da conta|\
    kwota w walucie rachunku|kwota w walucie konta|belopp i kontovaluta|belop i kontovaluta|belob i kontovaluta|betrag|bedrag|\
    montant|montante|importe|importo|amount total|gross|billing amount|billed amount|posted amount|account amount|settlement amount|\
    settled amount|umsatz|monto|amt|buchungsbetrag|wert|value|transaction value|transfer|valor|kwota|kwota operacji|\
    kwota transakcji|castka|castka v mene uctu|objem|belob|belop|belopp|summa|maara|osszeg|tranzakcio osszege|konyvelt osszeg|\
    montant de l'operation|montant operation|montant transaction|importe de la operacion|importe operacion|valor do movimento|\
    valor da transacao|amount due|charge amount|\
    金額|取引金額|ご利用金額|利用金額|入出金額|交易金额|tutar";

/// Amounts in the currency of the account, beside one that may be in another.
pub(super) const OWN_AMOUNT: &str = "\
    amount in account currency|amount in account's currency|amount (account currency)|amount in billing currency|billing amount|billed amount|posted amount|\
    account amount|settlement amount|settled amount|\
    castka v mene uctu|konyvelt osszeg|buchungsbetrag|betrag in kontowahrung|betrag in kontowaehrung|umsatz in kontowahrung|\
    betrag in wahrung des kontos|bedrag in rekeningvaluta|montant en devise du compte|montant dans la devise du compte|\
    importe en divisa de la cuenta|importe en moneda de la cuenta|importo in valuta conto|importo in valuta del conto|\
    valor na moeda da conta|kwota w walucie rachunku|kwota w walucie konta|belopp i kontovaluta|belop i kontovaluta|belob i kontovaluta";

/// Names of these that have another meaning, too: they count where the other amount is shown to be in another currency.
pub(super) const MAY_BE_OWN_AMOUNT: &str = "posted amount|account amount|settlement amount|settled amount";

/// What is left of an amount after fees, and the amount before them. One that is only called an amount is that beside a fee.
pub(super) const NET_AMOUNT: &str = "net|net amount";
pub(super) const GROSS_AMOUNT: &str = "gross";
pub(super) const AMOUNT_BEFORE_FEE: &str = "amount|transaction amount|amount transaction";

/// Money out, beside a column for money in or alone.
pub(super) const DEBIT: &str = "\
    egreso|egresos|salida|salidas|decaissement|decaissements|afschrijving|afschrijvingen|outgoings|\
    debit|debit amount|debits|debit amt|withdrawal|withdrawals|withdrawal amount|withdrawal amt|withdrawn|money out|\
    paid out|amount debit|outflow|out|outgoing|funds out|spent|expense|expenses|soll|belastung|belastungen|lastschrift|\
    lastschriften|ausgang|ausgaben|ausgabe|af|uit|uitgaven|uitgave|debet|cargo|cargos|cheque o cargo|cheques o cargos|cheques y cargos|cheques y otros cargos|cargos y cheques|otros cargos|debe|gasto|gastos|retiro|retiros|uscite|\
    uscita|addebiti|addebito|dare|debito|debitos|saida|saidas|obciazenia|obciazenie|wyplaty|wydatki|wydatek|vydaje|vydaj|\
    odchozi|ut fra konto|ut av konto|ut|utgift|utgifter|uttag|uttak|haevet|ud|udbetaling|udgift|udgifter|belastet|otto|menot|\
    meno|terheles|terhelesek|kiadas|kimeno|depense|depenses|sortie|sorties|retrait|retraits|montant debit|montant au debit|\
    importe cargo|money withdrawn|payments out|amount out|dr|dr amount|\
    お支払金額|支払金額|支払い金額|お支払い金額|出金|出金額|お引出し|お引き出し|引出金額|支出|borc";

/// Money in, beside a column for money out or alone.
pub(super) const CREDIT: &str = "\
    encaissement|encaissements|bijschrijving|bijschrijvingen|zufluss|zuflusse|wplywy|wplyw|\
    credit|credit amount|credits|credit amt|deposit|deposits|deposit amount|deposit amt|deposited|money in|paid in|\
    amount credit|inflow|in|incoming|funds in|received|receipts|lodgements|lodgement|income|haben|gutschrift|\
    gutschriften|eingang|einnahmen|einnahme|bij|inkomsten|inkomst|ontvangen|abono|abonos|depositos y otros abonos|otros abonos|haber|ingreso|ingresos|deposito|depositos|\
    entrate|entrata|accrediti|accredito|avere|credito|creditos|entrada|entradas|uznania|uznanie|wplaty|przychody|\
    przychod|prijmy|prijem|prichozi|inn pa konto|inn|inntekt|inntekter|insattning|insattningar|innskudd|ind|indsat|indbetaling|\
    indtaegt|indtaegter|pano|panot|tulot|tulo|jovairas|jovairasok|bevetel|bejovo|recette|recettes|revenu|revenus|entree|entrees|\
    versement|versements|depot|depots|montant credit|montant au credit|importe abono|money deposited|payments in|amount in|cr|cr amount|\
    お預り金額|預かり金額|お預かり金額|預り金額|入金|入金額|預入金額|お預入れ|お預け入れ|収入|alacak";

/// Tells the direction of the money beside it.
pub(super) const INDICATOR: &str = "\
    naturaleza|signo|sinal|kz|indicator|vorzeichen|teken|d/k|k/d|b/a|debit credit mark|\
    debit/credit|credit/debit|debit credit|credit debit|credit debit indicator|debit/credit indicator|creditdebet|\
    credit/debet|debet/credit|debet credit|creditdebit|debitcredit|debit or credit|credit or debit|dr/cr|cr/dr|dr cr|cr dr|\
    d/c|c/d|dc|cd|af bij|af/bij|bij/af|+/-|-/+|direction|richting|richtung|soll/haben|s/h|cd flag|cdflag|dc flag|dcflag|sens|\
    sens de l'operation|in/out|inout|in out|sign|dare/avere|d/a|a/d|segno|cargo/abono|abono/cargo|debe/haber|natureza|debito/credito|\
    credito/debito|strona|wn/ma|kierunek|smer|smer platby|smer uhrady|jelleg|irany|terheles/jovairas|t/j|suunta|pano/otto|retning|\
    riktning|ind/ud|inn/ut|in/ut|money in/out|inflow/outflow|借方/貸方|入出金";

/// Those of these that name money out and money in, so that signed amounts may stand below them.
pub(super) const OF_BOTH: &str = "\
    debit/credit|credit/debit|debit credit|credit debit|debit or credit|credit or debit|credit/debet|debet/credit|debet credit|\
    soll/haben|dare/avere|cargo/abono|abono/cargo|debe/haber|debito/credito|credito/debito";

/// May tell the direction, and as often tells something else.
pub(super) const KIND: &str = "\
    transaction type|type of transaction|type|tipo|tipo de movimiento|tipo movimento|typ|typ transakce|rodzaj|transaktionstyp|umsatztyp|\
    transactietype|mutatiesoort";

/// What the row cost, apart from its amount.
pub(super) const FEE: &str = "\
    fee|fees|fee amount|amount fee|transaction fee|transaction fees|service fee|service fees|service charge|service charges|bank charge|\
    bank charges|charge|charges|surcharge|commission|commissions|fx fee|fx fees|foreign fee|foreign fees|foreign transaction fee|\
    foreign transaction fees|foreign exchange fee|international fee|international transaction fee|exchange fee|conversion fee|\
    conversion charge|currency conversion fee|currency conversion charge|atm fee|cash advance fee|processing fee|payment fee|\
    transfer fee|wire fee|handling fee|other fees|iof|fremdwahrungsgebuhr|auslandsgebuhr|auslandseinsatzentgelt|umrechnungsentgelt|\
    bearbeitungsgebuhr|frais de change|frais de conversion|comision de cambio|comision por cambio|\
    gebuhr|gebuhren|transaktionsgebuhr|entgelt|entgelte|buchungsentgelt|provision|provisionen|spesen|fremde gebuhren|kosten|transactiekosten|provisie|\
    frais|frais bancaires|frais de transaction|comision|comisiones|tarifa|tarifas|comissao|comissoes|encargos|commissione|commissioni|costi|\
    costo commissione|avgift|avgifter|courtage|gebyr|gebyrer|kurtage|omkostninger|palkkio|palkkiot|kulut|palvelumaksu|oplata|oplaty|\
    costs|stamp duty|markup|markup fee|withholding tax|masraf|komisyon|bollo|prowizja|prowizje|poplatek|poplatky|jutalek|dij|koltseg|手数料";

/// Further names of what the row cost, which count where amounts stand below them: `tip` and `taxa` are other things, too.
const MAY_BE_FEE: &str = "\
    cost|markups|mark-up|fx markup|exchange markup|stamp duties|tip|tips|gratuity|levy|bolli|imposta di bollo|taxa|taxas|masraflar|\
    islem masrafi|ucret|islem ucreti";

/// What a row cost, at the end of a name: `Bank fee`. A number or one of the words that follow may stand behind it: `Fees charged`.
const FEE_ENDS: &str = "fee|fees|surcharge|commission|gebuhr|gebuhren|entgelt|provision";
const BEHIND_FEE: &str = "charged|paid|total|amount|deducted";

/// Returns whether a name is that of what a row cost, where amounts stand below it.
pub(super) fn may_be_fee(name: &str) -> bool {
    let is_in = |list: &str, word: &str| list.split('|').any(|known| known == word);
    let is_behind = |word: &&str| is_in(BEHIND_FEE, word) || word.bytes().all(|b| b.is_ascii_digit());
    is_in(MAY_BE_FEE, name) || name.split(' ').rfind(|word| !is_behind(word)).is_some_and(|word| is_in(FEE_ENDS, word))
}

/// What the row comes to, beside an amount and what is added to it.
pub(super) const TOTAL: &str = "\
    total|totals|total amount|grand total|gross total|total value|total paid|total charged|gesamt|gesamtbetrag|gesamtsumme|summe|totaal|totaalbedrag|\
    montant total|total ttc|importe total|monto total|valor total|totale|importo totale|totalt|totalbelopp|totalbelop|totalbelob|i alt|yhteensa|\
    razem|kwota calkowita|celkem|celkova castka|osszesen|合計";

/// The other party, where one column names it.
pub(super) const PAYEE: &str = "\
    payee|payee name|name/description|naam/omschrijving|partner name|partnername|partner|partner neve|counter party|counterparty|counterparty name|\
    name counterparty|counter party name|merchant name|naam tegenpartij|naam tegenpartij bevat|naam tegenrekening|naam tegenrekeninghouder|naam van de tegenpartij|tegenpartij|\
    name zahlungsbeteiligter|zahlungsbeteiligter|auftraggeber/empfanger|auftraggeber/zahlungsempfanger|beguenstigter/zahlungspflichtiger|begunstigter/zahlungspflichtiger|\
    begunstigter/auftraggeber|beguenstigter/auftraggeber|auftraggeber/begunstigter|empfanger/auftraggeber|name des partners|zahlungsempfangerin|zahlungsempfanger|\
    zahlungsempfaenger|empfanger|empfaenger|nadawca/odbiorca|nazwa nadawcy/odbiorcy|odbiorca/zleceniodawca|nadawca odbiorca|dane kontrahenta|\
    kontrahent|nazwa kontrahenta|nazev protiuctu|nazev protistrany|protistrana|nazev protiuctu/obchodnika|saaja/maksaja|maksaja/saaja|\
    saajan nimi|beneficiario|beneficiary|beneficiary name|beneficiaire|tiers|odbiorca|mottagare/avsandare|avsandare/mottagare|mottagare|mottaker|modtager|ellenoldali nev|ellenpartner neve|merchant|\
    zahlungsempfanger/auftraggeber|auftraggeber/beguenstigter|empfanger/zahlungspflichtiger|zahlungspflichtiger/empfanger|\
    handler|handlername|begunstigde|naam begunstigde|naam ontvanger|nom du beneficiaire|nom du tiers|nom de la contrepartie|\
    nom contrepartie|contrepartie|commercant|nom du commercant|enseigne|marchand|controparte|esercente|nominativo|comercio|\
    nombre del comercio|establecimiento|beneficiario/ordenante|ordenante/beneficiario|estabelecimento|comerciante|favorecido|\
    nazwa odbiorcy|odbiorca/nadawca|nazwa odbiorcy/nadawcy|sprzedawca|obchodnik|nazev obchodnika|prijemce|nazev prijemce|\
    recipient|recipient name|destinataire|destinatario|ontvanger|cimzett|alici|beneficiar|sender/recipient|recipient/sender|\
    empfanger oder auftraggeber|nimi|saaja|kauppa|butik|handelsplats|inkopsstalle|butikk|handelssted|mottakernavn|forretning";

/// The other party of money in, beside a column for that of money out.
pub(super) const PAYER: &str =
    "zahlungspflichtiger|payer name|payer|auftraggeber|ordinante|ordenante|nadawca|maksaja|avsender|afsender|avsandare";

/// The text of the row.
pub(super) const TEXT: &str = "\
    original description|name|naam|description|description1|description 1|transaction description|descriptions|full description|details|\
    transaction details|transaction detail|details of transaction|transaction particulars|narrative|narration|particulars|transaction remarks|title|remarks|booking text|\
    buchungstext|verwendungszweck|omschrijving|omschrijving-1|omschrijving 1|notification text|libelle|libelle operation|libelle de l'operation|libelle complet|libelle complet operation|libelle complet de l'operation|\
    nature de l'operation|nature|intitule|concepto|concepto/referencia|descripcion|movimiento|descrizione operazione|descrizione|causale|operazione|descricao|historico|\
    descritivo|descricao do movimento|lancamento|opis operacji|opis transakcji|opis|tytul|tytulem|tytul operacji|popis|popis operace|popis transakce|\
    forklaring|tekst|beskrivelse|beskrivning|rubrik|specifikation|selite|kuvaus|tapahtuma|viesti|viesti saajalle|megnevezes|kozlemeny|tranzakcio tipusa|leiras|\
    descriere|descriere tranzactie|detalii|detalii tranzactie|explicatii|desc|text|memo|note|notes|remarque|payment reference|reference|umsatztext|bezeichnung|action|\
    transaktionsbeschreibung|transaktionstext|transaktion|transaction|transactie|buchungsdetails|beschreibung|umsatz/verwendungszweck|vorgang/verwendungszweck|vorgang|umsatzart|poznamka|zprava pro prijemce|\
    摘要|お取り扱い内容|お取扱内容|お取扱い内容|お取引内容|取引内容|内容|ご利用店名|利用店名|交易摘要|aciklama|\
    mitteilung|mitteilungstext|avisierungstext|zahlungsgrund|zweck|buchungsinformation|buchungsinformationen|\
    transaktionsdetails|beschreibung 1|bezeichnung 1|rechnungstext|beschrijving|betaalomschrijving|transactieomschrijving|\
    libelle simplifie|libelle court|libelle long|libelle du mouvement|libelle mouvement|motif|objet|communication|\
    communication libre|details du mouvement|detail|dettagli|dettaglio|descrizione estesa|descrizione movimento|\
    causale/descrizione|motivo|oggetto|detalle|detalles|detalle movimiento|detalle del movimiento|detalle de movimiento|glosa|concepto ampliado|operacion|descripcion movimiento|\
    descripcion del movimiento|descripcion operacion|descripcion de la operacion|descripcion de la transaccion|detalhe|\
    detalhes|titulo|descricao da transacao|descricao da operacao|descricao do lancamento|szczegoly|szczegoly transakcji|\
    szczegoly operacji|tytul przelewu|tytul platnosci|nazev|ucel platby|detail platby|informace k platbe|zprava|popis pro me|\
    otsikko|tapahtumaselite|tapahtuman kuvaus|handelse|kontohandelse|notering|titel|referens|transaksjonstekst|transaksjon|\
    betalingsinformasjon|merknad|tittel|posteringstekst|posteringstext|notat|navn|namn|nom|nome|nombre|nazwa";

/// Further text.
pub(super) const MEMO: &str = "\
    memo|note|notes|description|comments|comment|message|payment reference|reference|mededelingen|mededeling|notifications|\
    verwendungszweck|buchungstext|omschrijving|omschrijving-1|omschrijving-2|omschrijving-3|extended details|additional description|notes and #tags|statement description|\
    from|to|labels|bemerkungen|bemerkung|remarque|observaciones|notas|concepto|description1|description2|description3|description 1|description 2|description 3|\
    beschreibung|beschreibung2|descrizione completa|descrizione|libelle|libelle complet|informations complementaires|details|tytul|opis|zprava pro prijemce|poznamka|message au beneficiaire|\
    kozlemeny|viesti|melding|meddelande|meddelelse|beskrivelse|buchungsdetails|umsatzart|full description|narrative|name|naam|\
    beschreibung 3|bezeichnung 2|bezeichnung 3|notiz|notizen|anmerkung|mitteilung|toelichting|vrije mededeling|communication|\
    communications|information complementaire|note aggiuntive|observacoes|uwagi|notatka|poznamka pro me|viite|viitenumero|\
    huomautus|notering|referens|merknad|notat|mas datos";

/// The bank's own id of the row.
pub(super) const BANK_ID: &str = "\
    transaction id|transactionid|transferwise id|wise id|reference number|fitid|unique id|id|volgnr|\
    balance transaction id|zkb reference|transaction reference|bank reference|booking reference|id transakce|id operace|numer transakcji|\
    numer referencyjny|tranzakcio azonosito|arkivointitunnus|transaction no";

/// The number of a check.
pub(super) const CHECK: &str = "\
    check number|check or slip #|check #|checknumber|check no|cheque number|check|cheque no|cheque|check/serial #|serial|chq no|chq/ref no|cheque no/ref no";

/// The bank's category.
pub(super) const CATEGORY: &str = "category|categories|kategorie|categorie|categoria|spending category|category name|kategoria|kategori|kategoria operacji";

/// The bank's type of transaction.
pub(super) const TYPE: &str = "\
    transaction type|type|mutatiesoort|code|tran type|type of transaction|umsatztyp|transaktionstyp|transactietype|typ transakce|typ|tipo|rodzaj operacji|typ operacji";

/// Whether the row is posted.
pub(super) const STATUS: &str = "\
    status|pending|state|info|transaction status|booking status|payment status|forecasted/posted|stav|stan|tila|estado|statut|stato|allapot|\
    bokfort/reservert|buchungsstatus|transaktionsstatus|zahlungsstatus|statut de l'operation|etat|transactiestatus|situacao|estado da transacao|\
    estado de la operacion|stato operazione|stato transazione|status transakcji|status operacji|stav transakce|stav platby|\
    decline reason|declined reason|reason declined|reason for decline|rejection reason|ablehnungsgrund|motif de refus|motif du refus|motivo de rechazo|\
    motivo rechazo|motivo del rifiuto|motivo rifiuto|motivo da recusa|reden van weigering";

/// The balance after the row.
pub(super) const BALANCE: &str = "\
    balance|running balance|running bal|runningbalance|current balance|account balance|account running balance|balance after|\
    cash balance|book balance|ledger balance|closing balance|ending balance|resulting balance|new balance|balance after transaction|\
    saldo|bal|kontostand|saldo na mutatie|saldo na trn|saldo nach buchung|saldo na boeking|endsaldo|eindsaldo|saldo po operacji|saldo po transakcji|\
    saldo koncowe|saldo ksiegowe|saldo contabile|saldo contabilistico|saldo apos|saldo apos movimento|zustatek|zustatek po transakci|solde|\
    solde apres operation|solde comptable|saldo efter|bokfort saldo|saldo kirjauksen jalkeen|egyenleg|konyvelt egyenleg|uj konyvelt egyenleg|zaro egyenleg|sold|sold final|残高|差引残高|お取引後残高|账户余额|bakiye";

/// The balance at the end of the row's day.
pub(super) const DAY_BALANCE: &str =
    "daily posted balance|daily balance|end of day balance|end of day ledger balance|saldo fin de dia|saldo del dia";

/// The balance before the first row, in a row of its own.
pub(super) const OPENING: &str = "beginning balance|opening balance|start balance|starting balance|startsaldo";

/// The currency of the row.
pub(super) const CURRENCY: &str = "\
    cur|whg|iso code|iso currency|currency iso|codice divisa|valutakod|valutacode|kod waluty|munteenheid|\
    currency|curr|ccy|currency code|posted currency|account currency|amount currency|billing currency|settlement currency|currency of amount|wahrung|waehrung|munt|muntsoort|valuta|devise|devies|monn|divisa|moneda|\
    buchungswahrung|buchungswaehrung|waluta|mena|moeda|valuutat|valuutta|devizanem|penznem|konyveles devizaneme|para birimi|doviz|doviz cinsi|doviz kodu|通貨|币种|통화";

/// The currency of the balance, where it has a column of its own.
pub(super) const BALANCE_CURRENCY: &str = "\
    balance currency|currency of balance|currency of the balance|balance ccy|wahrung saldo|waehrung saldo|saldo wahrung|saldo waehrung|saldowahrung|\
    wahrung des saldos|kontostand wahrung|valuta saldo|saldo valuta|saldovaluta|devise solde|devise du solde|divisa saldo|divisa del saldo|\
    moneda saldo|moneda del saldo|valuta del saldo|moeda do saldo|moeda saldo|waluta salda|waluta saldo|mena zustatku|egyenleg devizaneme|\
    saldon valuutta|bakiye para birimi";

/// The currency of the account, in a column or a line above the header.
pub(super) const CURRENCY_ABOVE: &str = "\
    currency of account|currency of the account|account currency code|account ccy|statement currency|kontowahrung|kontowaehrung|wahrung des kontos|rekeningvaluta|devise du compte|\
    moneda de la cuenta|divisa de la cuenta|divisa cuenta|moneda cuenta|divisa conto|divisa del conto|valuta conto|moeda da conta|waluta rachunku|waluta konta|\
    mena uctu|kontovaluta|tilin valuutta|szamla devizaneme";

/// Further names of the currency of the account, in a column beside one that may be of another.
pub(super) const OWN_CURRENCY: &str = "posted currency|billing currency|settlement currency|account currency|buchungswahrung|buchungswaehrung|konyveles devizaneme";

/// What stands before the currency in a sentence above the header, such as `All amounts in EUR`.
pub(super) const AMOUNTS_IN: &str = "\
    amounts in|all amounts in|amounts are in|all amounts are in|betrage in|alle betrage in|angaben in|montants en|bedragen in|\
    importes en|importi in|valores em|kwoty w|castky v|belopp i|belob i";

/// The number of the owner's account.
pub(super) const ACCOUNT: &str = "\
    own account|own account number|account number (own)|account number own|my iban|own iban|eigene iban|auftragskonto|account number|account #|account no|account|posted account|bank account|from account|iban|iban/bban|kontonummer|konto|rekening|\
    rekeningnummer|produit|compte|numero de compte|iban auftraggeberkonto|iban auftragskonto|cuenta|numero de cuenta|account id|numer konta|numer rachunku|\
    cislo uctu|kontonr|konto nr|tilinumero|szamlaszam|konyvelesi szamla|conto|numero conto|conta|口座番号|\
    acct|acct no|acct #|acct number|a/c|a/c no|a/c number|tili|ucet|rachunek|bankkonto|n° compte|n° de compte|numero compte|compte bancaire|\
    szamla|hesap|hesap no|hesap numarasi|numero da conta|account iban|iban/account number|rekening iban|\
    debited account|compte debite|cuenta origen|cuenta de origen";

/// The accounts that a row goes from and to: one of them is the owner's.
pub(super) const FROM_ACCOUNT: &str = "from account|from account number|from account no|from iban|debited account|compte debite|cuenta origen|cuenta de origen|source account|source account name|source name";
pub(super) const TO_ACCOUNT: &str = "to account|to account number|to account no|to iban|credited account|compte credite|cuenta destino|cuenta de destino|destination account|target account|destination account name|destination name";

/// The number of the owner's account in a line above the header, besides the names of columns.
pub(super) const ACCOUNT_ABOVE: &str = "\
    girokonto|tagesgeldkonto|kontonummer/iban|compte n°|conto corrente";

/// Words of which the label of the owner's IBAN above the header consists.
pub(super) const IBAN_ABOVE: &str = "\
    iban|bban|account|acct|number|no|nr|num|numero|bank|own|my|your|the|from|owner|holder|auftraggeber|auftraggebers|auftraggeberkonto|\
    auftragskonto|konto|kontonummer|kontonr|eigene|eigenes|eigener|mein|meine|girokonto|tagesgeldkonto|tagesgeld|sparkonto|festgeldkonto|\
    giro|privatkonto|kontoinhaber|kontoverbindung|rekening|rekeningnummer|eigen|mijn|compte|mon|votre|de|du|le|cuenta|mi|su|conto|conta|\
    rachunek|rachunku|konta|moje|cislo|uctu|ucet|tili|tilinumero|szamlaszam|szamla|current|checking|savings";

/// Account columns that, right of one of the payee columns, hold the payee's account.
pub(super) const EITHERS_ACCOUNT: &str = "\
    account number|account no|account #|account|iban|kontonummer|konto|iban/kontonummer|cuenta|compte|numer konta|numer rachunku|cislo uctu|\
    kontonr|tilinumero|szamlaszam|conto|conta|rekeningnummer|acct|acct no|acct #|acct number|a/c|a/c no|a/c number|tili|ucet|rachunek|\
    bankkonto|n° compte|n° de compte|numero compte|compte bancaire|szamla|hesap|hesap no|hesap numarasi|numero da conta|account iban|\
    iban/account number|debited account|compte debite|cuenta origen|cuenta de origen";

/// Words in the name of an account that say of what kind it is: the owner of the file gave it such a name.
#[rustfmt::skip]
pub(super) const KINDS_OF_ACCOUNTS: [&str; 29] = [
    "checking", "chequing", "savings", "saving", "current", "card", "visa", "mastercard", "amex", "cash", "wallet", "joint",
    "giro", "tagesgeld", "sparbuch", "kreditkarte", "karte", "bargeld", "haushalt", "carte", "courant", "livret",
    "tarjeta", "ahorro", "corriente", "carta", "betaalrekening", "spaarrekening", "poupanca",
];

/// The card that a row was paid with.
pub(super) const CARD: &str = "\
    card no|card number|card #|card|card used for transaction|card used for purchase|card used|used card|card ending|card ending in|card last 4|card last 4 digits|\
    last 4 digits|last four digits|last 4|masked card number|masked card no|verwendete karte|kartennummer|kreditkartennummer|kreditkarte|\
    numero de carte|carte utilisee|numero de tarjeta|tarjeta utilizada|numero carta|carta utilizzata|numero do cartao|kaartnummer|\
    numer karty|cislo karty|kortnummer|kortnr|kortin numero|kartyaszam";

/// Parts of the names of columns that hold numbers of the other party.
pub(super) const OF_OTHERS: [&str; 17] = [
    "counter",
    "contra",
    "gegen",
    "tegen",
    "benef",
    "payee",
    "payer",
    "recipient",
    "receiver",
    "sender",
    "creditor",
    "debtor",
    "empfanger",
    "partner",
    "other",
    "merchant",
    "destin",
];

/// Who holds the card that a row was paid with. Only a card has such a column.
pub(super) const CARD_HOLDER: &str = "\
    card member|cardmember|card member name|cardmember name|card holder|cardholder|card holder name|cardholder name|name on card|\
    karteninhaber|titulaire de la carte|titular de la tarjeta|titolare della carta|titular do cartao|kaarthouder|kortholder|\
    kortinnehavare|kortinnehaver";

/// The name of the owner's account.
pub(super) const ACCOUNT_NAME: &str = "\
    account name|kontoname|account title|bezeichnung auftragskonto|nombre de cuenta|nom du compte|nom du compte debite|debited account name|nombre de la cuenta de origen|name des auftraggeberkontos|rekeningnaam|kontonavn|product|produkt|wallet|wallet name";

/// The name of the owner's account, or of a part of it. A number beside it may be another party's all the same.
pub(super) const ACCOUNT_PART: &str = "\
    konto-name|account nickname|my account|sub-account|sub account|subaccount|unterkonto|pot|pot name|space|space name|jar|jar name|\
    purse|portfolio";
