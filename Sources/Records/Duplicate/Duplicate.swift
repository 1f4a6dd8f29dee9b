import Kernel

/// Two records of a noun that may be of the same party.
package struct Duplicate: Sendable {
  package enum State: String, Sendable, Codable, CaseIterable { case open, dismissed }

  package let noun: Actor.Noun
  package let low: DuplicateSide
  package let high: DuplicateSide
  package let weight: Double
  package let evidence: [DuplicateEvidence]
  package let state: State
  /// Who said that they are not the same, and when.
  package let dismissedBy: String?
  package let dismissedAt: Instant?
}

/// One of the two, as far as the reader may see it.
package struct DuplicateSide: Sendable, Encodable {
  package let id: Int64
  package let title: String
  package let path: String
  let texts: RecordTexts

  private enum Part: CodingKey { case id, title, path }

  package func encode(to encoder: any Encoder) throws {
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encode(id, forKey: .id)
    try parts.encode(title, forKey: .title)
    try parts.encode(path, forKey: .path)
  }
}

extension Duplicate: Encodable {
  private enum Part: CodingKey {
    case noun, low, high, weight, probability, evidence, state, dismissedBy, dismissedAt
  }

  package func encode(to encoder: any Encoder) throws {
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encode(noun, forKey: .noun)
    try parts.encode(low, forKey: .low)
    try parts.encode(high, forKey: .high)
    try parts.encode(weight, forKey: .weight)
    try parts.encode(DuplicateEvidence.probability(weight), forKey: .probability)
    try parts.encode(evidence, forKey: .evidence)
    try parts.encode(state, forKey: .state)
    try parts.encodeIfPresent(dismissedBy, forKey: .dismissedBy)
    try parts.encodeIfPresent(dismissedAt, forKey: .dismissedAt)
  }
}

/// A record that somebody who enters another may mean.
package struct DuplicateHint: Sendable, Encodable {
  package let id: Int64
  package let title: String
  package let path: String
  package let weight: Double
  package let evidence: [DuplicateEvidence]

  /// What speaks for it, in words.
  package var words: String {
    Format.sentence(evidence.filter { $0.weight > 0 }.map(\.words))
  }

  package var isLikely: Bool { weight >= DuplicateEvidence.likely }

  private enum Part: CodingKey { case id, title, path, weight, probability, isLikely, words, evidence }

  package func encode(to encoder: any Encoder) throws {
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encode(id, forKey: .id)
    try parts.encode(title, forKey: .title)
    try parts.encode(path, forKey: .path)
    try parts.encode(weight, forKey: .weight)
    try parts.encode(DuplicateEvidence.probability(weight), forKey: .probability)
    try parts.encode(isLikely, forKey: .isLikely)
    try parts.encode(words, forKey: .words)
    try parts.encode(evidence, forKey: .evidence)
  }

  private enum Format {
    static func sentence(_ words: [String]) -> String { words.joined(separator: ", ") }
  }
}

extension DuplicateEvidence {
  /// The word for the field.
  package var label: String {
    switch field {
    case "name": "Name"
    case "email": "E-mail"
    case "phone": "Telephone"
    case "website": "Domain"
    case "postalCode": "Postal code"
    case "city": "City"
    case "street": "Street"
    case "birthday": "Birthday"
    case "key": "Number elsewhere"
    default: field
    }
  }

  /// “same name”, “another telephone”.
  package var words: String {
    let thing = label.prefix(1).lowercased() + label.dropFirst()
    return switch level {
    case .same: "same \(thing)"
    case .near: "nearly the same \(thing)"
    case .sound: "\(thing) that sounds alike"
    case .part: "\(thing) partly the same"
    case .different: "another \(thing)"
    }
  }
}
