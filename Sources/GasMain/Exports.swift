// A program registers its models with GasTrain, so whoever imports GasMain can name them.
@_exported import GasTrain
