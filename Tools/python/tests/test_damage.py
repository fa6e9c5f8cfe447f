"""Files that are cut, changed or of another kind: one clear error, which names the file."""

from __future__ import annotations

import json
import pathlib
import shutil
import struct
import zlib

import gas_gnn
import numpy as np
from gas_gnn import _safetensors

from tests.support import FIXTURES, Case

STORES = {"names": "v2", "bonds": "v2", "integers": "v1", "prices": "v3"}


class DamageTests(Case):
    """Damaged stores."""

    needs_tools = False

    def copy(self, name: str) -> pathlib.Path:
        """A store to damage."""
        path = self.folder / name
        shutil.copytree(FIXTURES / "stores" / STORES[name] / name, path, dirs_exist_ok=True)
        return path

    def test_every_byte_of_a_column(self) -> None:
        for name in STORES:
            for file in sorted(self.copy(name).glob("columns/*.gascol")):
                whole = file.read_bytes()
                near = [*range(100), *range(100, 4096, 333), *range(4096, len(whole))]
                for place in near if file.stem in ("neighbours", "degrees") else near[::7]:
                    broken = bytearray(whole)
                    broken[place] ^= 0x41
                    file.write_bytes(broken)
                    with (
                        self.subTest(f"{name} {file.name} {place}"),
                        self.refuses(str(file), "expected", "found", kind=gas_gnn.FormatError),
                    ):
                        gas_gnn.Column(file).rows()
                for length in [*range(0, 200, 13), *range(200, len(whole), 701)]:
                    file.write_bytes(whole[:length])
                    with self.refuses(str(file), kind=gas_gnn.FormatError):
                        gas_gnn.Column(file).rows()

    def test_every_byte_of_the_manifest(self) -> None:
        path = self.copy("names")
        file = path / "manifest.json"
        whole = file.read_bytes()
        for place in range(len(whole)):
            broken = bytearray(whole)
            broken[place] ^= 0x02
            file.write_bytes(broken)
            with self.subTest(place), self.refuses("manifest.json", kind=gas_gnn.FormatError):
                gas_gnn.Store(path)
        for length in range(0, len(whole) - 1, 19):
            file.write_bytes(whole[:length])
            with self.refuses("manifest.json", kind=gas_gnn.FormatError):
                gas_gnn.Store(path)

    def test_the_error_says_where(self) -> None:
        path = self.copy("bonds")
        file = path / "columns/features.gascol"
        data = bytearray(file.read_bytes())
        data[4096] ^= 1
        file.write_bytes(data)
        with self.assertRaises(gas_gnn.FormatError) as caught:
            _ = gas_gnn.Store(path).features
        self.assertEqual((caught.exception.file, caught.exception.offset), (str(file), 4096))
        self.assertRegex(caught.exception.expected, "checksum [0-9a-f]{8}")
        self.assertRegex(caught.exception.found, "^[0-9a-f]{8}$")

    def test_a_column_of_another_store(self) -> None:
        path = self.copy("bonds")
        shutil.copy(FIXTURES / "stores/v3/prices/columns/degrees.gascol", path / "columns/degrees.gascol")
        with self.refuses("degrees.gascol", "manifest", kind=gas_gnn.FormatError):
            _ = gas_gnn.Store(path).degrees

    def test_what_is_no_store(self) -> None:
        with self.refuses("nothing", kind=gas_gnn.FormatError):
            gas_gnn.Store(self.folder / "absent")
        with self.refuses("gas_gnn.write", kind=gas_gnn.FormatError):
            gas_gnn.Store(self.folder)
        (self.folder / "file").write_text("x")
        with self.refuses("a file", kind=gas_gnn.FormatError):
            gas_gnn.Store(self.folder / "file")

    def test_missing_files(self) -> None:
        path = self.copy("bonds")
        (path / "columns/labels.gascol").unlink()
        with self.refuses("labels.gascol", "no file", kind=gas_gnn.FormatError):
            _ = gas_gnn.Store(path).labels
        with self.refuses("no column", "there are"):
            gas_gnn.Store(path).column("ids")

    def test_a_later_version(self) -> None:
        path = self.copy("bonds")
        file = path / "manifest.json"
        data = file.read_bytes().replace(b'"formatVersion" : 2', b'"formatVersion" : 9')
        blank = data.replace(json.loads(data)["checksum"].encode(), b"00000000")
        file.write_bytes(sealed(blank))
        with self.refuses("format version 1 to 3", "found 9", kind=gas_gnn.FormatError):
            gas_gnn.Store(path)

    def test_shards(self) -> None:
        for shard in sorted(FIXTURES.glob("stores/v4/*/rank-1")):
            with self.refuses("a whole store", "the part of rank 1 of 2", kind=gas_gnn.FormatError):
                gas_gnn.Store(shard)
        with self.refuses("manifest.json", "no such file", kind=gas_gnn.FormatError):
            gas_gnn.Store(FIXTURES / "stores/v4/names")

    def test_weights(self) -> None:
        """Headers of safetensors that say anything but what such a file says."""
        file = self.folder / "weights"

        def written(header: bytes, data: bytes = bytes(8)) -> pathlib.Path:
            file.write_bytes(struct.pack("<Q", len(header)) + header + data)
            return file

        good = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
        tensors, metadata = _safetensors.read(written(json.dumps({"a": good}).encode()))
        self.assertEqual((tensors["a"].tolist(), metadata), ([0, 0], {}))
        changes: list[tuple[str, object]] = [
            ("dtype", ["F32"]),
            ("dtype", "F31"),
            ("dtype", None),
            ("shape", 2),
            ("shape", [-2]),
            ("shape", [2.0]),
            ("shape", ["2"]),
            ("shape", [True, 2]),
            ("shape", [1 << 62, 16]),
            ("shape", [1] * 100 + [2]),
            ("shape", [0, 1 << 70]),
            ("data_offsets", [0]),
            ("data_offsets", [0, 8, 8]),
            ("data_offsets", [8, 16]),
            ("data_offsets", [-8, 0]),
            ("data_offsets", [8, 0]),
            ("data_offsets", "08"),
            ("data_offsets", None),
        ]
        headers = [json.dumps({"a": {**good, key: value}}).encode() for key, value in changes]
        headers += [b"[" * 100_000, b'{"a":' * 100_000, b"[]", b"3", b"null", b"\xff", b'{"a": 3}', b'{"a": {}}']
        headers += [b'{"__metadata__": 3}', b'{"__metadata__": {"a": 3}}', b"9" * 5000, b""]
        for header in headers:
            with self.subTest(header[:80]), self.refuses(str(file), kind=gas_gnn.FormatError):
                _safetensors.read(written(header))
        for data in (b"", b"1234567", b"\xff" * 8):
            file.write_bytes(data)
            with self.refuses(str(file), kind=gas_gnn.FormatError):
                _safetensors.read(file)

    def test_runs(self) -> None:
        path = self.copy("integers")
        shutil.copytree(FIXTURES / "runs/before-checksums", path / "runs/old")
        run = gas_gnn.Run(path, "old")
        self.assertEqual(run.config["model"], "gcn")
        self.assertEqual(len(run.metrics["epoch"]), 4)
        np.testing.assert_array_equal(run.history(1).shape, (6, 4))
        with self.refuses('no run "new"', 'there is "old"'):
            gas_gnn.Run(path, "new")
        (path / "runs/old/metrics.jsonl").write_text('{"epoch": 0}\n{"epoch": 1, "checksum": "00000000"}\n{"ep')
        with self.refuses("metrics.jsonl, byte 13", "checksum", kind=gas_gnn.FormatError):
            _ = run.records
        with self.refuses("layer: expected a whole number from 1 to 1, found 2"):
            run.history(2)


def sealed(blank: bytes) -> bytes:
    """A manifest with its checksum filled in."""
    return blank.replace(b'"checksum" : "00000000"', f'"checksum" : "{zlib.crc32(blank):08x}"'.encode(), 1)
