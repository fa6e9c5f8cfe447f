import GasBase

/// Read-only bytes together with whoever keeps them alive: a mapping, or memory of their own.
struct OwnedBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let owner: AnyObject
  /// Set where the bytes are a file's, so that the kernel can be told how they are used.
  private let mapping: (file: MappedFile, start: Int)?

  init(_ file: MappedFile) {
    bytes = file.bytes
    owner = file
    mapping = (file, 0)
  }

  init(_ file: MappedFile, _ range: Range<Int>) {
    bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    owner = file
    mapping = (file, range.lowerBound)
  }

  init(_ memory: Scratch, count: Int) {
    bytes = UnsafeRawBufferPointer(start: memory.base, count: count)
    owner = memory
    mapping = nil
  }

  func advise(_ advice: MappedFile.Advice, _ range: Range<Int>) {
    guard let mapping else { return }
    mapping.file.advise(advice, range.lowerBound + mapping.start..<range.upperBound + mapping.start)
  }

  func release(_ range: Range<Int>) {
    guard let mapping else { return }
    mapping.file.release(range.lowerBound + mapping.start..<range.upperBound + mapping.start)
  }
}
