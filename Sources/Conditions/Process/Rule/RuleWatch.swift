import Kernel
import Logging
import Records
import Store

/// Follows what happens and the calendar, and carries out the rules: each once for each change of a record.
package actor RuleWatch {
  /// Whose rights a rule has; nil when they sign in no longer.
  package typealias Owners = @Sendable (_ user: Int64?) async throws -> Actor?

  /// How many records are done in one transaction.
  private static let batch = 100
  static let house = Actor(user: nil, name: "the house", grants: Actor.everything)

  private let rules: Rules
  private let owners: Owners
  private let log: Logger

  package init(_ rules: Rules, owners: @escaping Owners, log: Logger) {
    self.rules = rules
    self.owners = owners
    self.log = log
  }

  private var database: Database { rules.database }

  /// Works until the task is cancelled.
  package func run() async {
    var tidied: ContinuousClock.Instant?
    while !Task.isCancelled {
      do {
        try await round()
        if tidied.map({ ContinuousClock.now - $0 > .seconds(3_600) }) ?? true {
          try await tidy()
          tidied = .now
        }
      } catch is CancellationError {
        return
      } catch {
        log.error("rules could not be carried out", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(2))
      }
      try? await Task.sleep(for: .milliseconds(300))
    }
  }

  /// One round without waiting.
  package func round() async throws {
    try await database.placeEvents()
    let due = try await database.read { tx in
      let today = try self.rules.today(in: tx)
      return try tx.rows(
        """
        \(Rules.select) WHERE p.at IS NULL AND CASE WHEN r.occasion = 'day' THEN r.last_day < \(today)
          ELSE r.place < \(try tx.outboxEnds().newest) END ORDER BY r.id
        """, Rule.init(row:))
    }
    for rule in due {
      try Task.checkCancellation()
      guard let owner = try await owners(rule.user) else {
        try await pause(rule, "Whoever made it signs in no longer.")
        continue
      }
      do {
        try await serve(RuleService(rules: rules, rule: rule, draft: try rule.draft(), actor: rule.actor(of: owner)))
      } catch let problem as Problem {
        try await pause(rule, [problem.message, problem.mend].compactMap(\.self).joined(separator: " "))
      }
    }
  }

  private func serve(_ service: RuleService) async throws {
    if service.rule.occasion == .day {
      while try await step({ try service.nextOfDay(limit: Self.batch, in: $0) }, service) {}
    } else {
      while try await step({ try service.nextOfFeed(limit: Self.batch, in: $0) }, service) {}
    }
  }

  /// Takes the next records: all in one transaction, or each in its own when one of them is refused.
  /// - Returns: whether there may be more.
  private func step(
    _ next: @escaping @Sendable (Transaction) throws -> RuleService.Batch, _ service: RuleService
  ) async throws -> Bool {
    do {
      return try await database.write { tx in
        let batch = try next(tx)
        for call in batch.calls { try service.answer(call, in: tx) }
        try service.mark(batch, in: tx)
        return batch.hasMore
      }
    } catch let error where !(error is CancellationError) {
      let batch = try await database.read(next)
      for call in batch.calls { try await single(call, service) }
      try await database.write { try service.mark(batch, in: $0) }
      return try await !pausedAfterMany(service.rule) && batch.hasMore
    }
  }

  private func single(_ call: RuleService.Call, _ service: RuleService) async throws {
    do {
      try await database.write { try service.answer(call, in: $0) }
    } catch let error where !(error is CancellationError) {
      let problem = error as? Problem
      if problem == nil { log.error("a rule could not be carried out", metadata: ["error": "\(error)"]) }
      let words = problem?.message ?? "Something went wrong inside; see the log."
      _ = try await database.write { try service.note(call, .refused, words, in: $0) }
    }
  }

  /// Pauses a rule that was refused time and again, and tells whoever made it.
  private func pausedAfterMany(_ rule: Rule) async throws -> Bool {
    let newest = try await database.read { tx in
      try tx.rows(
        "SELECT state FROM rule_run WHERE rule_id = \(rule.id) ORDER BY id DESC LIMIT \(Rule.mostRefused)"
      ) { try $0(0, as: RuleRun.State.self) }
    }
    guard newest.count == Rule.mostRefused, newest.allSatisfy({ $0 == .refused }) else { return false }
    try await pause(rule, "It was refused \(Rule.mostRefused) times in a row.")
    return true
  }

  private func pause(_ rule: Rule, _ reason: String) async throws {
    let now = rules.clock.now
    try await database.write { tx in
      guard try Rules.pause(rule.id, reason: reason, by: Self.house, at: now, in: tx), let user = rule.user else {
        return
      }
      let words = "paused. \(reason)"
      try self.rules.notify(Notice(.rule, to: user, of: nil, words: words, by: "Rule \(rule.name)"), now, tx)
    }
  }

  /// Forgets what the log says of runs that are old.
  package func tidy() async throws {
    let before = rules.clock.now.adding(seconds: -Rule.keptDays * 86_400)
    try await database.write { try $0.run("DELETE FROM rule_run WHERE at < \(before)") }
  }
}
