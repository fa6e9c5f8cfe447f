"""Stores of frames, Arrow tables and Parquet files, against gas-ingest on the same CSV."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import gas_gnn
import numpy as np

from tests.support import Case, there

N = 300


class TableTests(Case):
    """Tables of accounts and payments."""

    needs = ("pandas", "pyarrow", "scipy")

    def tables(self) -> tuple[Any, Any]:
        """Payments and accounts, with gaps, words that look like gaps, quotes, dates and categories."""
        import pandas as pd

        random = np.random.default_rng(0)
        names = [f"a {place}" for place in range(N)]
        accounts = pd.DataFrame(
            {
                "account": names,
                "country": random.choice(["CH", "NA", " x ", "d,e", 'q"u', "None"], N),
                "age": np.where(random.random(N) < 0.1, np.nan, random.integers(18, 80, N)),
                "since": pd.Timestamp("2020-01-01 10:30") + pd.to_timedelta(random.integers(0, 10**6, N), "min"),
                "is_firm": random.random(N) < 0.5,
                "kind": pd.Categorical(random.choice(["u", "v", "w"], N)),
                "fraud": random.choice(["no", "yes"], N, p=[0.8, 0.2]),
            }
        )
        ends = {end: random.choice(names, 1000) for end in ("sender", "receiver")}
        payments = pd.DataFrame({**ends, "amount": random.random(1000).round(3), "day": random.integers(1, 9, 1000)})
        return payments, accounts

    def write(self, name: str, edges: Any, nodes: Any, **options: Any) -> gas_gnn.Store:
        """A store of payments."""
        return gas_gnn.write_table(
            self.folder / f"{name}.store",
            edges,
            **{
                "source": "sender",
                "target": "receiver",
                "weight": "amount",
                "edge_columns": ["day"],
                "nodes": nodes,
                "id": "account",
                "label": "fraud",
                "quiet": True,
                **options,
            },
        )

    def same(self, one: gas_gnn.Store, other: gas_gnn.Store) -> None:
        """Fails where stores differ in anything that was read."""
        self.assertEqual(one.feature_names, other.feature_names)
        np.testing.assert_allclose(one.features, other.features, rtol=0, atol=1e-6)
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.edge_index(), other.edge_index())
        np.testing.assert_allclose(there(one.edge_weight), there(other.edge_weight))
        np.testing.assert_allclose(there(one.edge_attr), there(other.edge_attr))
        self.assertEqual(one.ids.tolist(), other.ids.tolist())

    def test_frames(self) -> None:
        payments, accounts = self.tables()
        store = self.write("frames", payments, accounts)
        self.assertEqual(store.ids.tolist(), accounts.account.tolist())
        self.assertEqual(store.class_names, ["no", "yes"])
        np.testing.assert_array_equal(store.labels, accounts.fraud == "yes")
        names = store.feature_names or []
        self.assertEqual(
            names,
            [f"country={word}" for word in (" x ", "CH", "NA", "None", "d,e", 'q"u')]
            + ["age", "age?", "since", "is_firm", "kind=u", "kind=v", "kind=w"],
        )
        columns = dict(zip(names, store.features.T, strict=True))
        for word in accounts.country.unique():
            np.testing.assert_array_equal(columns[f"country={word}"], accounts.country == word)
        np.testing.assert_array_equal(columns["age?"], accounts.age.isna())
        np.testing.assert_array_equal(columns["is_firm"], accounts.is_firm)
        known, train = accounts.age.notna().to_numpy(), store.train_mask
        scaled = (accounts.age - accounts.age[train].mean()) / accounts.age[train].std()
        np.testing.assert_allclose(columns["age"][known], scaled[known], atol=1e-5)
        seconds = accounts.since.astype("int64") / accounts.since.astype("int64").std()
        np.testing.assert_allclose(np.corrcoef(columns["since"], seconds)[0, 1], 1, atol=1e-6)
        summed: dict[tuple[str, str], float] = {}
        for row in payments.itertuples():
            key = tuple(sorted((row.sender, row.receiver)))
            summed[key] = summed.get(key, 0) + row.amount
        found = {
            tuple(sorted(store.ids[[u, v]])): w
            for (u, v), w in zip(store.edge_index().T, there(store.edge_weight), strict=True)
        }
        self.assertEqual(found.keys(), summed.keys())
        np.testing.assert_allclose([found[key] for key in summed], list(summed.values()), rtol=1e-5)

    def test_all_kinds_of_tables_give_the_same_store(self) -> None:
        import pandas as pd
        import pyarrow as pa
        import pyarrow.parquet as pq

        payments, accounts = self.tables()
        expected = self.write("frames", payments, accounts)
        arrow = [pa.Table.from_pandas(table) for table in (payments, accounts)]
        self.same(expected, self.write("arrow", *arrow))
        self.same(expected, self.write("reader", arrow[0].to_reader(max_chunksize=7), arrow[1]))
        self.same(expected, self.write("index", payments, accounts.set_index("account")))
        for name, table in zip(("payments", "accounts"), arrow, strict=True):
            pq.write_table(table, self.folder / f"{name}.parquet", row_group_size=70)
        files = [self.folder / f"{name}.parquet" for name in ("payments", "accounts")]
        self.same(expected, self.write("parquet", *files))
        (self.folder / "parts").mkdir()
        for place in range(3):
            part = arrow[0].slice(400 * place, 400)
            pq.write_table(part, self.folder / f"parts/{place}.parquet")
        self.same(expected, self.write("folder", self.folder / "parts", accounts))
        self.same(expected, self.write("several", [payments[:600], payments[600:]], accounts))
        quoted = accounts.to_csv(index=False, quoting=2)
        (self.folder / "accounts.csv").write_text(quoted)
        self.same(expected, self.write("csv", payments, self.folder / "accounts.csv", gaps=""))
        objects = accounts.astype({"is_firm": object, "age": "Float64", "kind": object})
        self.same(expected, self.write("objects", payments.convert_dtypes(), objects))
        self.assertIsInstance(accounts, pd.DataFrame)

    def test_options(self) -> None:
        import pandas as pd

        frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 1.0], "NA": ["NA", "x", "NA"]})
        edges: dict[str, Any] = {"source": "a", "target": "b", "quiet": True}
        store = gas_gnn.write_table(
            self.folder / "a.store", [frame, frame], relation=["r", "s"], directed=True, **edges
        )
        self.assertEqual((store.is_directed, store.ids.tolist()), (True, [1, 2, 3]))
        self.assertEqual(store.edge_feature_names, ["relation=r", "relation=s"])
        nodes = pd.DataFrame({"id": [1, 2, 3], "zip": [10, 20, 20], "y": [0.5, 1.5, np.nan]})
        store = gas_gnn.write_table(
            self.folder / "b.store",
            frame,
            nodes=nodes,
            id="id",
            kind={"zip": "category"},
            label="y",
            label_kind="regression",
            split="50/0/50",
            **edges,
        )
        self.assertEqual(store.feature_names, ["zip=10", "zip=20"])
        np.testing.assert_array_equal(store.labels, np.array([[0.5], [1.5], [np.nan]], np.float32))
        other = gas_gnn.write_table(
            self.folder / "c.store", frame, nodes=nodes[::-1], id="id", encoding_of=store.path, **edges
        )
        np.testing.assert_array_equal(other.features, store.features[::-1])
        alone = gas_gnn.write_table(self.folder / "d.store", nodes=nodes, id="id", label="zip", quiet=True)
        self.assertEqual((alone.num_nodes, alone.num_edges), (3, 0))

    def test_damaged_encoding(self) -> None:
        payments, accounts = self.tables()
        file = self.write("a", payments, accounts).path / "encoding.json"
        whole = file.read_bytes()
        for broken in (whole[:-5], whole.replace(b"yes", b"yea"), whole + b" "):
            file.write_bytes(broken)
            with self.refuses("encoding.json, byte 0", "checksum", kind=gas_gnn.FormatError):
                _ = gas_gnn.Store(file.parent).class_names
        file.unlink()
        with self.refuses("encoding.json", "no file", kind=gas_gnn.FormatError):
            _ = gas_gnn.Store(file.parent).class_names

    def test_what_cannot_be_a_table_is_refused(self) -> None:
        import pandas as pd
        import pyarrow as pa

        payments, accounts = self.tables()
        gap = payments.assign(sender=payments.sender.where(payments.index != 700))
        lists = accounts.assign(tags=[[1]] * N)
        half = pd.DataFrame({"sender": [1.0, 2.5], "receiver": [1, 2], "amount": [1, 1], "day": [1, 1]})
        for edges, nodes, words in [
            (gap, accounts, "edges: row 700 has no sender"),
            (pa.Table.from_pandas(gap).to_reader(max_chunksize=90), accounts, "edges: row 700 has no sender"),
            (payments, lists, "nodes: column tags has lists"),
            (payments, pa.Table.from_pandas(lists), "nodes: column tags is list"),
            (payments, accounts.assign(t=accounts.since - accounts.since[0]), "nodes: column t is timedelta"),
            (payments, pd.concat([accounts, accounts], axis=1), 'found "account" twice'),
            (
                payments,
                accounts.assign(age=accounts.age.where(accounts.index != 7, np.inf)),
                "nodes: column age has an infinite number in row 7",
            ),
            (
                pa.Table.from_pandas(payments.assign(amount=np.where(payments.index == 500, np.inf, 1))),
                accounts,
                "edges: column amount has an infinite number in row 500",
            ),
            (half, None, "whole numbers in sender, found 2.5"),
            (payments.rename(columns={"sender": "from"}), accounts, 'no column "sender"'),
            (payments, accounts.rename(columns={"account": "acount"}), 'no column "account"'),
            (payments, accounts[:-1], 'gas-ingest: edges: id "a 299" in row 68, column "receiver", is not in nodes;'),
            (
                [payments[:50], payments[50:]],
                pa.Table.from_pandas(accounts[:-1]),
                'gas-ingest: edges[1]: id "a 299" in row 18, column "receiver", is not in nodes;',
            ),
            (
                payments,
                pd.concat([accounts, accounts[3:4]]),
                'gas-ingest: nodes: id "a 3" in row 300 stands twice in column "account" (first in row 3);',
            ),
            (self.folder / "absent.parquet", accounts, "expected a Parquet file"),
            (self.folder / "absent.csv", accounts, "absent.csv"),
            ([1], accounts, "found int"),
        ]:
            with self.subTest(words), self.refuses(words):
                self.write("bad", edges, nodes, **({} if nodes is not None else {"label": None}))
            self.assertEqual(os.listdir(self.folder), [])

    def test_rows_of_other_files(self) -> None:
        """Rows of the user's own CSV count as the tool counts them, whatever words it has."""
        payments, accounts = self.tables()
        payments["receiver"] = payments.receiver.where(payments.index != 4, "x in row 9")
        payments.to_csv(self.folder / "payments.csv", index=False)
        with self.refuses('payments.csv:6: id "x in row 9" in row 5, column "receiver", is not in nodes;'):
            self.write("bad", self.folder / "payments.csv", accounts)
        with self.refuses('gas-ingest: edges: id "x in row 9" in row 4, column "receiver", is not in nodes;'):
            self.write("bad", payments, accounts)

    def test_notes_and_reports_name_tables(self) -> None:
        payments, accounts = self.tables()
        accounts["size"] = [f"{place % 7} kg" for place in range(N)]
        store = self.write("notes", payments, accounts)
        wanted = 'nodes: column "size" was taken for words; if they are numbers ("0 kg" in row 0), write the whole'
        self.assertTrue(any(note.startswith(wanted) for note in store.report["notes"]), store.report["notes"])
        tables = {column["table"] for column in store.report["tables"]["columns"]}
        self.assertEqual(tables, {"nodes", "edges"})

    def test_arguments_of_another_kind(self) -> None:
        payments, accounts = self.tables()
        refusals: list[tuple[dict[str, Any], str]] = [
            ({"kind": ["age"]}, "kind: expected names of columns with what they are"),
            ({"source": 0}, "source: expected the name of a column, or a list of names, found 0"),
            ({"id": {"account": 1}}, "id: expected the name of a column"),
        ]
        for options, words in refusals:
            with self.subTest(words), self.refuses(words):
                self.write("bad", payments, accounts, **options)
        for path in (3, None, ""):
            with self.refuses(f"expected a store or the path of one, found {path!r}"):
                gas_gnn.write_table(path, payments, source="sender", target="receiver")  # type: ignore[arg-type]
            with self.refuses(f"expected a store or the path of one, found {path!r}"):
                gas_gnn.write(path, edge_index=[[0], [1]])  # type: ignore[arg-type]
        self.assertEqual(os.listdir(self.folder), [])

    def test_parquet_that_is_damaged(self) -> None:
        payments, accounts = self.tables()
        file, folder = self.folder / "a.parquet", self.folder / "folder"
        payments.to_parquet(file)
        whole = file.read_bytes()
        folder.mkdir()
        with self.refuses(str(folder), "expected a folder of Parquet files, found none"):
            self.write("bad", folder, accounts)
        # Of the last, what is cut shows while it is read.
        wrong = [b"", b"no Parquet at all", whole[: len(whole) // 2], whole[:40] + b"\xff" * 400 + whole[440:]]
        for data in wrong:
            for place in (file, folder / "b.parquet"):
                place.write_bytes(data)
                with self.subTest(len(data)), self.refuses(str(place), "expected Parquet"):
                    self.write("bad", place if place == file else folder, accounts)
                place.unlink()
        self.assertEqual(os.listdir(self.folder), ["folder"])

    def test_half_a_character(self) -> None:
        import pandas as pd

        payments, accounts = self.tables()
        column = accounts.assign(word=pd.Series(["a\ud800"] * N, dtype=object))
        name = accounts.assign(word=1)
        name.columns = pd.Index([*accounts.columns, "a\ud800"], dtype=object)
        for nodes in (column, name):
            with self.refuses("nodes: expected words of Unicode", "a\\ud800"):
                self.write("bad", payments, nodes)

    def test_memory_does_not_depend_on_the_parquet_file(self) -> None:
        """The greatest resident memory of a process that hands on a file, and one eight times as long."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        peaks = []
        for rows in (250_000, 2_000_000):
            random = np.random.default_rng(0)
            columns: dict[str, Any] = {name: random.integers(0, 5000, rows) for name in ("a", "b")}
            columns |= {f"x{place}": random.random(rows) for place in range(6)}
            pq.write_table(pa.table(columns), self.folder / "edges.parquet", row_group_size=50_000)
            script = (
                "import gas_gnn, re, sys\n"
                "gas_gnn.write_table(sys.argv[1], sys.argv[2], source='a', target='b', quiet=True, overwrite=True)\n"
                "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
            )
            words = [sys.executable, "-c", script, str(self.folder / "a.store"), str(self.folder / "edges.parquet")]
            peaks.append(int(subprocess.run(words, capture_output=True, text=True, check=True).stdout) >> 10)
        # The long file has 128 MiB of numbers.
        self.assertLess(peaks[1] - peaks[0], 48)
