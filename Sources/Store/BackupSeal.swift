import Crypto
import Foundation
import Kernel

/// The last line of a backup: the SHA-256 of all that stands before it.
///
/// SQLite's own check sees neither a changed letter in a text nor a changed digit in an amount; this does. SQLite
/// ignores what follows its last page, so a sealed backup can still be opened as it is.
enum BackupSeal {
  private static let word = Array("\nvaluechain backup sha256 ".utf8)
  private static let length = word.count + 64 + 1

  /// Seals a finished file.
  static func add(to path: String) throws {
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: 0)
    let line = word + Array(try digest(of: handle, size).utf8) + [10]
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(line))
  }

  /// Takes the seal off again, when it is whole and true.
  /// - Returns: whether it was.
  static func remove(from path: String) throws -> Bool {
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let size = try handle.seekToEnd()
    guard size > UInt64(length) else { return false }
    let content = size - UInt64(length)
    try handle.seek(toOffset: content)
    let found = try handle.readToEnd().map(Array.init) ?? []
    try handle.seek(toOffset: 0)
    guard found == word + Array(try digest(of: handle, content).utf8) + [10] else { return false }
    try handle.truncate(atOffset: content)
    return true
  }

  /// Reads `count` bytes from where the handle stands.
  private static func digest(of handle: FileHandle, _ count: UInt64) throws -> String {
    var hasher = SHA256()
    var left = count
    while left > 0, let piece = try handle.read(upToCount: Int(min(left, 1 << 20))), !piece.isEmpty {
      hasher.update(data: piece)
      left -= UInt64(piece.count)
    }
    return hasher.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
