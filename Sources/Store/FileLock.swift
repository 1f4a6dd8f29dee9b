import Foundation
import Kernel
import Synchronization

/// Holds a store for one process. The lock goes with the process, however it ends.
///
/// The lock is on a file of its own beside the store: closing a second descriptor of the store itself would drop the
/// locks SQLite holds on it.
package final class FileLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// Takes the lock of the store at `path`, at the file itself when links lead to it.
  /// - Throws: `Problem` that names the process that holds it.
  package init(for path: String) throws {
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var status = stat()
    if stat(resolved, &status) == 0, status.st_nlink > 1 {
      throw Problem(
        .unavailable, field: path, "The store's file has a second name (a hard link), so two servers could open it.",
        mend: "Copy the file and remove one of the names.")
    }
    let file = try FileLock.open(resolved)
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let holder = FileLock.holder(of: resolved)
      close(file)
      throw Problem(
        .unavailable, field: path, "This store is in use\(holder.map { " by process \($0)" } ?? "").",
        mend: "Stop that process, or use it: commands reach a running server by themselves.")
    }
    let line = Array("\(ProcessInfo.processInfo.processIdentifier)\n".utf8)
    ftruncate(file, 0)
    _ = pwrite(file, line, line.count, 0)
    descriptor = Mutex(file)
  }

  /// Whether some process holds the store at `path`.
  package static func isHeld(_ path: String) -> Bool {
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let file = Foundation.open(resolved + ".lock", O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_EX | LOCK_NB) != 0
  }

  package func release() {
    descriptor.withLock { file in
      if file >= 0 { close(file) }
      file = -1
    }
  }

  deinit { release() }

  private static func holder(of path: String) -> Int32? {
    FileManager.default.contents(atPath: path + ".lock")
      .flatMap { Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func open(_ path: String) throws -> Int32 {
    let file = Foundation.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw Problem(
        .unavailable, field: path, "The store cannot be opened: \(String(cString: strerror(errno))).",
        mend: "Check that the folder exists and may be written.")
    }
    return file
  }
}
