//! Words that banks write in a column of statuses, by language: rows that are booked, rows that are not booked yet, and rows
//! that moved no money. A word of none of these, such as `Reversed`, leaves open which it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::import::evidence::fold::fold;

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
    confirmed|final|finalized|finalised|reconciled|matched|ok|closed|sent|received|deposited|captured|collected|transferred|finished|credited|\
    debited|applied|billed|verified|book|\
    gebucht|umsatz gebucht|verbucht|abgeschlossen|ausgefuhrt|durchgefuhrt|verarbeitet|erledigt|bezahlt|erfolgreich|bestatigt|abgerechnet|bearbeitet|\
    comptabilise|comptabilisee|execute|executee|termine|terminee|effectue|effectuee|valide|validee|traite|traitee|regle|reglee|paye|payee|\
    realise|realisee|confirme|confirmee|reussi|reussie|debite|debitee|\
    geboekt|verwerkt|voltooid|uitgevoerd|afgerond|betaald|geslaagd|bevestigd|afgehandeld|\
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

static BY_WORD: LazyLock<HashMap<&str, Status>> = LazyLock::new(|| {
    let lists = [(POSTED, Status::Posted), (PENDING, Status::Pending), (VOID, Status::Void)];
    lists.into_iter().flat_map(|(list, status)| list.split('|').map(move |word| (word, status))).collect()
});

/// Returns what a word says, if it is known.
pub(super) fn of(word: &str) -> Option<Status> {
    BY_WORD.get(fold(word).as_str()).copied()
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
