//! Words that banks write in a column of statuses, by language: rows that are booked, rows that are not booked yet, and rows
//! that moved no money. A word of none of these, such as `Reversed`, leaves open which it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::vocabulary::may_be_fee;
use crate::import::evidence::fold::fold;
use crate::import::evidence::pending::AT_ENDS;

/// What the status of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It is booked.
    Posted,
    /// It is announced, and not booked.
    Pending,
    /// It never moved money.
    Void,
}

const POSTED: &str = "\
    posted|booked|completed|complete|cleared|settled|processed|paid|paid out|issued|executed|done|success|successful|succeeded|approved|accepted|\
    confirmed|genehmigt|approuve|approuvee|aprobado|aprobada|approvato|approvata|goedgekeurd|final|finalized|finalised|reconciled|matched|ok|closed|sent|received|deposited|captured|collected|transferred|finished|credited|\
    debited|applied|billed|verified|book|\
    gebucht|berechnet|umsatz gebucht|verbucht|abgeschlossen|ausgefuhrt|durchgefuhrt|verarbeitet|erledigt|bezahlt|erfolgreich|bestatigt|abgerechnet|bearbeitet|\
    comptabilise|comptabilisee|execute|executee|termine|terminee|effectue|effectuee|valide|validee|traite|traitee|regle|reglee|paye|payee|\
    realise|realisee|confirme|confirmee|reussi|reussie|debite|debitee|\
    geaccepteerd|accepte|acceptee|geboekt|verwerkt|voltooid|uitgevoerd|afgerond|betaald|geslaagd|bevestigd|afgehandeld|\
    contabilizado|contabilizada|completado|completada|realizado|realizada|ejecutado|ejecutada|liquidado|liquidada|procesado|procesada|\
    pagado|pagada|cobrado|cobrada|efectuado|efectuada|finalizado|finalizada|confirmado|confirmada|aplicado|aplicada|aceptado|aceptada|\
    concluido|concluida|efetuado|efetuada|efetivado|efetivada|processado|processada|pago|paga|executado|executada|aprovado|aprovada|lancado|compensado|compensada|movimentado|\
    contabilizzato|contabilizzata|eseguito|eseguita|completato|completata|addebitato|addebitata|accreditato|accreditata|regolato|regolata|\
    pagato|pagata|elaborato|elaborata|confermato|confermata|concluso|conclusa|effettuato|effettuata|registrato|registrata|\
    bokford|bokfort|genomford|genomfort|klar|slutford|slutfort|betald|utford|utfort|godkand|\
    bogfort|behandlet|udfort|gennemfort|afsluttet|betalt|godkendt|gjennomfort|fullfort|godkjent|ferdig|\
    kirjattu|suoritettu|valmis|maksettu|toteutunut|toteutettu|hyvaksytty|vahvistettu|onnistunut|\
    zaksiegowana|zaksiegowany|zaksiegowane|zaksiegowano|zrealizowana|zrealizowany|zrealizowane|wykonana|wykonany|wykonano|zakonczona|\
    zakonczony|zakonczone|rozliczona|rozliczony|rozliczone|rozliczono|oplacona|przetworzona|ukonczona|zatwierdzona|\
    zauctovano|zauctovana|zauctovany|zuctovano|vyrizeno|vyrizena|provedeno|provedena|dokonceno|dokoncena|zpracovano|zpracovana|uspesne|uspesna|realizovano|potvrzeno|\
    zaplaceno|konyvelt|konyvelve|teljesitett|teljesitve|teljesult|vegrehajtva|sikeres|確定|完了|済|処理済";

