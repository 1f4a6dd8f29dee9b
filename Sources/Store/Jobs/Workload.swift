import Kernel

/// How much waits to be done: for whoever watches the house.
package struct Workload: Sendable, Equatable {
  /// Jobs by state.
  package let jobs: [String: Int]
  /// Announcements that have no place in the feed yet, and when the oldest was made.
  package let unsent: Int
  package let oldestUnsentAt: Instant?
  /// What webhooks have still to be sent.
  package let waiting: Int
  package let auditLines: Int64
}

extension Database {
  package func workload() async throws -> Workload {
    try await read { tx in
      var jobs = Dictionary(uniqueKeysWithValues: Job.State.allCases.map { ($0.rawValue, 0) })
      try tx.each("SELECT state, count(*) AS n FROM job GROUP BY state") { jobs[try $0("state")] = try $0("n") }
      let unsent = try tx.first("SELECT count(*) AS n, min(created_at) AS at FROM outbox_event WHERE place IS NULL") {
        (count: try $0("n", as: Int.self), at: try $0("at", as: Instant?.self))
      }
      let waiting: Int? = try tx.value("SELECT count(*) FROM webhook_delivery WHERE state = 'waiting'")
      return Workload(
        jobs: jobs, unsent: unsent?.count ?? 0, oldestUnsentAt: unsent?.at, waiting: waiting ?? 0,
        auditLines: try tx.auditEnd().sequence)
    }
  }
}
