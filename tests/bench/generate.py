#!/usr/bin/env python3
"""Writes one account's invented history as a Chase checking CSV file or as an OFX 1 file.

usage: generate.py csv|ofx ROWS > FILE

Twenty years end on 2025-12-31 whatever the number of rows; the newest row comes first in CSV, as that bank
writes it. The same arguments give the same bytes.
"""

import datetime
import random
import sys

YEARS = 20
LAST = datetime.date(2025, 12, 31)
SHOPS = ["GREENLEAF MARKET", "NORTH PIER COFFEE", "HARBOR TRANSIT", "OAK STREET BOOKS", "LANTERN CINEMA",
         "BLUE HERON FUEL", "MILL RIVER PHARMACY", "COPPER KETTLE DINER", "TWIN PINES HARDWARE", "ARBOR POWER & LIGHT"]


def history(rows):
    """(day, cents, description, balance in cents), oldest first."""
    draw = random.Random(rows)
    days = YEARS * 365
    balance = 250_000
    for number in range(rows):
        day = LAST - datetime.timedelta(days=days - 1 - number * days // rows)
        cents = draw.randrange(100, 20_000)
        if number % 12 != 0:
            cents = -cents // 12 if balance > 100_000 else -cents // 20
        balance += cents
        shop = SHOPS[draw.randrange(len(SHOPS))]
        yield day, cents, f"{shop} #{draw.randrange(1000):03d} PORTLAND ME {draw.randrange(10**6):06d}", balance


def money(cents):
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def write_csv(rows, out):
    out.write("Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n")
    for day, cents, text, balance in reversed(list(history(rows))):
        kind = "DEBIT,{},\"{}\",{},DEBIT_CARD" if cents < 0 else "CREDIT,{},\"{}\",{},ACH_CREDIT"
        out.write(kind.format(day.strftime("%m/%d/%Y"), text, money(cents)))
        out.write(f",{money(balance)},\n")


def write_ofx(rows, out):
    out.write("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
              "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1"
              "<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>123456789"
              "<ACCTID>000111222333<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n")
    last = 0
    for number, (day, cents, text, balance) in enumerate(history(rows)):
        kind = "DEBIT" if cents < 0 else "CREDIT"
        text = text.replace("&", "&amp;")
        out.write(f"<STMTTRN>\n<TRNTYPE>{kind}\n<DTPOSTED>{day:%Y%m%d}120000[0:GMT]\n<TRNAMT>{money(cents)}\n"
                  f"<FITID>{day:%Y%m%d}{number:09d}\n<NAME>{text[:32]}\n<MEMO>{text}\n</STMTTRN>\n")
        last = balance
    out.write(f"</BANKTRANLIST><LEDGERBAL><BALAMT>{money(last)}<DTASOF>{LAST:%Y%m%d}</LEDGERBAL>"
              "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")


if __name__ == "__main__":
    form, count = sys.argv[1], int(sys.argv[2])
    {"csv": write_csv, "ofx": write_ofx}[form](count, sys.stdout)
