"""One process, one core of OpenBLAS: checks a product, times it, and prints what ran as JSON.

OPENBLAS_CORETYPE=Haswell python3 product.py LIBRARY ROWS WIDTH SECONDS
"""

import ctypes
import json
import os
import sys
import time
from typing import Any

import numpy

ROW_MAJOR, PLAIN = 101, 111


def load(path: str) -> ctypes.CDLL:
    library = ctypes.CDLL(path)
    library.openblas_get_corename.restype = ctypes.c_char_p
    matrix: list[Any] = [ctypes.c_void_p, ctypes.c_int]
    library.cblas_sgemm.argtypes = [*[ctypes.c_int] * 6, ctypes.c_float, *matrix, *matrix, ctypes.c_float, *matrix]
    library.openblas_set_num_threads(1)
    return library


def main(path: str, rows: int, width: int, seconds: float) -> None:
    library = load(path)
    random = numpy.random.default_rng(0)
    a, b = (random.standard_normal((n, width), dtype="float32") for n in (rows, width))
    c = numpy.full((rows, width), numpy.nan, dtype="float32")

    def multiply() -> None:
        shapes = ROW_MAJOR, PLAIN, PLAIN, rows, width, width
        library.cblas_sgemm(*shapes, 1, a.ctypes.data, width, b.ctypes.data, width, 0, c.ctypes.data, width)

    multiply()
    # The sum of n terms is off by at most n eps times the sum of their magnitudes.
    wide = a[:512].astype("float64"), b.astype("float64")
    allowed = width * 2.0**-24 * (abs(wide[0]) @ abs(wide[1]))
    if not (abs(c[:512] - wide[0] @ wide[1]) <= allowed).all():
        sys.exit("the product is wrong")
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        multiply()
        times.append(time.monotonic() - start)
    core = library.openblas_get_corename().decode()
    rate = 2.0 * rows * width * width / min(times)
    print(json.dumps({"core": core, "rate": rate, "guess": "OPENBLAS_CORETYPE" not in os.environ}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
