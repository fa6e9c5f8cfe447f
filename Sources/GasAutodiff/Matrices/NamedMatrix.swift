/// A matrix that a checkpoint keeps under a name.
public typealias NamedMatrix = (name: String, matrix: Matrix)
