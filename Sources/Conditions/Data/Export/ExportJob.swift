import Foundation
import Kernel
import Records
import Store
import Tabular

/// Writes a list to a file in the background. The file has another name until it is whole; only then there is a row that
/// offers it.
package struct ExportJob: Sendable {
  package static let kind = "export"
  /// Records read at a time.
  static let stretch = 2_000

  struct Arguments: Codable {
    let export: Int64
    /// Who asked for it and what they asked with; it runs with what is left of their rights by then.
    let actor: KeptActor
  }

  let exports: Exports

  package init(_ exports: Exports) { self.exports = exports }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let arguments = try JSONDecoder().decode(Arguments.self, from: Data(job.arguments.utf8))
    let export = try await exports.own(ID(arguments.export))
    // Interrupted between offering the file and ending the job.
    guard export.file == nil else { return nil }
    let users = Users(exports.database, clock: exports.clock)
    let actor = try await users.actor(behind: job).within(arguments.actor.actor.grants)
    try await carryOut(export, progress, by: actor)
    return String(decoding: try JSONEncoder().encode(["export": export.id.rawValue]), as: UTF8.self)
  }

  /// Writes the file now and offers it.
  package func carryOut(_ export: Export, _ progress: JobProgress, by actor: Actor) async throws {
    try FileManager.default.createDirectory(
      atPath: exports.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let part = exports.partPath(export)
    do {
      let (rows, size) = try await write(export, to: part, progress, by: actor)
      let whole = exports.path(exports.fileName(export))
      guard rename(part, whole) == 0 else { throw ExportJob.refused }
      try await exports.offer(export, rows: rows, size: size, by: actor)
    } catch {
      // A server that stops begins anew at the next start.
      if !Task.isCancelled { unlink(part) }
      throw error
    }
  }

  /// Writes a list to a file that nobody is offered: what the command line does with a path of its own.
  package func write(
    _ export: Export, to path: String, _ progress: JobProgress, by actor: Actor
  ) async throws -> (rows: Int, size: Int64) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ExportJob.refused }
    defer { close(descriptor) }
    let catalogue = try exports.catalogues.of(export.noun)
    let setting = try await exports.setting()
    let written = WrittenBytes()
    let sink = SafeCSVWriter.file(descriptor)
    let start = try await exports.database.read { tx in
      let reading = try exports.reading(catalogue, export.question, export.format, for: actor, in: tx, setting)
      return (reading, try reading.total(in: tx))
    }
    let (reading, total) = start
    let shape = ExportShape(
      catalogue: reading.catalogue, columns: reading.columns, currency: setting.currency, zone: setting.zone,
      settings: export.settings)
    let file = try shape.file(export.format) { bytes in
      written.count += Int64(bytes.count)
      try sink(bytes)
    }
    var rows = 0
    var place: String?
    repeat {
      let from = place
      let found = try await exports.database.read { try reading.stretch(after: from, limit: ExportJob.stretch, in: $0) }
      for row in found.rows { try file.take(row) }
      rows += found.rows.count
      place = found.place
      try await progress.report(Int64(rows), of: Int64(max(total, rows)), "\(rows) of \(max(total, rows)) rows")
      try Task.checkCancellation()
    } while place != nil
    try file.finish()
    guard fsync(descriptor) == 0 else { throw ExportJob.refused }
    return (rows, written.count)
  }

  private static let refused = Problem(
    .unavailable, "The disk did not take the file.", mend: "Free some space and ask again.")
}

/// How many bytes went into a file.
private final class WrittenBytes {
  var count: Int64 = 0
}
