import Foundation
import Kernel
import Store

/// Makes a backup in the background, drills it, and removes the old ones.
package struct BackupJob: Sendable {
  package static let kind = "backup"
  package static let drillKind = "backup-drill"

  struct Arguments: Codable {
    let backup: ID<Backup>
  }

  let backups: Backups

  package init(_ backups: Backups) { self.backups = backups }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let (id, actor) = try read(job)
    let backups = backups
    _ = try await progress.beating(0, of: 3, "Copying the store.") { try await backups.make(id, by: actor) }
    let report = try await progress.beating(1, of: 3, "Bringing the copy back in a scratch place.") {
      try await backups.drill(id, by: actor)
    }
    try await progress.report(2, of: 3, "Removing what is old enough.")
    let removed = try await backups.sweep(by: actor)
    try await progress.report(3, of: 3, "Made and proved, \(report.total) rows; \(removed) old ones removed.")
    return job.arguments
  }

  @Sendable package func drill(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let (id, actor) = try read(job)
    let backups = backups
    let report = try await progress.beating(0, of: 1, "Bringing the copy back in a scratch place.") {
      try await backups.drill(id, by: actor)
    }
    try await progress.report(1, of: 1, "It came back whole, \(report.total) rows.")
    return job.arguments
  }

  private func read(_ job: Job) throws -> (ID<Backup>, Actor) {
    let arguments = try JSONDecoder().decode(Arguments.self, from: Data(job.arguments.utf8))
    return (arguments.backup, Actor(user: job.actor, name: job.actorName, grants: Backups.house.grants))
  }
}
