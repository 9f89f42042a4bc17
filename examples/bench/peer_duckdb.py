"""The night's work as a script on DuckDB: what `cetak` is measured against.

    cargo run --release --example bench -- --against "python3 examples/bench/peer_duckdb.py {dir} {night} {out}"

Needs `pip install duckdb`. One durable transaction a night: both files imported, joined by NIK, the stuck list and
twenty batches of five hundred written. It compares no names, keeps no history of the queue and asks nobody.
"""

import os
import sys

import duckdb

folder, night, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
today = f"DATE '2021-07-2{night}'"
db = duckdb.connect(os.path.join(out, "peer.duckdb"))
db.execute("SET threads = 2; SET preserve_insertion_order = false")


def rows(kind):
    return f"read_csv('{folder}/{kind}-{night}.csv', header = true, all_varchar = true)"


def write(query, name):
    db.execute(f"COPY ({query}) TO '{out}/{name}-{night}.csv' (HEADER)")


db.execute(f"""
BEGIN;
CREATE TABLE IF NOT EXISTS registration
    (nik BIGINT, submitted TIMESTAMP, name TEXT, card TEXT, phone TEXT, district TEXT, village TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS card (planned_for DATE, operator INT, nik BIGINT);
INSERT INTO registration
    SELECT DISTINCT CAST(NIK AS BIGINT), try_strptime("Timestamp", '%d/%m/%Y %H:%M:%S'), "Nama Lengkap", "Nomor KK",
        "No. HP (WhatsApp)", upper(Kecamatan), upper(Kelurahan), "Alasan Cetak"
    FROM {rows("links")} WHERE regexp_full_match(NIK, '[1-9][0-9]{{15}}')
    EXCEPT ALL SELECT * FROM registration;
CREATE OR REPLACE TABLE entry AS
    SELECT CAST(NIK AS BIGINT) AS nik, max_by(NAMA_LGKP, TGL_STATUS) AS name, max_by(NAMA_KEC, TGL_STATUS) AS district,
        max_by(NAMA_KEL, TGL_STATUS) AS village, max_by(STATUS, TGL_STATUS) AS status,
        CAST(max(TGL_STATUS) AS TIMESTAMP) AS since
    FROM {rows("queue")} WHERE regexp_full_match(NIK, '[1-9][0-9]{{15}}') GROUP BY ALL;
CREATE TEMP TABLE application AS
    SELECT nik, e.name, e.district, e.village, e.status, least(r.submitted, e.since) AS waiting_since,
        CASE WHEN c.nik IS NOT NULL THEN 'assigned' WHEN e.nik IS NULL THEN 'not_in_queue'
            WHEN e.status <> 'PRINT_READY_RECORD' THEN 'blocked' WHEN r.nik IS NULL THEN 'not_registered'
            ELSE 'ready' END AS category
    FROM (SELECT nik, min(submitted) AS submitted FROM registration GROUP BY nik) r
    FULL JOIN entry e USING (nik) LEFT JOIN card c USING (nik);
CREATE TEMP TABLE plan AS
    SELECT *, (row_number() OVER (ORDER BY district, village, waiting_since, nik) - 1) // 500 AS operator
    FROM (FROM application WHERE category = 'ready' ORDER BY waiting_since, nik LIMIT 10000);
INSERT INTO card SELECT {today} + 1, operator, nik FROM plan;
""")
write("SELECT category, count(*) AS applications FROM application GROUP BY ALL ORDER BY ALL", "counts")
write(
    f"FROM application WHERE CAST(waiting_since AS DATE) < {today} - 130 ORDER BY waiting_since, nik",
    "stuck",
)
for operator in range(20):
    write(f"FROM plan WHERE operator = {operator} ORDER BY district, village, waiting_since", f"batch-{operator:02}")
db.execute("COMMIT")
db.close()
