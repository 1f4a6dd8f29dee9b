import Foundation
import Kernel
import Records
import Store

// What becomes of a task: each ending is a row, and taking it back removes the row.
extension Tasks {
  /// Says a task is done, and makes the next of its series.
  /// - Parameters:
  ///   - today: the day it is for the company; a series goes on from it.
  package func complete(
    _ id: ID<WorkTask>, outcome: String = "", today: Day, zone: TimeZone, by actor: Actor
  ) async throws -> (done: WorkTask, next: WorkTask?) {
    let now = clock.now
    return try await database.write { tx in
      let (done, next) = try complete(id, outcome: outcome, today: today, zone: zone, by: actor, at: now, in: tx)
      let shown = try titled([done] + [next].compactMap { $0 }, for: actor, in: tx)
      return (shown.first ?? done, next == nil ? nil : shown.last)
    }
  }

  func complete(
    _ id: ID<WorkTask>, outcome: String, today: Day, zone: TimeZone, by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws -> (done: WorkTask, next: WorkTask?) {
    let words = try Text.block(outcome, field: "outcome", limit: 2_000)
    if !words.isEmpty { try Self.require(writing: ["outcome"], actor) }
    let before = try openTask(id, actor, in: tx)
    let next = try successor(of: before, today: today, zone: zone, by: actor, at: now, in: tx)
    try tx.run(
      """
      INSERT INTO task_completion (task_id, outcome, next_id, actor_id, actor_name, at)
      VALUES (\(id), \(words), \(next?.id), \(actor.user), \(actor.name), \(now))
      """)
    return (try close(id, "done", ["outcome": words], by: actor, at: now, in: tx), next)
  }

  /// The next of a series, unless the series ends or the next is there already.
  private func successor(
    of task: WorkTask, today: Day, zone: TimeZone, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> WorkTask? {
    guard let rhythm = task.recurrence, let due = task.due, let series = task.series, let number = task.number,
      rhythm.count.map({ number < $0 }) ?? true, let day = rhythm.next(after: due, today: today),
      try tx.first("SELECT 1 FROM task WHERE series_id = \(series) AND series_number = \(number + 1)") == nil
    else { return nil }
    var draft = WorkTask.Draft(task)
    draft.due = day
    draft.remindAt = task.remindAt.flatMap { moment in
      moment.time(in: zone).map { Instant(moment.day(in: zone).adding(days: day.days(since: due)), $0, in: zone) }
    }
    return try insert(draft, series: series, number: number + 1, by: actor, at: now, in: tx)
  }

  /// Takes the word back that a task is done; the next of its series goes too, unless somebody touched it.
  package func reopen(_ id: ID<WorkTask>, by actor: Actor) async throws -> WorkTask {
    let now = clock.now
    return try await database.write { try reopen(id, by: actor, at: now, in: $0) }
  }

  func reopen(_ id: ID<WorkTask>, by actor: Actor, at now: Instant, in tx: Transaction) throws -> WorkTask {
    let before = try Self.find(id, try Self.scope(actor, .edit), in: tx)
    guard before.completion != nil else {
      throw Problem(.conflict, "This task is not done.", mend: "Look at it again.")
    }
    try tx.run("DELETE FROM task_completion WHERE task_id = \(id)")
    if let next = before.next {
      try tx.run("DELETE FROM task WHERE id = \(next) AND version = 1 AND closed_at IS NULL AND reminded_at IS NULL")
      try Self.refreshSearch([ID(next)], in: tx)
    }
    return try open(id, "reopen", "reopened", by: actor, at: now, in: tx)
  }

  /// Says a task will not be done; a series ends with it.
  package func cancel(_ id: ID<WorkTask>, reason: String, by actor: Actor) async throws -> WorkTask {
    let words = try Text.block(reason, field: "reason", limit: 2_000)
    let now = clock.now
    return try await database.write { try cancel(id, words: words, by: actor, at: now, in: $0) }
  }

  func cancel(
    _ id: ID<WorkTask>, words: String, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> WorkTask {
    if !words.isEmpty { try Self.require(writing: ["outcome"], actor) }
    _ = try openTask(id, actor, in: tx)
    try tx.run(
      """
      INSERT INTO task_cancellation (task_id, reason, actor_id, actor_name, at)
      VALUES (\(id), \(words), \(actor.user), \(actor.name), \(now))
      """)
    let closed = try close(id, "cancelled", ["reason": words], by: actor, at: now, in: tx)
    return try titled([closed], for: actor, in: tx).first ?? closed
  }

  package func uncancel(_ id: ID<WorkTask>, by actor: Actor) async throws -> WorkTask {
    let now = clock.now
    return try await database.write { try uncancel(id, by: actor, at: now, in: $0) }
  }

  func uncancel(_ id: ID<WorkTask>, by actor: Actor, at now: Instant, in tx: Transaction) throws -> WorkTask {
    let before = try Self.find(id, try Self.scope(actor, .edit), in: tx)
    guard before.cancellation != nil else {
      throw Problem(.conflict, "This task is not cancelled.", mend: "Look at it again.")
    }
    try tx.run("DELETE FROM task_cancellation WHERE task_id = \(id)")
    return try open(id, "take cancellation back", "reopened", by: actor, at: now, in: tx)
  }

  private func openTask(_ id: ID<WorkTask>, _ actor: Actor, in tx: Transaction) throws -> WorkTask {
    let before = try Self.find(id, try Self.scope(actor, .edit), in: tx)
    guard before.isOpen else {
      throw Problem(.conflict, "This task is \(before.state.rawValue) already.", mend: "Take that back first.")
    }
    return before
  }

  private func close(
    _ id: ID<WorkTask>, _ verb: String, _ detail: [String: String], by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws -> WorkTask {
    try tx.run("UPDATE task SET closed_at = \(now), version = version + 1 WHERE id = \(id)")
    let closed = try Self.find(id, "TRUE", in: tx)
    try tx.audit(verb == "done" ? "complete" : "cancel", .task, id.rawValue, detail: detail, by: actor, at: now)
    try tx.announce("task.\(verb)", .task, id.rawValue, closed, at: now)
    return closed
  }

  private func open(
    _ id: ID<WorkTask>, _ verb: String, _ event: String, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> WorkTask {
    try tx.run("UPDATE task SET closed_at = NULL, version = version + 1 WHERE id = \(id)")
    let opened = try Self.find(id, "TRUE", in: tx)
    try tx.audit(verb, .task, id.rawValue, by: actor, at: now)
    try tx.announce("task.\(event)", .task, id.rawValue, opened, at: now)
    return try titled([opened], for: actor, in: tx).first ?? opened
  }
}
