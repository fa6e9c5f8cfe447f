/// The least multiple of `unit` that is not below `value`.
@inlinable
public func roundedUp(_ value: Int, to unit: Int) -> Int { dividedUp(value, by: unit) * unit }

/// The quotient rounded up: how many pieces of `unit` it takes to hold `value`.
@inlinable
public func dividedUp(_ value: Int, by unit: Int) -> Int { (value + unit - 1) / unit }
