import Kernel

/// The nouns that have lists, by name.
package struct Catalogues: Sendable {
  private let byNoun: [Actor.Noun: Catalogue]
  package let all: [Catalogue]

  package init(_ all: [Catalogue]) {
    self.all = all
    byNoun = Dictionary(all.map { ($0.noun, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func of(_ noun: Actor.Noun) throws -> Catalogue {
    guard let found = byNoun[noun] else {
      throw Problem(.notFound, "There are no lists of “\(noun.rawValue)”.")
    }
    return found
  }

  /// By the name a program sends.
  package func named(_ text: String, field: String = "noun") throws -> Catalogue {
    guard let noun = Actor.Noun(rawValue: text), let found = byNoun[noun] else {
      throw Problem(
        .invalid, field: field, "“\(text.prefix(60))” is no kind of record.",
        mend: "Use one of \(all.map(\.noun.rawValue).joined(separator: ", ")).")
    }
    return found
  }
}
