import Customers
import Foundation
import Kernel
import Store

/// The attachments of a company, which lie as files beside its store, in and out of its backups.
///
/// A file is never changed once it is there, so a backup on the same disk links to it and takes no room of its own.
package struct AttachmentCopies: Sendable {
  let folder: String

  package init(of place: Place) { folder = AttachmentCopies.folder(of: place) }

  /// Where a company keeps its attachments.
  package static func folder(of place: Place) -> String { AttachmentFolder(of: place).path }

  private static func kept(beside file: String) -> String { file + ".files" }

  /// Puts every attachment beside a backup, with a list of their names.
  func keep(beside file: String) throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    let target = AttachmentCopies.kept(beside: file)
    try? FileManager.default.removeItem(atPath: target)
    let names = AttachmentCopies.names(in: folder)
    try AttachmentCopies.copy(names, from: folder, to: target)
    try Data(names.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: target + "/.list"))
  }

  /// Brings the attachments of a backup back to a company; those that are there stay.
  /// - Returns: how many came back.
  @discardableResult
  package func restore(from file: String) throws -> Int {
    let source = AttachmentCopies.kept(beside: file)
    guard FileManager.default.fileExists(atPath: source) else { return 0 }
    let names = AttachmentCopies.names(in: source).filter {
      !FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
    try AttachmentCopies.copy(names, from: source, to: folder)
    return names.count
  }

  static func remove(beside file: String) { try? FileManager.default.removeItem(atPath: kept(beside: file)) }

  static func count(beside file: String) -> Int { names(in: kept(beside: file)).count }

  /// How many of the attachments that were put beside a backup are not there any more.
  static func missing(beside file: String) -> Int {
    let folder = kept(beside: file)
    guard let list = FileManager.default.contents(atPath: folder + "/.list") else { return 0 }
    let there = Set(names(in: folder))
    return list.split(separator: UInt8(ascii: "\n")).count { !there.contains(String(decoding: $0, as: UTF8.self)) }
  }

  /// The files in a folder and below it, by their way from there; hidden ones left out.
  private static func names(in folder: String) -> [String] {
    let all = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      guard name.utf8.first != UInt8(ascii: "."),
        FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
      else { return false }
      return !isFolder.boolValue
    }.sorted()
  }

  private static func copy(_ names: [String], from source: String, to target: String) throws {
    let files = FileManager.default
    let rights: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    try files.createDirectory(atPath: target, withIntermediateDirectories: true, attributes: rights)
    for name in names {
      let (from, to) = (source + "/" + name, target + "/" + name)
      let folder = URL(fileURLWithPath: to).deletingLastPathComponent().path
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: rights)
      if link(from, to) != 0 { try files.copyItem(atPath: from, toPath: to) }
    }
  }
}
