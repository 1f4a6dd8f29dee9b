import Foundation
import Kernel
import Store

/// Files with everything about one person, made in the background and kept for a while.
package struct PersonExports: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let map: DataMap

  package static let kind = "privacy-export"
  /// How long a file lies there to be fetched.
  static let keptSeconds: Double = 14 * 86_400

  package init(_ database: Database, clock: any Clock, jobs: Jobs, map: DataMap = .current) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.map = map
  }

  private var folder: String { "\(database.place.folder)/\(database.place.name)-privacy" }

  /// Everything about one person.
  package func gather(_ kind: PersonKind, _ id: Int64, by actor: Actor) async throws -> PersonFile {
    try Erasures.require(.export, actor)
    let now = clock.now
    let file = try await database.read { tx in
      try PersonFile(try Person.find(kind, id, in: tx), map: map, at: now, in: tx)
    }
    try await database.write {
      try $0.audit("export person", .privacy, id, detail: ["kind": kind.rawValue], by: actor, at: now)
    }
    return file
  }

  /// The archive of it.
  package func archive(_ kind: PersonKind, _ id: Int64, by actor: Actor) async throws -> [UInt8] {
    try await gather(kind, id, by: actor).archive()
  }

  package func queue(
    _ kind: PersonKind, _ id: Int64, by actor: Actor, once: Once = .unchecked
  ) async throws -> ID<Job> {
    try Erasures.require(.export, actor)
    let jobs = jobs
    return try await database.write { tx in
      try once.check(in: tx)
      _ = try Person.find(kind, id, in: tx)
      let job = try jobs.enqueue(
        PersonExports.kind, title: "Gather the data of \(kind.word) \(id)",
        arguments: Erasures.Arguments(kind: kind, person: id), by: actor, in: tx)
      try once.keep(["job": job], status: 202, location: "/api/v1/privacy/exports/\(job)", in: tx)
      return job
    }
  }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let arguments = try JSONDecoder().decode(Erasures.Arguments.self, from: Data(job.arguments.utf8))
    let actor = Actor(user: job.actor, name: job.actorName, grants: Actor.everything)
    try await progress.report(0, of: 1, "Gathering what is held about them.")
    let bytes = try await archive(arguments.kind, arguments.person, by: actor)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let path = path(of: job.id)
    guard
      FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw Problem(.unavailable, field: path, "The file cannot be written.", mend: "Check the disk.") }
    try await progress.report(1, of: 1, "\((bytes.count + 999) / 1_000) kB, to be fetched for 14 days.")
    return job.arguments
  }

  private func path(of job: ID<Job>) -> String { "\(folder)/\(job).zip" }

  /// A file that was made.
  package func file(_ job: ID<Job>, for actor: Actor) throws -> [UInt8] {
    try Erasures.require(.export, actor)
    guard let bytes = FileManager.default.contents(atPath: path(of: job)) else {
      throw Problem(.notFound, "This file is not there yet, or no longer.", mend: "Gather the data again.")
    }
    return Array(bytes)
  }

  /// Whether the file of a job is there.
  package func isThere(_ job: ID<Job>) -> Bool { FileManager.default.fileExists(atPath: path(of: job)) }

  /// Removes files that lay there long enough, and those of a person who was erased since.
  func sweep() throws {
    let now = Double(clock.now.microseconds) / 1e6
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = "\(folder)/\(name)"
      let made = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
      if now - (made?.timeIntervalSince1970 ?? 0) > PersonExports.keptSeconds { unlink(path) }
    }
  }

  /// Removes every file: somebody was erased, and may be in one of them.
  func removeAll() { try? FileManager.default.removeItem(atPath: folder) }
}
