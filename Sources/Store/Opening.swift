import Foundation
import Kernel

extension Database {
  /// Opens a company's store, takes its lock, and brings it to this program's schema.
  ///
  /// A store that already holds something is backed up before its schema changes.
  /// - Throws: `Problem` when another process has it, it is damaged, or a newer program made it.
  package static func open(
    _ place: Place, migrator: Migrator = Migrator(), secret: Secret? = nil
  ) async throws -> Database {
    let database = try await connect(place, secret: secret)
    do {
      try await migrator.migrate(database) {
        try await database.backupBeforeUpgrade()
      }
      try await (database.driver as? PostgresDriver)?.keep(schema: migrator.newest)
    } catch {
      try? await database.close()
      throw error
    }
    return database
  }

  /// Opens a store as it is, without touching its schema.
  /// - Parameter secret: the company's key; nil for the one kept in the folder of the place, where one is made if need be.
  package static func connect(_ place: Place, secret: Secret? = nil) async throws -> Database {
    if secret == nil || place.isFile {
      try FileManager.default.createDirectory(
        atPath: place.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    switch place {
    case .file(let path):
      let lock = try FileLock(for: path)
      let secret = try secret ?? Secret.kept(at: place.secretPath)
      let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      try keepPrivate(resolved)
      return Database(driver: try SQLiteDriver(path: resolved), place: place, secret: secret, lock: lock)
    case .postgres(let address):
      let secret = try secret ?? Secret.kept(at: place.secretPath)
      return Database(driver: try await PostgresDriver(address: address), place: place, secret: secret, lock: nil)
    }
  }

  /// Makes the file, or its rights, before SQLite opens it: the log beside it gets the rights the file has then.
  private static func keepPrivate(_ path: String) throws {
    guard chmod(path, 0o600) != 0, errno == ENOENT else { return }
    let file = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw Problem(
        .unavailable, field: path, "The store cannot be made: \(String(cString: strerror(errno))).",
        mend: "Check the rights of the folder.")
    }
    Foundation.close(file)
  }

  private func backupBeforeUpgrade() async throws {
    guard place.isFile else { return }
    try await backup(to: place.backupFolder + "/\(place.name)-before-upgrade-\(UUID().uuidString.prefix(8)).sqlite")
  }
}
