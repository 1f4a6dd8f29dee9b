import Foundation
import Kernel

extension Database {
  /// Copies the store to `target` while it is in use: whole or not at all, readable by its owner only. A company on
  /// PostgreSQL is copied, on one snapshot, into the same kind of file.
  package func backup(to target: String) async throws {
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    guard !FileManager.default.fileExists(atPath: target) else {
      throw Problem(.conflict, field: "to", "\(target) exists already.", mend: "Choose another name.")
    }
    let partial = target + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    do {
      if driver is SQLiteDriver {
        let driver = driver
        try await Database.elsewhere { try (driver as? SQLiteDriver)?.backup(to: partial) }
      } else {
        try await copy(into: partial)
      }
      try await Database.elsewhere {
        chmod(partial, 0o600)
        try BackupSeal.add(to: partial)
      }
      try Database.synchronise(partial)
      try FileManager.default.moveItem(atPath: partial, toPath: target)
      try Database.synchronise(folder)
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw error
    }
  }

  /// Makes a file of the company, which lies on a server. The key does not go along.
  private func copy(into path: String) async throws {
    try await Database.inScratch(beside: path) { scratch in
      let place = Place.file(scratch + "/company.sqlite")
      let file = try await Database.open(place, secret: secret)
      do {
        try await Database.copy(from: self, to: file)
        try await file.close()
      } catch {
        try? await file.close()
        throw error
      }
      try FileManager.default.moveItem(atPath: scratch + "/company.sqlite", toPath: path)
    }
  }

  /// Brings a backup back in a scratch folder beside it and hands over the store that came of it, opened with this
  /// company's key. The scratch folder is gone afterwards; this store is not touched.
  /// - Throws: what `restore` throws, when the backup is not whole.
  package func rehearse<T: Sendable>(_ backup: String, _ body: (Database) async throws -> T) async throws -> T {
    try await Database.inScratch(beside: backup) { scratch in
      let place = Place.file(scratch + "/company.sqlite")
      try await Database.restore(backup, to: place)
      let restored = try await Database.open(place, secret: secret)
      do {
        let result = try await body(restored)
        try await restored.close()
        return result
      } catch {
        try? await restored.close()
        throw error
      }
    }
  }

  private static func inScratch<T: Sendable>(
    beside path: String, _ body: (String) async throws -> T
  ) async throws -> T {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let scratch = "\(folder)/.scratch-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    return try await body(scratch)
  }

  /// Puts a backup in place of a store that no process holds. The backup is checked first; the store that was there is
  /// kept beside it.
  /// - Returns: where the former store was put; nil when there was none.
  @discardableResult
  package static func restore(_ backup: String, to place: Place) async throws -> String? {
    guard case .file(let target) = place else {
      throw Problem(
        .invalid, field: "database", "A backup file is restored into a file.",
        mend: "Restore it to a file, then run: valuechain copy --from FILE --to \(place)")
    }
    guard FileManager.default.fileExists(atPath: backup) else {
      throw Problem(.notFound, field: "from", "There is no file \(backup).", mend: "Check the name.")
    }
    let lock = try FileLock(for: target)
    defer { lock.release() }
    let partial = target + ".restoring"
    do {
      try await elsewhere {
        try? FileManager.default.removeItem(atPath: partial)
        try FileManager.default.copyItem(atPath: backup, toPath: partial)
        chmod(partial, 0o600)
        guard try BackupSeal.remove(from: partial) else { throw notWhole }
      }
      try await check(partial)
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: partial + suffix) }
      try synchronise(partial)
      return try await elsewhere { try exchange(partial, for: target) }
    } catch {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: partial + suffix) }
      throw error
    }
  }

  /// Puts a checked file in the place of the store. The store stays where it is until the one moment of the change; a
  /// copy of it is kept beside it.
  private static func exchange(_ partial: String, for target: String) throws -> String? {
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    let exists = FileManager.default.fileExists(atPath: target)
    let former = target + ".before-restore-\(UUID().uuidString.prefix(8))"
    if exists {
      // Writes the log into the file, unless the file is damaged: then the log is kept beside it.
      if let driver = try? SQLiteDriver(path: target) { try? driver.closeNow() }
      for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: target + suffix) {
        try FileManager.default.copyItem(atPath: target + suffix, toPath: former + suffix)
        try synchronise(former + suffix)
      }
      try synchronise(folder)
      // A log left over from the former file would be played into the new one.
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: target + suffix) }
    }
    guard rename(partial, target) == 0 else {
      throw Problem(
        .unavailable, field: target, "The backup cannot be put in place: \(String(cString: strerror(errno))).",
        mend: "Check the rights of the folder.")
    }
    try synchronise(folder)
    return exists ? former : nil
  }

  private static let notWhole = Problem(
    .invalid, field: "from", "This is not a whole backup of a company.", mend: "Use another backup.")

  /// Refuses a backup that is damaged, foreign, or made by a newer program.
  private static func check(_ path: String) async throws {
    do {
      let driver = try SQLiteDriver(path: path)
      let sound = try await driver.read { connection in
        var answers: [String] = []
        try connection.query("PRAGMA integrity_check", []) { answers.append(try $0(0)) }
        try connection.query("PRAGMA foreign_key_check", []) { _ in answers.append("foreign key") }
        return answers == ["ok"]
      }
      let database = Database(driver: driver, place: .file(path), secret: .random(), lock: nil)
      let step = try await Migrator().applied(database)
      try await driver.close()
      guard sound, step > 0 else { throw notWhole }
      guard step <= Migrator().newest else {
        throw Problem(
          .invalid, field: "from", "The backup was made by a newer version of this program.", mend: "Install it first.")
      }
    } catch let problem as Problem where problem.field == "from" {
      throw problem
    } catch {
      throw notWhole
    }
  }

  private static func fileProblem(_ error: any Error) -> Problem {
    Problem(
      .unavailable, "The disk did not take it (\(error.localizedDescription)).",
      mend: "Check the free space and the rights of the folder.")
  }

  /// Does slow work on files on a thread of its own.
  private static func elsewhere<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { done in
      DispatchQueue.global(qos: .utility).async {
        let result = Result { try work() }
        done.resume(with: result.mapError { $0 is Problem ? $0 : fileProblem($0) })
      }
    }
  }

  /// Waits until a file or folder is on disk.
  static func synchronise(_ path: String) throws {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Problem(.unavailable, field: path, "It cannot be opened.") }
    defer { Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw Problem(.unavailable, field: path, "The disk did not take it.", mend: "Check the disk.")
    }
  }
}

extension Place {
  /// How many days the copies are kept that an upgrade and a restore leave of the store from before.
  package static let formerDays: Int64 = 31

  /// Removes such copies when they are older than a moment: they hold whoever was erased since.
  package func removeFormer(before moment: Instant) {
    guard case .file(let path) = self else { return }
    let store = URL(fileURLWithPath: path).lastPathComponent
    for (folder, start) in [(folder, "\(store).before-restore-"), (backupFolder, "\(name)-before-upgrade-")] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for file in names where file.hasPrefix(start) {
        var status = stat()
        guard stat("\(folder)/\(file)", &status) == 0,
          Int64(status.st_ctim.tv_sec) < moment.microseconds / 1_000_000
        else { continue }
        unlink("\(folder)/\(file)")
      }
    }
  }
}
