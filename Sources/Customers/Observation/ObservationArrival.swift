import Kernel

/// An observation as a feed tells it.
package struct ObservationArrival: Sendable {
  package let customer: String
  package let kind: Observation.Kind
  /// The row's name in the source, where it has one.
  package let key: String?
  package let day: Day
  package let other: String
  package let minor: Int64?
  package let score: Int?
  package let note: String
  package let line: Int

  package init(
    customer: String, kind: Observation.Kind, key: String?, day: Day, other: String, minor: Int64?, score: Int?,
    note: String, line: Int
  ) {
    self.customer = customer
    self.kind = kind
    self.key = key
    self.day = day
    self.other = other
    self.minor = minor
    self.score = score
    self.note = note
    self.line = line
  }

  /// The name it is found again by: its own, or one made from its content and how often that stands in the batch, which
  /// holds all rows of its customers.
  func name(_ occurrences: inout [String: Int]) -> String {
    if let key { return "\(kind.rawValue) \(key)" }
    let stem =
      "=\(customer)/\(kind.rawValue)/\(day)/\(other)/\(minor.map(String.init) ?? "")/"
      + "\(score.map(String.init) ?? "")/\(note)"
    occurrences[stem, default: 0] += 1
    return "\(stem)#\(occurrences[stem] ?? 1)"
  }
}

extension Observations {
  /// An observation as the store has it, without its name.
  struct Former: Codable, Equatable {
    let id: Int64
    let customer: ID<Customer>
    let day: Day
    let kind: Observation.Kind
    let other: String
    let minor: Int64?
    let score: Int?
    let note: String
  }
}

extension Observations.Former {
  init(_ arrival: ObservationArrival, _ customer: ID<Customer>, id: Int64) {
    self.init(
      id: id, customer: customer, day: arrival.day, kind: arrival.kind, other: arrival.other, minor: arrival.minor,
      score: arrival.score, note: arrival.note)
  }
}
