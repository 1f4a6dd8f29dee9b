import Customers
import Kernel

/// A strategy that a person set instead of the rules'. It holds until it is taken back or another one is set; what the
/// rules say stays visible beside it.
package struct Override: Sendable, Equatable, Codable {
  package let id: ID<Override>
  package let customer: ID<Customer>
  /// The customer's name at that time.
  package let name: String
  package let strategy: CoreStrategy
  /// What the rules said then; nil while they could not tell.
  package let ruled: CoreStrategy?
  package let reason: String
  /// Whether the person looked for what forbids ending and found nothing.
  package let checkedHolds: Bool
  package let by: String
  package let at: Instant
  package let withdrawal: Withdrawal?

  /// Which of a customer's overrides hold: the newest, unless it was taken back. What came before it stays history.
  package static func inForce(_ all: [Override]) -> [ID<Customer>: Override] {
    Dictionary(all.map { ($0.customer, $0) }) { $0.id > $1.id ? $0 : $1 }.filter { $0.value.withdrawal == nil }
  }

  /// As the rules take it.
  package var decision: StrategyAssignment.Override {
    StrategyAssignment.Override(strategy, reason: reason, by: by, at: at, checkedHolds: checkedHolds)
  }

  /// What a person or program sends.
  package struct Draft: Sendable, Equatable {
    package let strategy: CoreStrategy
    package let reason: String
    package let checkedHolds: Bool

    /// - Throws: `Problem` naming the field that is wrong.
    package init(strategy: String, reason: String, checkedHolds: Bool = false) throws {
      guard let known = CoreStrategy(rawValue: strategy) else {
        throw Problem(
          .invalid, field: "strategy", "“\(strategy.prefix(40))” is not one of the seven core strategies.",
          mend: "Choose one of \(CoreStrategy.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self.strategy = known
      self.reason = try Override.reason(reason)
      self.checkedHolds = checkedHolds
    }
  }

  /// A reason as people give it.
  /// - Throws: `Problem` when there is none.
  static func reason(_ text: String) throws -> String {
    let reason = try Text.line(text, field: "reason", limit: 500, required: false)
    guard !reason.isEmpty else {
      throw Problem(.invalid, field: "reason", "A reason is missing.", mend: "Say in a sentence why.")
    }
    return reason
  }
}

/// Who took a word back, and when.
package struct Withdrawal: Sendable, Equatable, Codable {
  package let by: String
  package let at: Instant
}
