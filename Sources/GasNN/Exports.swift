// Layers and models are written with variables, parameters and matrices, so whoever imports GasNN can name them.
@_exported import GasAutodiff
