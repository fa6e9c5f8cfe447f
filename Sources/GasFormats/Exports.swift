// Arrays are packed as texts are, and whoever reads files of others reads both.
@_exported import GasText
