import Customers
import Kernel

/// The portfolio as it was frozen on a day: what the stages after this one read, and what decisions are judged by. It is
/// never changed.
package struct Version: Sendable, Equatable, Codable {
  /// How many customers stood under a heading, and what they contributed in minor units.
  package struct Count: Sendable, Equatable, Codable {
    package let customers: Int
    package let minor: Int64
  }

  /// What the run was asked.
  package struct Question: Sendable, Equatable, Codable {
    package let assumptions: [String: Double]
    package let strategy: StrategySettings
    package let months: Int
    package let annualDiscount: Double
    package let margin: Double?
    package let ceiling: Double

    init(_ portfolio: Portfolio) {
      let question = portfolio.question
      assumptions = Dictionary(
        question.assumptions.values.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
      strategy = portfolio.strategies.settings
      months = question.value.months
      annualDiscount = question.value.annualDiscount
      margin = question.value.margin
      ceiling = question.value.ceiling
    }
  }

  package let id: ID<Version>
  /// The first day of the month it was made for; nil for one made by hand.
  package let month: Day?
  package let asOf: Day
  package let first: Day
  package let last: Day
  package let revision: Int64
  package let currency: String
  package let model: String?
  package let parameters: [String: Double]
  package let question: Question
  /// The rules' questions in the order in which the rows keep their answers.
  package let tests: [String]
  package let customers: Int
  package let counts: [String: Count]
  package let contributionMinor: Int64?
  package let value: Double?
  package let note: String
  package let by: String
  package let at: Instant

  package func count(_ heading: StrategyHeading) -> Int { counts[heading.rawValue]?.customers ?? 0 }

  /// Answers kept in the order of this version, in the order of today; a question that was not asked then is `-`.
  func normalised(_ answers: String) -> String {
    let kept = Array(answers)
    let places = Dictionary(tests.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return String(
      StrategyTest.allCases.map { test in
        places[test.rawValue].flatMap { kept.indices.contains($0) ? kept[$0] : nil } ?? "-"
      })
  }
}

/// A customer as it stood in a version.
package struct VersionRow: Sendable {
  package let version: Version
  package let row: PortfolioAssignment
}

/// When the portfolio is frozen by itself.
package struct MonthlyFreeze: Sendable, Equatable {
  /// The first day of the month that is to be frozen; nil while none is due: the company is not older than the month, or
  /// it was seen to already.
  package let due: Day?

  /// - Parameters:
  ///   - today: the day where the company is.
  ///   - founded: the day the company was made.
  ///   - seen: the newest month that was seen to, whether or not a version came of it.
  package init(today: Day, founded: Day, seen: Day?) {
    let month = today.startOfMonth
    due = founded < month && (seen ?? founded) < month ? month : nil
  }
}
