"""Writes numpy.txt: files as NumPy and SciPy make them, one a line: name, base64. Run: python3 make-numpy.py >
numpy.txt
"""

import base64
import io

import numpy
import scipy
import scipy.sparse


def show(name, write):
    file = io.BytesIO()
    write(file)
    print(name, base64.b64encode(file.getvalue()).decode())


matrix = scipy.sparse.csr_matrix(numpy.array([[0, 1.5, 0], [0, 0, 0], [2, 0, -3]], dtype="float32"))
pairs = numpy.array([[1, 2], [3, 4]])

print(f"# NumPy {numpy.__version__}, SciPy {scipy.__version__}")
show("csr-compressed.npz", lambda f: scipy.sparse.save_npz(f, matrix))
show("csr-stored.npz", lambda f: scipy.sparse.save_npz(f, matrix, compressed=False))
show("csc.npz", lambda f: scipy.sparse.save_npz(f, matrix.tocsc()))
show("coo.npz", lambda f: scipy.sparse.save_npz(f, matrix.tocoo()))
show("arrays.npz", lambda f: numpy.savez(f, a=numpy.arange(3, dtype="int32"), b=numpy.array(["x", "yé"])))
show("version-2.npy", lambda f: numpy.lib.format.write_array(f, pairs.astype("float16"), version=(2, 0)))
show("version-3.npy", lambda f: numpy.lib.format.write_array(f, pairs.astype("int16"), version=(3, 0)))
show("fortran.npy", lambda f: numpy.save(f, numpy.asfortranarray(pairs.astype("float32"))))
show("big-endian.npy", lambda f: numpy.save(f, pairs.astype(">f4")))
show("records.npy", lambda f: numpy.save(f, numpy.zeros(2, dtype=[("x", "f4"), ("y", "i4")])))
show("objects.npy", lambda f: numpy.save(f, numpy.array([None, 1], dtype=object), allow_pickle=True))
show("complex.npy", lambda f: numpy.save(f, numpy.zeros(2, dtype="complex64")))
show("bytes.npy", lambda f: numpy.save(f, numpy.array([b"a", b"bcd"])))
for kind in [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
]:
    show(f"{kind}.npy", lambda f, kind=kind: numpy.save(f, numpy.array([0, 1, 100]).astype(kind)))
