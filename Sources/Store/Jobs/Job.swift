import Kernel

/// Work that goes on in the background: who asked for it, how far it is, how it ended.
package struct Job: Sendable, Equatable {
  package enum State: String, Sendable, Storable, CaseIterable, Codable {
    case queued, running, succeeded, failed, cancelled
  }

  package let id: ID<Job>
  /// The name its handler is registered under.
  package let kind: String
  package let title: String
  /// JSON, as the handler defines it.
  package let arguments: String
  package let state: State
  package let done: Int64
  /// nil while nobody knows how much there is.
  package let total: Int64?
  package let note: String
  /// Where a handler that was interrupted goes on, as the handler defines it.
  package let place: String?
  /// JSON, as the handler defines it.
  package let result: String?
  package let problem: String?
  package let actor: Int64?
  package let actorName: String
  package let attempts: Int
  package let createdAt: Instant
  package let startedAt: Instant?
  package let endedAt: Instant?
  package let cancelAt: Instant?

  package var isOpen: Bool { state == .queued || state == .running }

  /// How much of it is done, 0 to 1; nil while nobody knows.
  package var progress: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, Double(done) / Double(total)))
  }
}

extension Job {
  static let columns: Statement = """
    id, kind, title, arguments, state, done, total, note, place, result, problem, actor_id, actor_name, attempts, \
    created_at, started_at, ended_at, cancel_at
    """

  init(row: Row) throws {
    try self.init(
      id: row("id"), kind: row("kind"), title: row("title"), arguments: row("arguments"), state: row("state"),
      done: row("done"), total: row("total"), note: row("note"), place: row("place"), result: row("result"),
      problem: row("problem"), actor: row("actor_id"), actorName: row("actor_name"), attempts: row("attempts"),
      createdAt: row("created_at"), startedAt: row("started_at"), endedAt: row("ended_at"), cancelAt: row("cancel_at"))
  }
}
