import GasBase
import GasFiles
import Glibc

/// Tells whether two names stand for one file.
struct FileIdentity: Equatable {
  let device: UInt64
  let number: UInt64

  init(_ status: stat) {
    (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}

/// Where an output goes: its folder, which exists, and the file that has its name, if any.
struct OutputPlace {
  /// As it was given.
  let path: String
  /// Absolute, without links: what is written.
  let target: String
  /// Absolute, in a folder without links; the name itself may be one.
  private let named: String
  /// Whether the name is a symbolic link.
  let isLink: Bool
  /// The file that is written over; `nil` if there is none.
  private let status: stat?
  /// What has the name itself: the link, if it is one.
  private let ownStatus: stat?

  var existing: FileIdentity? { status.map(FileIdentity.init) }

  /// The mode bit of a folder in which only owners may rename and remove.
  private static let sticky: mode_t = 0o1000
  /// The most bytes of a name: temporary names are longer than the final one.
  private static let longestName = 255 - ".partial-0123456789abcdef".count

  init(_ path: String, _ role: String) throws {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    guard path != StandardOutput.name else {
      throw GasError(
        expected: "\(role) to name a file", found: "\"-\"",
        advice: "./- is a file of that name, if that is what is meant")
    }
    guard !["", ".", ".."].contains(name) else {
      throw GasError(expected: "\(role) to name a file", found: "\"\(path)\"")
    }
    guard name.utf8.count <= Self.longestName else {
      throw GasError(
        expected: "a file name of \(Self.longestName) bytes at most", found: "\(name.utf8.count)", file: path)
    }
    self.path = path
    let folder = try Self.folder(AtomicFile.parent(of: path), of: path)
    let place = (folder == "/" ? "" : folder) + "/" + name
    named = place
    ownStatus = try Self.status(place, of: path)
    isLink = ownStatus.map { $0.st_mode & S_IFMT == S_IFLNK } ?? false
    target = isLink ? try Self.end(ofLink: place, path) : place
    status = isLink ? try Self.status(target, of: path) : ownStatus
  }

  /// Refuses a name, as it was given, that has none of the endings.
  func checkEnding(_ endings: [String], _ role: String) throws {
    guard !endings.contains(where: path.hasSuffix) else { return }
    let last = endings.count > 1 ? " or \(endings[endings.count - 1])" : ""
    let all = (endings.count > 1 ? endings.dropLast().joined(separator: ", ") : endings[0]) + last
    throw GasError(
      expected: "\(role) to name a file that ends in \(all)", found: "\"\(path)\"",
      advice: "the ending says what is written")
  }

  /// Refuses what must not be replaced.
  func checkExisting(replacesExisting: Bool, advice: String) throws {
    try checkOwner()
    guard let status else { return }
    if let kind = Self.kind(status) {
      throw GasError("is \(kind), which is never replaced", file: path, advice: "name another file")
    }
    guard replacesExisting else { throw GasError("already exists", file: path, advice: advice) }
  }

  /// In a folder that all may write to, such as /tmp, another user's link is not followed, and another user's file
  /// cannot be replaced.
  private func checkOwner() throws {
    guard let ownStatus else { return }
    var folder = stat()
    let parent = AtomicFile.parent(of: path)
    guard stat(parent, &folder) == 0, folder.st_mode & Self.sticky != 0, ownStatus.st_uid != geteuid(),
      ownStatus.st_uid != folder.st_uid
    else { return }
    if isLink && folder.st_mode & (S_IWOTH | S_IWGRP) != 0 {
      throw GasError("is a link that another user made in a shared folder", file: path, advice: "name another file")
    }
    guard geteuid() == 0 || geteuid() == folder.st_uid else {
      throw GasError("is another user's file in a shared folder", file: path, advice: "name another file")
    }
  }

  /// Refuses a folder in which no file can be made.
  func checkFolder() throws {
    // To make a name durable takes the right to read the folder.
    guard faccessat(AT_FDCWD, AtomicFile.parent(of: target), R_OK | W_OK | X_OK, AT_EACCESS) == 0 else {
      throw Self.cannotBeWritten(path, errno)
    }
  }

  /// Refuses what lies in a store, whether the name as given or the file that it leads to does.
  func checkOutsideStores() throws {
    for place in [target, named] { try EnclosingStore.refuse(place, called: path) }
  }

  /// Returns the folder's absolute path without links.
  private static func folder(_ folder: String, of path: String) throws -> String {
    guard let real = realpath(folder, nil) else { throw cannotBeWritten(path, errno) }
    defer { free(real) }
    let absolute = String(cString: real)
    var status = stat()
    guard stat(absolute, &status) == 0 else { throw cannotBeWritten(path, errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw cannotBeWritten(path, ENOTDIR) }
    return absolute
  }

  private static func end(ofLink place: String, _ path: String) throws -> String {
    guard let real = realpath(place, nil) else {
      throw GasError(
        "is a link that leads to no file", file: path, advice: "name the file itself, or remove the link")
    }
    defer { free(real) }
    return String(cString: real)
  }

  private static func status(_ place: String, of path: String) throws -> stat? {
    var status = stat()
    if lstat(place, &status) == 0 { return status }
    guard errno == ENOENT else { throw cannotBeWritten(path, errno) }
    return nil
  }

  private static func cannotBeWritten(_ path: String, _ code: Int32) -> GasError {
    GasError(
      "cannot be written: \(String(cString: strerror(code)))", file: path,
      advice: "check that the folder is there and may be read and written")
  }

  /// Says what a file is that is not a regular file; `nil` for a regular file.
  private static func kind(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "no regular file"
    }
  }
}
