import Foundation
import GasBase
import TestSupport

@testable import GasStore

/// A finished store taken apart, to be written again with something wrong in it – and every checksum right.
struct StoreParts {
  var manifest: Manifest
  private let store: Store
  private var replacements: [ColumnName: (StoreWriter) throws -> Void] = [:]

  init(_ path: String) throws {
    store = try Store(opening: path)
    manifest = store.manifest
  }

  /// A tiny graph's store, made in a folder under a name of its own.
  init(_ graph: TinyGraph, in folder: TemporaryFolder, featureType: ElementType = .float32) throws {
    let path = folder.file("good")
    try graph.write(to: path, featureType: featureType, replaceExisting: true)
    try self.init(path)
  }

  /// Changes the elements of a column; its length may change, its kind stays.
  mutating func change<T: ColumnElement>(
    _ name: ColumnName, as: T.Type = T.self, _ body: (inout [T]) throws -> Void
  ) throws {
    let column = store.column(name)
    var elements: [T] = try column.array(0..<column.header.elementCount)
    try body(&elements)
    let width = column.header.rank == 1 ? nil : column.width
    replace(name, type: column.type, width: width, encoding: column.header.encoding, elements)
  }

  /// Puts a column of another kind in a column's place.
  mutating func replace<T: ColumnElement>(
    _ name: ColumnName, type: ElementType, width: Int? = nil, encoding: ColumnEncoding, _ elements: [T]
  ) {
    replacements[name] = { writer in
      try writer.column(name, type: type, width: width, encoding: encoding).append(elements)
    }
  }

  mutating func remove(_ name: ColumnName) {
    replacements[name] = { _ in }
  }

  /// Writes the store and gives its path. `beforeCommit` is called when all columns are there.
  @discardableResult
  func write(to path: String, beforeCommit: () throws -> Void = {}) throws -> String {
    let writer = try StoreWriter(creating: path, replaceExisting: true)
    for name in store.columnNames {
      if let replacement = replacements[name] { try replacement(writer) } else { try copy(name, to: writer) }
    }
    try beforeCommit()
    try writer.commit(manifest)
    return path
  }

  private func copy(_ name: ColumnName, to writer: StoreWriter) throws {
    let column = store.column(name)
    let header = column.header
    let target = try writer.column(
      name, type: header.type, width: header.rank == 1 ? nil : header.width, encoding: header.encoding)
    let all = 0..<header.elementCount
    switch header.type {
    case .uint8: try target.append(column.array(all, as: UInt8.self))
    case .int32: try target.append(column.array(all, as: Int32.self))
    case .uint32: try target.append(column.array(all, as: UInt32.self))
    case .int64: try target.append(column.array(all, as: Int64.self))
    case .uint64: try target.append(column.array(all, as: UInt64.self))
    case .float16, .bfloat16: try target.append(column.array(all, as: UInt16.self))
    case .float32: try target.append(column.array(all, as: Float.self))
    case .float64: try target.append(column.array(all, as: Double.self))
    }
  }
}

extension Manifest {
  /// Puts a manifest with a right checksum into a store, whatever it says.
  func forge(in store: String) throws {
    try Data(encoded().utf8).write(to: URL(fileURLWithPath: "\(store)/\(Manifest.fileName)"))
  }
}
