import GasBase

/// Kinds of files that are recognised by how they begin and cannot be read: a message names each, and what to do
/// instead.
package enum FileKinds {
  /// A kind of file, as messages name it.
  package struct Kind {
    /// The name with its article.
    package let name: String
    let advice: String
  }

  private typealias Mark = (offset: Int, bytes: [UInt8], name: String, advice: String)

  /// How many bytes of a file are looked at.
  package static let headBytes = 1 << 13

  private static let giveEnding = "give the file the ending"
  private static let saveText = "save its edges as text with two columns, or as .npy of shape [E, 2]"

  private static let marks: [Mark] = [
    (0, NumPy.magic, "a NumPy array", giveEnding + " .npy"),
    (0, [0x89] + Array("HDF\r\n\u{1a}\n".utf8), "an HDF5 file", saveText),
    (0, Array("MATLAB 5.0".utf8), "a MATLAB file", "fetch the Matrix Market form (.mtx), or " + saveText),
    (0, Array("CDF".utf8) + [1], "a NetCDF file", saveText), (0, Array("CDF".utf8) + [2], "a NetCDF file", saveText),
    (0, Array("PAR1".utf8), "a Parquet file", "save it as text: pandas.read_parquet(f).to_csv(g, index=False)"),
    (
      0, Array("ARROW1".utf8), "an Arrow file (Feather)",
      "save it as text: pandas.read_feather(f).to_csv(g, index=False)"
    ),
    (0, Array("FEA1".utf8), "a Feather file", "save it as text: pandas.read_feather(f).to_csv(g, index=False)"),
    (0, Array("ORC".utf8), "an ORC file", saveText), (0, Array("Obj".utf8) + [1], "an Avro file", saveText),
    (
      0, Array("SQLite format 3".utf8), "an SQLite database",
      "pipe the edges: sqlite3 -csv FILE 'SELECT source, target FROM edges' | gas-ingest - …"
    ),
    (0, Array("7z".utf8) + [0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "unpack it: 7z x FILE"),
    (0, Array("Rar!".utf8) + [0x1a, 0x07], "a RAR archive", "unpack it: unrar x FILE"),
    (0, [0x04, 0x22, 0x4d, 0x18], "data packed by lz4", "unpack it: lz4 -dc FILE | gas-ingest - …"),
    (0, Array("LZIP".utf8) + [1], "data packed by lzip", "unpack it: lzip -dc FILE | gas-ingest - …"),
    (0, [0x5d, 0, 0], "data packed by lzma", "unpack it: xz --format=lzma -dc FILE | gas-ingest - …"),
    (0, [0x1f, 0x9d], "data packed by compress", "unpack it: gzip -dc FILE | gas-ingest - …"),
    (0, [0xff, 6, 0, 0] + Array("sNaPpY".utf8), "data packed by Snappy", "unpack it"),
    (0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "an Excel file", "save the sheet as CSV"),
    (0, Array("%PDF-".utf8), "a PDF document", saveText),
    (
      0, Array("version https://git-lfs.github.com".utf8), "a pointer of Git LFS", "fetch the file itself: git lfs pull"
    ),
    (0, Array("RDX2\n".utf8), "data of R", saveText), (0, Array("RDX3\n".utf8), "data of R", saveText),
    (0, Array("X\n".utf8) + [0, 0, 0], "data of R", saveText), (0, [0x7f] + Array("ELF".utf8), "a program", saveText),
    (0, [0x93, 0x4e], "a damaged NumPy array", "fetch it again"),
  ]

  /// What a text is read as: what to do about another kind of file depends on it.
  package enum Use {
    /// Edges, which `gas-ingest` takes from standard input too.
    case edges
    /// A table with a header, so that arrays and lists of edges are no way out.
    case table
    /// A list that a flag names.
    case list
  }

  /// Refuses what is clearly not text.
  ///
  /// - Parameters:
  ///   - source: the input; its beginning is peeked at.
  ///   - use: what it is read as.
  /// - Throws: `GasError` that names the kind of file.
  static func refuse(in source: ByteSource, as use: Use) throws {
    let head = try source.peek(headBytes)
    guard let kind = head.withUnsafeBytes({ kind(of: $0, isPlain: source.isPlain) }) else { return }
    // Damaged data can look like anything; bzip2 notices damage only at the end of a block.
    if !source.isPlain { _ = try source.peek(1 << 20) }
    throw GasError(
      expected: "text, plain or packed by gzip, zstd, bzip2 or xz", found: kind.name, file: source.file.name,
      at: .offset(0), advice: advice(use == .table ? tableAdvice(kind.advice) : kind.advice, use, source))
  }

  /// What to do about a file where a table is wanted.
  private static func tableAdvice(_ advice: String) -> String {
    advice.contains("edges") || advice.contains(giveEnding)
      ? "save it as text whose first row names the columns (CSV)" : advice
  }

  private static let pipe = " | gas-ingest - …"

  private static func advice(_ text: String, _ use: Use, _ source: ByteSource) -> String {
    let isFile = source.isPlain && !source.file.isStandardInput
    // Arrays are read in place.
    let advice =
      isFile
      ? text
      : text.replacing(giveEnding, with: "\(source.isPlain ? "save" : "unpack") it as a file that ends in")
    // Programs would read packed bytes where there are some.
    let isNamed = source.isPlain && source.file.isNamed
    let first = !source.isPlain && advice.contains("FILE") ? "unpack it to FILE, and " : ""
    let named = first + (isNamed ? advice.replacing("FILE", with: source.file.name.shellWord) : advice)
    return use == .edges ? named : named.replacing(pipe, with: source.file.intoNew(isNamed: isNamed))
  }

  /// Recognises the kind of a file by its beginning; `nil` for text. `isPlain` is false for bytes that were unpacked.
  package static func kind(of head: UnsafeRawBufferPointer, isPlain: Bool) -> Kind? {
    if let mark = marks.first(where: { head.dropFirst($0.offset).starts(with: $0.bytes) }) {
      return Kind(name: mark.name, advice: mark.advice)
    }
    if !isPlain, let name = Packings.name(startingWith: head) {
      return Kind(name: "data packed twice, inside by \(name)", advice: "unpack it once")
    }
    return zip(head) ?? pickle(head) ?? encoding(head) ?? page(head)
  }

  /// The name of the kind that NumPy's and SciPy's archives are.
  package static let arrayArchive = "an archive of NumPy arrays"

  private static func zip(_ head: UnsafeRawBufferPointer) -> Kind? {
    guard head.starts(with: NumPy.zipMagic), head.count > 30 else {
      return head.starts(with: NumPy.zipMagic) || head.starts(with: [0x50, 0x4b, 5, 6])
        ? Kind(name: "a zip archive", advice: "unpack it, or save the edges as .npy") : nil
    }
    let nameCount = Int(head[26]) | Int(head[27]) << 8
    let name = String(decoding: head.dropFirst(30).prefix(nameCount), as: UTF8.self)
    switch name {
    case _ where name.hasSuffix(".npy"):
      return Kind(name: arrayArchive, advice: giveEnding + " .npz")
    case _ where name.hasSuffix("data.pkl") || name.hasSuffix(".format_version"):
      return Kind(
        name: "a file of PyTorch", advice: "save the edges as .npy: numpy.save(f, data.edge_index.numpy())")
    case _ where name == "[Content_Types].xml" || name == "_rels/.rels" || name.hasPrefix("xl/"):
      return Kind(name: "an Excel file", advice: "save the sheet as CSV")
    default: return Kind(name: "a zip archive", advice: "unpack it: unzip -p FILE \(name.shellWord) | gas-ingest - …")
    }
  }

  private static let textPickles = [
    "(dp", "(lp", "ccopy_reg\n", "ccopyreg\n", "ccollections\n", "cnumpy", "cscipy.", "cnetworkx.",
  ]

  private static func pickle(_ head: UnsafeRawBufferPointer) -> Kind? {
    let isBinary = head.count > 2 && head[0] == 0x80 && 1...5 ~= head[1]
    guard isBinary || textPickles.contains(where: { head.starts(with: $0.utf8) }) else { return nil }
    let isTorch = isBinary && head.dropFirst(2).starts(with: [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20])
    return Kind(
      name: isTorch ? "a file of PyTorch" : "a pickle of Python",
      advice: "load it in Python and save the edges as .npy of shape [E, 2]")
  }

  /// Recognises text in other encodings, and bytes that are not text.
  private static func encoding(_ head: UnsafeRawBufferPointer) -> Kind? {
    if head.starts(with: [0xff, 0xfe, 0, 0]) || head.starts(with: [0, 0, 0xfe, 0xff]) {
      return Kind(name: "text in UTF-32", advice: "convert it: iconv -f UTF-32 -t UTF-8 FILE | gas-ingest - …")
    }
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) || isSparse(head, from: 0)
      || isSparse(head, from: 1)
    {
      return Kind(name: "text in UTF-16", advice: "convert it: iconv -f UTF-16 -t UTF-8 FILE | gas-ingest - …")
    }
    if let place = head.firstIndex(of: 0) {
      return Kind(
        name: "binary data (a zero byte at offset \(place))", advice: saveText + "; bare pairs of ids: --binary")
    }
    if !head.contains(UInt8(ascii: "\n")), let end = head.firstIndex(of: UInt8(ascii: "\r")),
      head[end...].contains(where: { $0 > 0x20 })
    {
      return Kind(
        name: "lines that end with a carriage return alone",
        advice: "convert them: tr '\\r' '\\n' < FILE | gas-ingest - …")
    }
    return nil
  }

  /// Whether every other byte is zero, as in Latin text of 16 bits a letter.
  private static func isSparse(_ head: UnsafeRawBufferPointer, from first: Int) -> Bool {
    head.count >= 4 && stride(from: first, to: head.count, by: 2).allSatisfy { head[$0] == 0 }
      && stride(from: 1 - first, to: head.count, by: 2).allSatisfy { head[$0] != 0 }
  }

  /// Recognises a web page: often the answer of a server that does not have the file.
  private static func page(_ head: UnsafeRawBufferPointer) -> Kind? {
    let text = TextHead.start(of: head)
    guard ["<!doctype html", "<html", "<head", "<script", "<body"].contains(where: text.hasPrefix) else { return nil }
    return Kind(
      name: "an HTML page", advice: "it may say why the file could not be fetched: look at it, and fetch the file again"
    )
  }
}
