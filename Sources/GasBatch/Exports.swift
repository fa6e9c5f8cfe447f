// Batches read histories and write them, so whoever imports GasBatch can name them.
@_exported import GasHistories
