import Kernel

/// One record that was found, or that somebody opened lately.
package struct SearchHit: Sendable, Equatable, Encodable {
  package let noun: Actor.Noun
  package let id: Int64
  /// Its name; its number for whoever may not see who it is.
  package let title: String
  /// Which kind of record it is, and what was met when that is not its name.
  package let note: String
  package let path: String
  package let icon: String
}

/// A page or an action that can be gone to by its name.
package struct SearchPlace: Sendable, Equatable, Encodable {
  package enum Kind: String, Sendable, Encodable { case page, action }

  package let kind: Kind
  package let title: String
  package let path: String
  package let icon: String

  package init(_ kind: Kind, _ title: String, _ path: String, icon: String) {
    self.kind = kind
    self.title = title
    self.path = path
    self.icon = icon
  }

  /// Whether every word of what was typed begins one of its own.
  func isMet(by words: [String]) -> Bool {
    let own = Words.of(title)
    return words.allSatisfy { word in own.contains { $0.utf8.starts(with: word.utf8) } }
  }
}

/// What a search answers: records, best first, then pages and actions.
package struct SearchAnswer: Sendable, Encodable {
  package let query: String
  package let records: [SearchHit]
  package let places: [SearchPlace]
  /// Whether these are what was opened lately, because nothing was typed.
  package let areRecent: Bool

  package init(query: String, records: [SearchHit], places: [SearchPlace], areRecent: Bool) {
    (self.query, self.records, self.places, self.areRecent) = (query, records, places, areRecent)
  }

  /// One row as the palette shows it.
  struct Result: Encodable {
    let kind: String
    let noun: String?
    let id: Int64?
    let title: String
    let note: String
    let path: String
    let icon: String
  }

  private enum Part: CodingKey { case query, recent, results }

  package func encode(to encoder: any Encoder) throws {
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encode(query, forKey: .query)
    try parts.encode(areRecent, forKey: .recent)
    let found = records.map {
      Result(
        kind: "record", noun: $0.noun.rawValue, id: $0.id, title: $0.title, note: $0.note, path: $0.path, icon: $0.icon)
    }
    let gone = places.map {
      Result(
        kind: $0.kind.rawValue, noun: nil, id: nil, title: $0.title, note: $0.kind == .page ? "Page" : "Action",
        path: $0.path, icon: $0.icon)
    }
    try parts.encode(found + gone, forKey: .results)
  }
}
