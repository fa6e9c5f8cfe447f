import GasNN

// The store has a sparse matrix of its own (a SciPy file); batches hold those that are computed with.
public typealias SparseMatrix = GasNN.SparseMatrix
