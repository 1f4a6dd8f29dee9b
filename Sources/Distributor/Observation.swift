import Kernel

/// Something said or seen of a customer that no order tells.
package struct Observation: Sendable, Equatable {
  /// What it is; the other columns mean by kind:
  /// - reference: `customer` was named by the winner `other` of a quote of `amount`; `note` has the quote.
  /// - prestige: declared, `score` 1 to 5.
  /// - idea: `other` is the idea, `score` 1 accepted, 0 not.
  /// - change: an implemented change `other` that `customer` is credited with; `amount` is the measured yearly
  ///   benefit of the whole change, empty when it was not measured. One row for each credited customer.
  /// - referral: `customer` brought `other`.
  /// - rival: the rival `other` was met at `customer`.
  /// - satisfaction: `score` 1 to 5.
  /// - quote: to `customer`, of `amount`; `score` 1 won, 0 lost; `other` is the customer named as reference.
  /// - wallet: `amount` a year that `customer` spends with everybody.
  /// - rating: `score` 1 to 5 for the item `other` of Fiocca's two steps.
  package enum Kind: String, Sendable, CaseIterable {
    case reference, prestige, idea, change, referral, rival, satisfaction, quote, wallet, rating
  }

  package let customer: String
  package let kind: Kind
  package let date: Day
  package let other: String
  /// Euro cents.
  package let amount: Int?
  package let score: Int?
  package let note: String
}

/// The observations of one company while they are being made.
struct Notebook {
  private(set) var rows: [Observation] = []
  let codes: [String]

  mutating func add(
    _ kind: Observation.Kind, _ account: Int, _ day: Int, other: String = "", euros: Int? = nil, score: Int? = nil,
    note: String = ""
  ) {
    rows.append(
      Observation(
        customer: codes[account], kind: kind, date: Calendar.day(Calendar.workingDay(max(0, day))), other: other,
        amount: euros.map { $0 * 100 }, score: score, note: note))
  }

  /// In order of days, with quotes, ideas and changes numbered in that order, so that their numbers tell nothing of the
  /// order in which they were thought up.
  mutating func finish() {
    rows.sort {
      ($0.date, $0.customer, $0.kind.rawValue, $0.other) < ($1.date, $1.customer, $1.kind.rawValue, $1.other)
    }
    var (names, counts): ([Substring: String], [Substring: Int]) = ([:], [:])
    func named(_ text: String) -> String {
      text.split(separator: "|", omittingEmptySubsequences: false).enumerated().map { place, part -> String in
        // Every other part is a name.
        guard !place.isMultiple(of: 2) else { return String(part) }
        if let name = names[part] { return name }
        let number = counts[part.prefix(1), default: 0] + 1
        counts[part.prefix(1)] = number
        let name = part.prefix(1) + CSVText.padded(number, 5)
        names[part] = String(name)
        return String(name)
      }.joined()
    }
    rows = rows.map { row in
      Observation(
        customer: row.customer, kind: row.kind, date: row.date, other: named(row.other), amount: row.amount,
        score: row.score, note: named(row.note))
    }
  }

  /// A name to be given when all is known; `kind` is its first letter.
  static func name(_ kind: Character, _ number: Int) -> String { "|\(kind)\(number)|" }
}
