// `IngestOptions` and `IngestReport` are made of what this module declares, so whoever imports GasIngest can name it.
@_exported import GasTables
