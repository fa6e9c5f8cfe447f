// A store is its columns: whoever opens one holds them.
@_exported import GasColumns