const PENDING: &str = "\
    pending|scheduled|upcoming|awaiting|awaiting posting|unposted|not posted|uncleared|processing|in progress|authorized|authorised|\
    authorization|hold|on hold|held|reserved|forecasted|in review|under review|uncaptured|incomplete|unsettled|initiated|submitted|queued|\
    planned|provisional|preliminary|awaiting settlement|not booked|\
    vorgemerkt|umsatz vorgemerkt|vorgemerkte buchung|offen|nicht gebucht|noch nicht gebucht|ausstehend|reserviert|vorlaufig|geplant|terminiert|\
    in bearbeitung|wird bearbeitet|schwebend|unbestatigt|angekundigt|in prufung|autorisiert|vorautorisiert|\
    en attente|en cours|a venir|prevu|prevue|planifie|planifiee|programme|programmee|autorise|autorisee|en cours de traitement|non comptabilise|\
    non comptabilisee|bloque|bloquee|reserve|reservee|en suspens|provisoire|\
    in behandeling|gereserveerd|in afwachting|wachtend|gepland|nog niet verwerkt|niet verwerkt|niet geboekt|openstaand|geautoriseerd|geblokkeerd|\
    voorlopig|in verwerking|\
    pendiente|pendientes|retenido|retenida|en proceso|en curso|en tramite|programado|programada|autorizado|autorizada|preautorizado|bloqueado|\
    bloqueada|no contabilizado|previsto|prevista|reservado|reservada|en espera|procesando|\
    pendente|pendentes|em processamento|em curso|em andamento|agendado|agendada|aguardando|a processar|nao processado|cativo|em analise|em espera|\
    retido|retida|\
    in attesa|non contabilizzato|non contabilizzata|in sospeso|autorizzato|autorizzata|preautorizzato|in corso|in lavorazione|in elaborazione|\
    programmato|programmata|prenotato|prenotata|da contabilizzare|bloccato|bloccata|provvisorio|sospeso|sospesa|\
    reserverad|reserverat|vantar|vantande|preliminar|preliminart|ej bokford|ej bokfort|inte bokford|inte bokfort|kommande|pagaende|planerad|\
    under behandling|obokford|\
    reserveret|venter|afventer|afventende|ikke bogfort|forelobig|planlagt|igangvaerende|\
    reservert|ikke bokfort|forelopig|avventer|kommende|\
    varaus|katevaraus|odottaa|odottava|vireilla|kasittelyssa|kirjaamaton|ei kirjattu|tuleva|varattu|kesken|vahvistamaton|\
    oczekujaca|oczekujacy|oczekujace|oczekuje|blokada|w trakcie|w trakcie realizacji|w realizacji|zaplanowana|zaplanowany|planowana|\
    nierozliczona|nierozliczone|niezaksiegowana|autoryzowana|autoryzacja|w toku|do realizacji|zablokowana|rezerwacja|\
    nezauctovano|nezauctovana|cekajici|ceka|blokace|blokovano|ve zpracovani|zpracovava se|planovana|planovano|rezervovano|rezervace|nezpracovano|\
    odlozeno|probiha|autorizovano|fuggoben|fuggo|zarolt|folyamatban|feldolgozas alatt|varakozo|未確定|処理中";

const VOID: &str = "\
    declined|denied|reverted|failed|cancelled|canceled|void|voided|expired|rejected|removed|aborted|unsuccessful|error|abandoned|deleted|draft|\
    abgelehnt|storniert|abgebrochen|fehlgeschlagen|zuruckgewiesen|abgewiesen|ungultig|verworfen|gescheitert|geloscht|verfallen|annulliert|\
    nicht ausgefuhrt|verweigert|entwurf|\
    refuse|refusee|annule|annulee|rejete|rejetee|echoue|echouee|echec|abandonne|abandonnee|expire|expiree|invalide|supprime|supprimee|\
    geweigerd|geannuleerd|mislukt|afgewezen|verlopen|afgebroken|ongeldig|niet uitgevoerd|\
    rechazado|rechazada|cancelado|cancelada|anulado|anulada|denegado|denegada|fallido|fallida|caducado|caducada|expirado|expirada|no realizado|\
    recusado|recusada|rejeitado|rejeitada|negado|negada|falhado|falhada|falhou|nao autorizado|nao autorizada|\
    rifiutato|rifiutata|annullato|annullata|respinto|respinta|negato|negata|fallito|fallita|non riuscito|non riuscita|non autorizzato|\
    nekad|nekat|avvisad|avbruten|avbrutet|misslyckad|misslyckades|makulerad|annullerad|avslagen|ogiltig|\
    afvist|annulleret|mislykket|afbrudt|udlobet|fejlet|slettet|\
    avvist|kansellert|annullert|avbrutt|feilet|utlopt|avslatt|\
    hylatty|peruttu|peruutettu|epaonnistunut|epaonnistui|vanhentunut|mitatoity|keskeytetty|\
    odrzucona|odrzucony|odrzucone|anulowana|anulowany|anulowane|nieudana|nieudany|niezrealizowana|niezrealizowane|odmowa|uniewazniona|przerwana|\
    zamitnuto|zamitnuta|zruseno|zrusena|neprovedeno|neprovedena|neuspesna|neuspesne|odmitnuto|odmitnuta|stornovano|stornovana|\
    elutasitott|elutasitva|torolt|torolve|sikertelen|visszautasitott|取消|失敗";

