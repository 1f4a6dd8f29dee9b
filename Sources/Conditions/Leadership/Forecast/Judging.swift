import Customers
import Foundation
import Kernel
import Store
import Synchronization

/// Sets what came beside what was expected, as soon as the review has come or the data reach the end of the window.
///
/// It runs after every import, when a server starts and when a page of decisions is opened. On the same facts and the
/// same day it does nothing; where the past was corrected it adds a judgement and leaves the old one.
package final class Judging: Sendable {
  package static let kind = "judge"
  /// What customers left in a window at the settings of a forecast; a later stage tells.
  package typealias ContributionReader =
    @Sendable (_ members: Set<ID<Customer>>, _ window: Period, _ settings: [String: String]) async throws -> Double?

  private struct Looked: Equatable {
    let revision: Int64
    let today: Day
  }

  let database: Database
  let clock: any Clock
  let ledgers: PurchaseLedgers
  let companies: Companies
  let contribution: ContributionReader?
  private let looked = Mutex<Looked?>(nil)

  package init(
    _ database: Database, clock: any Clock, ledgers: PurchaseLedgers, companies: Companies,
    contribution: ContributionReader? = nil
  ) {
    self.database = database
    self.clock = clock
    self.ledgers = ledgers
    self.companies = companies
    self.contribution = contribution
  }

  /// Who judges: the house itself, on everybody's purchases.
  package static let judge = Actor(user: nil, name: "Valuechain", grants: Actor.everything)

  /// Which day it is for decisions.
  package func day() async throws -> ReviewClock {
    let ledger = try await ledgers.current(for: Self.judge)
    return ReviewClock(today: try await companies.today(), lastDay: ledger.lastDay)
  }

  /// Queues judging in the transaction of what changed the facts, where there is anything to judge.
  static func enqueue(_ jobs: Jobs, by actor: Actor, in tx: Transaction) throws {
    guard try tx.first("SELECT 1 FROM forecast LIMIT 1") != nil,
      try tx.first("SELECT 1 FROM job WHERE kind = \(kind) AND state = 'queued' LIMIT 1") == nil
    else { return }
    _ = try jobs.enqueue(kind, title: "Judge decisions", arguments: [String: String](), by: actor, in: tx)
  }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let made = try await run(progress)
    return String(decoding: try JSONEncoder().encode(["judgements": made]), as: UTF8.self)
  }

  /// Judges what can be judged.
  /// - Returns: how many judgements were made.
  @discardableResult
  package func run(_ progress: JobProgress = .silent) async throws -> Int {
    guard let company = try await companies.current() else { return 0 }
    let now = clock.now
    let revision = try await database.read { try Sources().revision(in: $0) }
    let looked = Looked(revision: revision, today: now.day(in: company.zone))
    guard self.looked.withLock({ $0 != looked }) else { return 0 }
    let waiting = try await database.read { try Forecasts.unjudged(at: revision, in: $0) }
    var made = 0
    if !waiting.isEmpty {
      let ledger = try await ledgers.current(for: Self.judge)
      let due = Self.due(
        waiting, by: ReviewClock(today: looked.today, lastDay: ledger.lastDay), zone: company.zone)
      let judgements = try await judgements(of: due, ledger, company, now, progress)
      made = try await write(judgements, at: now)
    }
    self.looked.withLock { $0 = looked }
    return made
  }

  private typealias Waiting = (decision: ID<Decision>, review: Day, taken: Instant, forecast: Forecast)
  private typealias Made = (decision: ID<Decision>, forecast: ID<Forecast>, judgement: Judgement)

  /// Those whose review has come, or whose window the data reach the end of, as far as there are data of it at all.
  private static func due(_ waiting: [Waiting], by clock: ReviewClock, zone: TimeZone) -> [Waiting] {
    guard let lastDay = clock.lastDay else { return [] }
    return waiting.filter { one in
      guard lastDay >= one.forecast.window.from else { return false }
      return lastDay >= one.forecast.window.last || clock.isDue(one.review, decided: one.taken.day(in: zone))
        || one.forecast.latest != nil
    }
  }

  private func judgements(
    of due: [Waiting], _ ledger: PurchaseLedger, _ company: Company, _ now: Instant, _ progress: JobProgress
  ) async throws -> [Made] {
    guard let lastDay = ledger.lastDay, !due.isEmpty else { return [] }
    let groups = Set(due.map(\.forecast.group.id))
    let members = try await database.read { try Forecasts.members(of: groups, in: $0) }
    let reading = MeasureReading(ledger, currency: company.currency)
    var made: [Made] = []
    for (number, one) in due.enumerated() {
      try await progress.report(Int64(number), of: Int64(due.count), "\(number) of \(due.count) forecasts judged")
      let (forecast, those) = (one.forecast, members[one.forecast.group.id] ?? [])
      // What lies after the data is not nothing, it is unknown.
      let known = Period(first: forecast.window.from, last: min(lastDay, forecast.window.last))
      let found =
        forecast.measure == .contribution
        ? try await contribution?(Set(those), known, forecast.settings)
        : reading.actual(forecast.measure, of: those, in: known)
      guard let actual = found, actual.isFinite else { continue }
      let judgement = Judgement(of: forecast, actual: actual, lastDay: lastDay, revision: ledger.revision, at: now)
      if forecast.latest.map({ judgement.repeats($0) }) != true { made.append((one.decision, forecast.id, judgement)) }
    }
    return made
  }

  private func write(_ made: [Made], at now: Instant) async throws -> Int {
    guard !made.isEmpty else { return 0 }
    return try await database.write { tx in
      var written: [ID<Decision>: Int] = [:]
      for (decision, forecast, judgement) in made where try Forecasts.judge(forecast, judgement, in: tx) {
        written[decision, default: 0] += 1
      }
      for (decision, count) in written.sorted(by: { $0.key < $1.key }) {
        try tx.audit("judge", .decision, decision.rawValue, detail: ["judgements": count], by: Self.judge, at: now)
        try tx.announce("decision.judged", .decision, decision.rawValue, ["judgements": count], at: now)
      }
      return written.values.reduce(0, +)
    }
  }
}
