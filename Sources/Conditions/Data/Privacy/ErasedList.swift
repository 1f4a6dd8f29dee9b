import Foundation
import Kernel
import Store

/// Who was erased, beside the store and beside its backups: so that a backup from before does not bring them back.
///
/// A line for each, without a name: a code of the person's kind, number and first day, made with the company's key.
package struct ErasedList: Sendable {
  struct Line: Sendable, Hashable {
    let kind: PersonKind
    let digest: String
  }

  let path: String
  let backups: String

  package init(of place: Place) {
    path = "\(place.folder)/\(place.name).erased"
    backups = "\(place.backupFolder)/\(place.name).erased"
  }

  /// Everybody on either list.
  func lines() -> [Line] {
    var seen: Set<Line> = []
    return (ErasedList.read(path) + ErasedList.read(backups)).filter { seen.insert($0).inserted }
  }

  /// Adds somebody; on disk when this returns.
  func add(_ line: Line) throws {
    guard !ErasedList.read(path).contains(line) else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw refusal }
    defer { close(descriptor) }
    let bytes = Array("\(line.kind.rawValue) \(line.digest)\n".utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else { throw refusal }
  }

  /// Puts the list where a backup goes, so that whoever restores it elsewhere has both.
  package func copy(beside file: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else { return }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let name = URL(fileURLWithPath: path).lastPathComponent
    try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
    chmod("\(folder)/\(name)", 0o600)
  }

  /// Takes over the list that lies beside a backup that is restored.
  package func adopt(from file: String) throws {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in found.sorted() where name.hasSuffix(".erased") && "\(folder)/\(name)" != path {
      for line in ErasedList.read("\(folder)/\(name)") { try add(line) }
    }
  }

  private static func read(_ path: String) -> [Line] {
    guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let parts = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard parts.count == 2, let kind = PersonKind(rawValue: parts[0]) else { return nil }
      return Line(kind: kind, digest: parts[1])
    }
  }

  private var refusal: Problem {
    Problem(
      .unavailable, field: path, "The list of who was erased cannot be written.",
      mend: "Check the rights of the folder and the room on the disk.")
  }
}