/// Words that mean a declined payment and nothing else, also at the end of a phrase such as `Purchase declined`.
const DECLINED: [&str; 22] = [
    "declined",
    "abgelehnt",
    "refuse",
    "refusee",
    "geweigerd",
    "rechazado",
    "rechazada",
    "denegado",
    "denegada",
    "recusado",
    "recusada",
    "rifiutato",
    "rifiutata",
    "nekad",
    "afvist",
    "avvist",
    "hylatty",
    "odrzucona",
    "odrzucony",
    "zamitnuto",
    "zamitnuta",
    "elutasitva",
];

/// Other words that, alone in a cell, may say so of a payment.
const TAKEN_BACK: [&str; 20] = [
    "refused",
    "rejected",
    "denied",
    "reversed",
    "reverted",
    "voided",
    "zuruckgewiesen",
    "storniert",
    "verweigert",
    "rejete",
    "rejetee",
    "annule",
    "annulee",
    "afgewezen",
    "anulado",
    "anulada",
    "respinto",
    "respinta",
    "rejeitado",
    "rejeitada",
];
/// No word of these lists is longer, in bytes of any spelling.
const LONGEST: usize = 16;

static BY_WORD: LazyLock<HashMap<&str, Status>> = LazyLock::new(|| {
    let lists = [(POSTED, Status::Posted), (PENDING, Status::Pending), (VOID, Status::Void)];
    lists.into_iter().flat_map(|(list, status)| list.split('|').map(move |word| (word, status))).collect()
});

/// Returns what a word says, if it is known.
pub(super) fn of(word: &str) -> Option<Status> {
    BY_WORD.get(fold(word).as_str()).copied()
}

/// Returns what a word says that means a status and nothing else.
pub(super) fn plain(folded: &str) -> Option<Status> {
    let declined = DECLINED.contains(&folded).then_some(Status::Void);
    declined.or_else(|| AT_ENDS.contains(&folded).then_some(Status::Pending))
}

/// Returns whether a cell has a word alone that may say that its row moved no money.
pub(super) fn may_be_void(cell: &str) -> bool {
    if cell.len() > LONGEST || !cell.starts_with(char::is_alphabetic) {
        return false;
    }
    let folded = fold(cell);
    DECLINED.contains(&folded.as_str()) || TAKEN_BACK.contains(&folded.as_str())
}

/// Returns what the type of a row says of its status, such as `Purchase declined` and `Pending card payment`. The fee for a
/// declined payment moved money.
pub(super) fn of_type(text: &str) -> Option<Status> {
    let folded = fold(text);
    let phrase = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let mut words = phrase.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (first, second, is_longer) = (words.next(), words.next(), words.next().is_some());
    let last = phrase.rsplit(|c: char| !c.is_alphanumeric()).next();
    let is_declined = |word: Option<&str>| word.is_some_and(|word| DECLINED.contains(&word));
    let is_short = second.is_some() && !is_longer;
    if is_declined(last) || (is_short && is_declined(first) && !may_be_fee(phrase)) {
        return Some(Status::Void);
    }
    let is_pending = |word: &str| {
        phrase.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            || phrase.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    AT_ENDS.into_iter().any(is_pending).then_some(Status::Pending)
}

/// Returns the words for rows that are not booked yet.
pub(super) fn pending_words() -> impl Iterator<Item = &'static str> {
    PENDING.split('|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_statuses_in_many_languages() {
        for (words, status) in [
            (["Gebucht", "Comptabilisé", "Zaksięgowana", "Bokfört", "Udført"], Status::Posted),
            (["On hold", "Ausstehend", "À venir", "In sospeso", "Väntar"], Status::Pending),
            (["Void", "Refusée", "Zurückgewiesen", "Anulowana", "Zrušeno"], Status::Void),
        ] {
            for word in words {
                assert_eq!(of(word), Some(status), "{word}");
            }
        }
        assert_eq!(of("Reversed"), None, "another row may take it back");
        let longest = DECLINED.iter().chain(&TAKEN_BACK).map(|word| word.len()).max().unwrap();
        assert!(longest + 2 <= LONGEST, "an accent is a byte more");
    }

    #[test]
    fn no_word_is_of_two_statuses_and_all_are_folded() {
        let all = || [POSTED, PENDING, VOID].into_iter().flat_map(|list| list.split('|'));
        for word in all() {
            assert_eq!(fold(word), word);
        }
        for word in POSTED.split('|') {
            assert!(!PENDING.split('|').chain(VOID.split('|')).any(|other| other == word), "{word}");
        }
        assert!(!PENDING.split('|').any(|word| VOID.split('|').any(|other| other == word)));
    }
}
