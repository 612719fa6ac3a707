//! The names of OFX that this reader acts on. All others pass through as [`Tag::Unknown`].

/// An element, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    // Structure: what holds rows.
    Ofx,
    BankStatement,
    CardStatement,
    InvestmentStatement,
    BankList,
    PendingList,
    InvestmentList,
    PositionList,
    Row,
    PendingRow,
    /// A statement or transfer of a kind that is not imported.
    Foreign,
    // Aggregates inside.
    SignOn,
    Institution,
    Status,
    AccountFrom,
    LedgerBalance,
    AvailableBalance,
    InvestmentBalance,
    InvestmentCash,
    Payee,
    Currency,
    /// An aggregate whose content must not be taken for that of the one around it.
    Ignored,
    // Elements with a value.
    CurDef,
    CurSym,
    DtStart,
    DtEnd,
    DtAsOf,
    BankId,
    BranchId,
    AcctId,
    AcctType,
    Org,
    Severity,
    Message,
    BalAmt,
    AvailCash,
    TrnType,
    DtPosted,
    DtTran,
    TrnAmt,
    FitId,
    CorrectFitId,
    CorrectAction,
    CheckNum,
    Name,
    ExtdName,
    Memo,
    /// An element with a value that is not needed.
    Leaf,
    /// Not in this list: an aggregate or an element, which only what follows can tell.
    Unknown,
}

impl Tag {
    /// Finds a name, in any case.
    pub(super) fn of(name: &str) -> Tag {
        let mut upper = [0; 16];
        let Some(upper) = upper.get_mut(..name.len()) else { return Tag::Unknown };
        upper.copy_from_slice(name.as_bytes());
        upper.make_ascii_uppercase();
        match &*upper {
            b"OFX" => Tag::Ofx,
            b"STMTRS" => Tag::BankStatement,
            b"CCSTMTRS" => Tag::CardStatement,
            b"INVSTMTRS" => Tag::InvestmentStatement,
            b"BANKTRANLIST" => Tag::BankList,
            b"BANKTRANLISTP" | b"PENDINGTRANLIST" => Tag::PendingList,
            b"INVTRANLIST" => Tag::InvestmentList,
            b"INVPOSLIST" | b"INVOOLIST" => Tag::PositionList,
            b"STMTTRN" => Tag::Row,
            b"STMTTRNP" => Tag::PendingRow,
            b"LOANSTMTRS" | b"INTRARS" | b"INTERRS" | b"WIRERS" | b"STMTENDRS" | b"CCSTMTENDRS" | b"LOANSTMTENDRS" => {
                Tag::Foreign
            }
            b"SONRS" => Tag::SignOn,
            b"FI" => Tag::Institution,
            b"STATUS" => Tag::Status,
            b"BANKACCTFROM" | b"CCACCTFROM" | b"INVACCTFROM" => Tag::AccountFrom,
            b"LEDGERBAL" => Tag::LedgerBalance,
            b"AVAILBAL" => Tag::AvailableBalance,
            b"INVBAL" => Tag::InvestmentBalance,
            b"INVBANKTRAN" => Tag::InvestmentCash,
            b"PAYEE" => Tag::Payee,
            b"CURRENCY" => Tag::Currency,
            b"ORIGCURRENCY" | b"BANKACCTTO" | b"CCACCTTO" | b"BALLIST" | b"BAL" | b"IMAGEDATA" | b"INV401KBAL"
            | b"INV401K" | b"XFERINFO" => Tag::Ignored,
            b"CURDEF" => Tag::CurDef,
            b"CURSYM" => Tag::CurSym,
            b"DTSTART" => Tag::DtStart,
            b"DTEND" => Tag::DtEnd,
            b"DTASOF" => Tag::DtAsOf,
            b"BANKID" | b"BROKERID" => Tag::BankId,
            b"BRANCHID" => Tag::BranchId,
            b"ACCTID" => Tag::AcctId,
            b"ACCTTYPE" => Tag::AcctType,
            b"ORG" => Tag::Org,
            b"SEVERITY" => Tag::Severity,
            b"MESSAGE" => Tag::Message,
            b"BALAMT" => Tag::BalAmt,
            b"AVAILCASH" => Tag::AvailCash,
            b"TRNTYPE" => Tag::TrnType,
            b"DTPOSTED" => Tag::DtPosted,
            b"DTTRAN" => Tag::DtTran,
            b"TRNAMT" => Tag::TrnAmt,
            b"FITID" => Tag::FitId,
            b"CORRECTFITID" => Tag::CorrectFitId,
            b"CORRECTACTION" => Tag::CorrectAction,
            b"CHECKNUM" => Tag::CheckNum,
            b"NAME" => Tag::Name,
            b"EXTDNAME" => Tag::ExtdName,
            b"MEMO" => Tag::Memo,
            b"DTUSER" | b"DTAVAIL" | b"DTEXPIRE" | b"SRVRTID" | b"REFNUM" | b"SIC" | b"PAYEEID" | b"ACCTKEY"
            | b"CURRATE" | b"FID" | b"CODE" | b"LANGUAGE" | b"DTSERVER" | b"TRNUID" | b"MKTGINFO"
            | b"INV401KSOURCE" | b"SUBACCTFUND" | b"VALUE" | b"DESC" | b"BALTYPE" => Tag::Leaf,
            _ => Tag::Unknown,
        }
    }

    /// Returns whether it holds other elements even where text stands right behind its tag.
    pub(super) fn is_structure(self) -> bool {
        self.is_statement()
            || self.is_row()
            || matches!(self, Tag::Ofx | Tag::BankList | Tag::PendingList | Tag::InvestmentList | Tag::PositionList)
            || self == Tag::Foreign
    }

    /// Returns whether it holds other elements, unless it has a value (banks write `<PAYEE>ACME` for a name).
    pub(super) fn is_aggregate(self) -> bool {
        self.is_structure()
            || matches!(self, Tag::SignOn | Tag::Institution | Tag::Status | Tag::Payee | Tag::Currency | Tag::Ignored)
            || matches!(self, Tag::AccountFrom | Tag::LedgerBalance | Tag::AvailableBalance)
            || matches!(self, Tag::InvestmentBalance | Tag::InvestmentCash)
    }

    /// Returns whether it is a statement of an account that is imported.
    pub(super) fn is_statement(self) -> bool {
        matches!(self, Tag::BankStatement | Tag::CardStatement | Tag::InvestmentStatement)
    }

    /// Returns whether it is a row of a statement.
    pub(super) fn is_row(self) -> bool {
        matches!(self, Tag::Row | Tag::PendingRow)
    }
}
