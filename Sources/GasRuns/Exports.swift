// A run is made with settings, so whoever imports GasRuns can name them.
@_exported import GasSettings
