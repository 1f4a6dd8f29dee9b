import Analytics
import Customers
import Kernel

/// Customers under contract as their traits tell, and how many such contracts are kept (domain F4).
package struct Contracts: Sendable, Equatable {
  package struct Contract: Sendable, Equatable {
    package let from: Day?
    package let until: Day?

    /// Months from its first to its last day, where both are known.
    package var months: Int? {
      guard let from, let until, until > from else { return nil }
      return (until.days(since: from) + 15) * 12 / 365
    }
  }

  /// The share of contracts that lasts another year.
  package struct Retention: Sendable, Equatable {
    package let rate: Double
    /// Contracts that ran a year before, and how many of them still do; nil when the rate was entered.
    package let observed: (kept: Int, of: Int)?
    package let low: Double
    package let high: Double

    package static func == (left: Retention, right: Retention) -> Bool {
      left.rate == right.rate && left.low == right.low && left.high == right.high
        && left.observed?.kept == right.observed?.kept && left.observed?.of == right.observed?.of
    }
  }

  /// Contracts of a year before, below which their retention is not taken from them.
  package static let fewest = 30

  package let running: [ID<Customer>: Contract]
  /// nil when too few contracts tell and nobody entered one.
  package let retention: Retention?
  /// How many ran a year before `asOf` with a known last day.
  package let observable: Int

  package static let none = Contracts([:], asOf: Day(0), entered: nil)

  /// Names of the traits, as files head their columns.
  package static let traitNames: [String] = ["contract", "contract start", "contract end"].flatMap { name in
    let words = name.split(separator: " ").map(String.init)
    let capital = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    let first = (capital.prefix(1) + words.dropFirst())
    return Set([
      name, words.joined(separator: "_"), first.joined(separator: " "), capital.joined(separator: " "),
      name.uppercased(), words.joined(separator: "_").uppercased(), capital.joined(separator: ""),
      (words.prefix(1) + capital.dropFirst()).joined(),
    ]).sorted()
  }

  /// - Parameters:
  ///   - traits: by customer and name; a last day without anything else is a contract too.
  ///   - entered: the retention of a year that people entered.
  package init(_ traits: [ID<Customer>: [String: String]], asOf: Day, entered: Double?) {
    let yearAgo = asOf.adding(days: -365)
    var running: [ID<Customer>: Contract] = [:]
    var (kept, atRisk) = (0, 0)
    for (customer, values) in traits {
      let told = Self.told(values)
      guard told.says != false || told.contract.until != nil else { continue }
      let (from, until) = (told.contract.from, told.contract.until)
      let isRunning = told.says != false && (until.map { $0 >= asOf } ?? (told.says == true))
      if isRunning, from.map({ $0 <= asOf }) ?? true { running[customer] = told.contract }
      // Whoever began later was not there a year ago.
      guard let until, until >= yearAgo, let from, from <= yearAgo else { continue }
      atRisk += 1
      if isRunning { kept += 1 }
    }
    self.running = running
    observable = atRisk
    if atRisk >= Self.fewest, let interval = try? ConfidenceInterval.wilson(successes: kept, trials: atRisk, level: 0.9)
    {
      retention = Retention(
        rate: Double(kept) / Double(atRisk), observed: (kept, atRisk), low: interval.low, high: interval.high)
    } else {
      retention = entered.map { Retention(rate: $0, observed: nil, low: $0, high: $0) }
    }
  }

  private static func told(_ values: [String: String]) -> (says: Bool?, contract: Contract) {
    var (says, from, until): (Bool?, Day?, Day?) = (nil, nil, nil)
    for (name, value) in values {
      let letters = String(name.lowercased().unicodeScalars.filter { $0 != " " && $0 != "_" })
      switch letters {
      case "contract": says = word(value)
      case "contractstart": from = Day(value)
      case "contractend": until = Day(value)
      default: break
      }
    }
    return (says, Contract(from: from, until: until))
  }

  /// Whatever is not a no is the name or number of a contract.
  private static func word(_ text: String) -> Bool {
    !["", "no", "n", "false", "0", "none", "-", "ended", "cancelled", "canceled"].contains(text.lowercased())
  }
}
