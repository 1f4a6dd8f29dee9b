import Foundation
import Kernel

/// The jobs of the company: every statement on their table.
package struct Jobs: Sendable {
  let database: Database
  let clock: any Clock
  /// A job whose runner has not been heard of for so long is taken over.
  static let leaseSeconds: Int64 = 60

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// Queues work in the transaction that decides on it.
  package func enqueue(
    _ kind: String, title: String, arguments: some Encodable, by actor: Actor, in tx: Transaction
  ) throws -> ID<Job> {
    let id: ID<Job> = try tx.newID()
    let json = String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self)
    try tx.run(
      """
      INSERT INTO job (id, kind, title, arguments, state, actor_id, actor_name, created_at)
      VALUES (\(id), \(kind), \(title), \(json), 'queued', \(actor.user), \(actor.name), \(clock.now))
      """)
    return id
  }

  /// A job the actor may see: their own, or any with the right to see all.
  package func find(_ id: ID<Job>, for actor: Actor) async throws -> Job {
    let scope = try scope(of: actor)
    let found = try await database.read { tx in
      try tx.first("SELECT \(Job.columns) FROM job WHERE id = \(id) AND \(scope)", Job.init)
    }
    guard let found else { throw Problem(.notFound, "There is no such job.") }
    return found
  }

  /// The newest jobs the actor may see.
  package func recent(_ limit: Int = 50, for actor: Actor) async throws -> [Job] {
    let scope = try scope(of: actor)
    return try await database.read { tx in
      try tx.rows("SELECT \(Job.columns) FROM job WHERE \(scope) ORDER BY id DESC LIMIT \(limit)", Job.init)
    }
  }

  /// The arguments of the jobs of a kind that are still to be done.
  package func openArguments(of kind: String) async throws -> [String] {
    try await database.read { tx in
      try tx.rows("SELECT arguments FROM job WHERE kind = \(kind) AND state IN ('queued', 'running')") {
        try $0("arguments", as: String.self)
      }
    }
  }

  /// Asks a job to stop; it does so at its next row boundary.
  package func cancel(_ id: ID<Job>, by actor: Actor) async throws {
    guard try await find(id, for: actor).isOpen else {
      throw Problem(.conflict, "This job is over already.", mend: "There is nothing left to cancel.")
    }
    let now = clock.now
    try await database.write { tx in
      try tx.run("UPDATE job SET cancel_at = \(now) WHERE id = \(id) AND state = 'running' AND cancel_at IS NULL")
      try tx.run("UPDATE job SET state = 'cancelled', ended_at = \(now) WHERE id = \(id) AND state = 'queued'")
      try tx.audit("cancel", .job, id.rawValue, by: actor, at: now)
    }
  }

  private func scope(of actor: Actor) throws -> Statement {
    guard let reach = actor.reach(.see, .job) else { throw Problem(.notFound, "There is no such job.") }
    return reach == .all ? "TRUE" : "actor_id = \(actor.user)"
  }

  /// Notes where a job goes on, in the transaction of what it did up to there.
  package func mark(_ id: ID<Job>, place: String, in tx: Transaction) throws {
    try tx.run("UPDATE job SET place = \(place) WHERE id = \(id)")
  }

  // What the runner does.

  /// Takes the oldest queued job; nil when there is none.
  func claim(_ runner: String) async throws -> Job? {
    let now = clock.now
    return try await database.write { tx in
      let next: Statement = "SELECT \(Job.columns) FROM job WHERE state = 'queued' ORDER BY id LIMIT 1"
      guard let job = try tx.first(next + .skippingLockedRows(in: tx.dialect), Job.init) else { return nil }
      try tx.run(
        """
        UPDATE job SET state = 'running', runner = \(runner), attempts = attempts + 1, started_at = \(now),
          lease_at = \(now.adding(seconds: Self.leaseSeconds)) WHERE id = \(job.id)
        """)
      return try tx.first("SELECT \(Job.columns) FROM job WHERE id = \(job.id)", Job.init)
    }
  }

  /// Puts back what a runner that is gone left behind; a job that took its runner down twice is parked.
  func takeOver(all: Bool) async throws {
    let now = clock.now
    let gone: Statement = all ? "state = 'running'" : "state = 'running' AND lease_at < \(now)"
    try await database.write { tx in
      try tx.run(
        """
        UPDATE job SET state = 'failed', ended_at = \(now),
          problem = 'It was interrupted twice and is parked. Start it again when the cause is known.'
        WHERE \(gone) AND attempts >= 2
        """)
      try tx.run("UPDATE job SET state = 'queued', runner = NULL, lease_at = NULL WHERE \(gone)")
    }
  }

  /// Queues a job again that could not go on.
  func putBack(_ id: ID<Job>) async throws {
    try await database.write {
      try $0.run("UPDATE job SET state = 'queued', runner = NULL, lease_at = NULL WHERE id = \(id)")
    }
  }

  /// Writes progress and renews the lease.
  /// - Returns: whether somebody asked the job to stop.
  func report(_ id: ID<Job>, done: Int64, total: Int64?, note: String, place: String?) async throws -> Bool {
    let lease = clock.now.adding(seconds: Self.leaseSeconds)
    return try await database.write { tx in
      try tx.run(
        """
        UPDATE job SET done = \(done), total = \(total), note = \(note), place = coalesce(\(place), place),
          lease_at = \(lease) WHERE id = \(id)
        """)
      return try tx.value("SELECT cancel_at FROM job WHERE id = \(id)", as: Instant?.self).flatMap { $0 } != nil
    }
  }

  func end(_ id: ID<Job>, _ state: Job.State, result: String? = nil, problem: String? = nil) async throws {
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        UPDATE job SET state = \(state), result = \(result), problem = \(problem), ended_at = \(now), runner = NULL,
          lease_at = NULL WHERE id = \(id)
        """)
    }
  }
}
