import Customers
import Foundation
import Kernel
import Store

/// JSON as versions keep it.
enum VersionText {
  static func of(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func read<T: Decodable>(_ text: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}

extension Version {
  init(
    id: ID<Version>, of portfolio: Portfolio, book: AssignmentBook, month: Day?, note: String, by: String, at: Instant
  ) {
    let spend = portfolio.equity?.spend?.report.parameters ?? [:]
    let fitted = portfolio.equity?.fit?.parameters ?? [:]
    self.init(
      id: id, month: month, asOf: book.asOf, first: book.window.from, last: book.window.last,
      revision: book.revision, currency: book.currency.code, model: book.model,
      parameters: fitted.merging(spend.map { ("spend.\($0.key)", $0.value) }) { first, _ in first },
      question: Question(portfolio), tests: StrategyTest.allCases.map(\.rawValue), customers: book.rows.count,
      counts: Dictionary(
        book.counts.map { ($0.key.rawValue, Count(customers: $0.value.customers, minor: $0.value.minor)) },
        uniquingKeysWith: { first, _ in first }),
      contributionMinor: book.rows.contains { $0.contribution != nil }
        ? try? portfolio.contribution.costing.contribution : nil,
      value: portfolio.equity?.figure("customerEquity")?.value, note: note, by: by, at: at)
  }

  init(row: Row) throws {
    let tests: String = try row("tests")
    self.init(
      id: try row("id"), month: try row("month_day"), asOf: try row("as_of_day"), first: try row("first_day"),
      last: try row("last_day"), revision: try row("facts_revision"), currency: try row("currency"),
      model: try row("model"), parameters: try VersionText.read(try row("parameters")),
      question: try VersionText.read(try row("question")), tests: tests.split(separator: " ").map(String.init),
      customers: try row("customers"), counts: try VersionText.read(try row("counts")),
      contributionMinor: try row("contribution_minor"), value: try row("value"), note: try row("note"),
      by: try row("actor_name"), at: try row("at"))
  }
}

extension PortfolioAssignment {
  static let columns: [StaticString] = [
    "version_id", "customer_id", "external_id", "name", "segment", "strategy", "proposed", "ruled", "heading",
    "runner_up", "distance", "turns_on", "between_strategies", "missing", "not_known", "worth_minor", "kinds",
    "sales_minor", "contribution_minor", "grade", "value", "value_low", "value_high", "percentile", "basis", "ceiling",
    "overruled", "ending", "answers",
  ]

  /// The values of `columns`.
  func values(of version: ID<Version>, name: String?) throws -> [Value] {
    func words(_ all: [some RawRepresentable<String>]) -> Value {
      .text(all.map(\.rawValue).joined(separator: " "))
    }
    return [
      version.stored, customer.stored, .text(externalID), .text(name ?? externalID), segment.stored,
      (strategy?.rawValue).stored, (proposed?.rawValue).stored, (ruled?.rawValue).stored, .text(heading.rawValue),
      (runnerUp?.rawValue).stored, distance.stored, (turnsOn?.rawValue).stored, words(between), words(missing),
      words(unknown), worth.stored, .text(kinds.isEmpty ? "" : try VersionText.of(kinds)), .int(sales),
      contribution.stored, .text(grade.rawValue), value.stored, low.stored, high.stored, percentile.stored,
      (basis?.rawValue).stored, ceiling.stored, try override.map { .text(try VersionText.of($0)) } ?? .null,
      (ending?.rawValue).stored, .text(answers),
    ]
  }

  /// A row of a version. A word that this program does not know any more counts as not there.
  init(row: Row, of version: Version) throws {
    func known<T: RawRepresentable<String>>(_ column: String, as type: T.Type = T.self) throws -> T? {
      try row(column, as: String?.self).flatMap(T.init(rawValue:))
    }
    func list<T: RawRepresentable<String>>(_ column: String, as type: T.Type = T.self) throws -> [T] {
      try row(column, as: String.self).split(separator: " ").compactMap { T(rawValue: String($0)) }
    }
    let (kinds, overruled): (String, String?) = (try row("kinds"), try row("overruled"))
    self.init(
      customer: try row("customer_id"), externalID: try row("external_id"), name: try row("name"),
      segment: try row("segment"), strategy: try known("strategy"), proposed: try known("proposed"),
      ruled: try known("ruled"), heading: try known("heading") ?? .undecided, runnerUp: try known("runner_up"),
      distance: try row("distance"), turnsOn: try known("turns_on"), between: try list("between_strategies"),
      missing: try list("missing"), unknown: try list("not_known"), worth: try row("worth_minor"),
      kinds: kinds.isEmpty ? [] : try VersionText.read(kinds), sales: try row("sales_minor"),
      contribution: try row("contribution_minor"), grade: try known("grade") ?? .assumed, value: try row("value"),
      low: try row("value_low"), high: try row("value_high"), percentile: try row("percentile"),
      basis: try known("basis"), ceiling: try row("ceiling"),
      override: try overruled.map { try VersionText.read($0) }, ending: try known("ending"),
      answers: version.normalised(try row("answers")))
  }
}
