import Foundation
import Kernel
import Store

/// The folder beside the store where files lie under the code of their content: one of each, whoever hung it where.
package struct AttachmentFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package init(of place: Place) { path = "\(place.folder)/\(place.name)-attachments" }

  package func path(of hash: String) -> String { "\(path)/\(hash.prefix(2))/\(hash)" }

  /// Puts a file into its place, whole or not at all: its bytes are on disk before its name is.
  func keep(_ file: String, as hash: String) throws {
    let target = path(of: hash)
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try synchronise(file)
    guard link(file, target) == 0 || errno == EEXIST else { throw refused() }
    chmod(target, 0o600)
    try synchronise(folder)
  }

  func remove(_ hash: String) { unlink(path(of: hash)) }

  /// Removes the files nobody knows of, left by a process that ended between a file and its row.
  /// - Returns: how many.
  func sweep(known: Set<String>, before moment: Date) -> Int {
    var removed = 0
    for name in FileManager.default.subpaths(atPath: path) ?? [] {
      let file = "\(path)/\(name)"
      let facts = try? FileManager.default.attributesOfItem(atPath: file)
      guard facts?[.type] as? FileAttributeType == .typeRegular, let changed = facts?[.modificationDate] as? Date,
        changed < moment, !known.contains(URL(fileURLWithPath: file).lastPathComponent)
      else { continue }
      if unlink(file) == 0 { removed += 1 }
    }
    return removed
  }

  private func synchronise(_ path: String) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw refused() }
    defer { close(file) }
    guard fsync(file) == 0 else { throw refused() }
  }

  private func refused() -> Problem {
    Problem(
      .unavailable, field: "file", "The disk did not take the file: \(String(cString: strerror(errno))).",
      mend: "Free some space, then send it again.")
  }
}
