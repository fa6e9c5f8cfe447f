"""The code of docs/python.md, and the notebook: both run as they stand there."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import warnings
from typing import Any

from tests.support import ROOT, Case


class PageTests(Case):
    """docs/python.md, block by block in one namespace."""

    needs = ("torch_geometric", "networkx", "pandas", "pyarrow", "scipy")

    def test_page(self) -> None:
        text = (ROOT / "docs/python.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        self.assertGreater(len(blocks), 6)
        names: dict[str, Any] = {}
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        warnings.simplefilter("ignore")
        with contextlib.redirect_stderr(io.StringIO()):
            for number, block in enumerate(blocks):
                exec(compile(block, f"block {number} of docs/python.md", "exec"), names)
        self.assertEqual(names["embeddings"].shape[0], names["data"].num_nodes)

    def test_shortest_way(self) -> None:
        """From a Data object to embeddings in at most five lines."""
        text = (ROOT / "docs/python.md").read_text(encoding="utf-8")
        block = next(code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if ".embeddings()" in code)
        self.assertLessEqual(len([line for line in block.splitlines() if line.strip()]), 5)


class NotebookTests(Case):
    """Tools/python/examples."""

    needs = ("nbconvert", "ipykernel")

    def test_notebooks(self) -> None:
        import nbformat
        from nbconvert.preprocessors import ExecutePreprocessor

        files = sorted((ROOT / "Tools/python/examples").glob("*.ipynb"))
        self.assertTrue(files)
        for file in files:
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
            self.assertFalse(any(cell.get("outputs") or cell.get("execution_count") for cell in cells), file.name)
            notebook = nbformat.read(file, as_version=4)
            # This Python, whatever kernels are registered.
            kernels = self.folder / "kernels/python3"
            kernels.mkdir(parents=True, exist_ok=True)
            words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            kernel = {"argv": words, "display_name": "Python 3", "language": "python"}
            (kernels / "kernel.json").write_text(json.dumps(kernel))
            os.environ["JUPYTER_PATH"] = str(self.folder)
            self.addCleanup(os.environ.pop, "JUPYTER_PATH", None)
            ExecutePreprocessor(timeout=120, kernel_name="python3").preprocess(
                notebook, {"metadata": {"path": str(self.folder)}}
            )
            shown = json.dumps(notebook)
            for said in ("undirected: every edge stands in both directions", "100%", "image/png"):
                self.assertTrue(said in shown, said)
