import Kernel

/// Something said or seen of a customer that no order tells: the facts that the detectors of significance and the rules
/// of the core strategies rest on beside the figures (domain F8, F12).
package struct Observation: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case reference, quote, referral, prestige, idea, change, rival, satisfaction, wallet, willingness, rating
  }

  package let id: ID<Observation>
  package let customer: ID<Customer>
  package let day: Day
  package let kind: Kind
  /// The counterpart by its name in the source: a customer, a rival, an idea, a change, an item that is rated.
  package let other: String
  /// The counterpart when it is a customer of ours.
  package let otherCustomer: ID<Customer>?
  package let minor: Int64?
  package let score: Int?
  package let note: String
  /// The system it came from; nil when somebody entered it.
  package let source: String?
  package let by: String
  package let at: Instant
}

extension Observation.Kind {
  /// The word on screen.
  package var word: String {
    switch self {
    case .reference: "Named as reference"
    case .quote: "Quote"
    case .referral: "Brought a customer"
    case .prestige: "Prestige"
    case .idea: "Idea"
    case .change: "Implemented change"
    case .rival: "Rival met"
    case .satisfaction: "Satisfaction"
    case .wallet: "Spends with everybody"
    case .willingness: "Would have paid"
    case .rating: "Rating"
    }
  }

  /// What the fields mean for it.
  package var meaning: String {
    switch self {
    case .reference: "The customer was named by another who bought; the amount is that of the deal."
    case .quote: "An offer to the customer; score 1 won, 0 lost; the other is the customer named as reference."
    case .referral: "The customer brought another one."
    case .prestige: "How much others look to it: score 1 to 5."
    case .idea: "An idea of the customer; score 1 accepted, 0 not."
    case .change: "A change we made that it is credited with; the amount is the yearly benefit of the whole change."
    case .rival: "A competitor was seen at the customer."
    case .satisfaction: "An answer to a survey: score 1 to 5."
    case .wallet: "What it spends a year with everybody, us included."
    case .willingness: "What it would have paid for what it bought in a year."
    case .rating: "How an item of the matrices is rated: score 1 to 5, the item in other."
    }
  }

  var needsOther: Bool { [.referral, .change, .rival, .rating].contains(self) }
  var needsAmount: Bool { [.wallet, .willingness].contains(self) }

  /// What its counterpart is.
  package var namesCustomer: Bool { [.reference, .quote, .referral].contains(self) }

  /// The scores it may have; nil: none.
  var scores: ClosedRange<Int>? {
    switch self {
    case .idea, .quote: 0...1
    case .prestige, .satisfaction, .rating: 1...5
    case .reference, .referral, .change, .rival, .wallet, .willingness: nil
    }
  }

  /// The field that is wrong and why; nil when the observation can be kept.
  package func fault(other: String, minor: Int64?, score: Int?) -> (field: String, reason: String)? {
    if needsOther, other.isEmpty { return ("other", "It says nothing of the other side.") }
    if needsAmount, minor == nil { return ("amount", "The amount is missing.") }
    if let minor, minor < 0 { return ("amount", "The amount is below zero.") }
    if let scores {
      guard let score else { return ("score", "The score is missing.") }
      if !scores.contains(score) { return ("score", "The score is not \(scores.lowerBound) to \(scores.upperBound).") }
    }
    return nil
  }
}

extension Observation {
  /// What a person or program enters.
  package struct Draft: Sendable, Equatable {
    package let customer: ID<Customer>
    package let kind: Kind
    package let day: Day
    package let other: String
    package let otherCustomer: ID<Customer>?
    package let minor: Int64?
    package let score: Int?
    package let note: String

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      _ customer: ID<Customer>, _ kind: Kind, on day: Day, other: String = "", otherCustomer: ID<Customer>? = nil,
      minor: Int64? = nil, score: Int? = nil, note: String = ""
    ) throws {
      self.other = try Text.line(other, field: "other", limit: 200, required: false)
      self.note = try Text.line(note, field: "note", limit: 500, required: false)
      if let fault = kind.fault(other: self.other, minor: minor, score: score) {
        throw Problem(.invalid, field: fault.field, fault.reason, mend: kind.meaning)
      }
      guard otherCustomer != customer else {
        throw Problem(.invalid, field: "other", "A customer cannot be its own counterpart.", mend: "Name another.")
      }
      self.customer = customer
      self.kind = kind
      self.day = day
      self.otherCustomer = otherCustomer
      self.minor = minor
      self.score = kind.scores == nil ? nil : score
    }
  }
}
