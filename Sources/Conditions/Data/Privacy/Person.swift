import Kernel
import Store

/// Somebody the company knows, with what they are named by.
package struct Person: Sendable, Equatable, Encodable {
  package let kind: PersonKind
  package let id: Int64
  package let name: String
  package let email: String?
  package let createdAt: Instant

  package var noun: Actor.Noun {
    switch kind {
    case .customer: .customer
    case .contact: .contact
    case .user: .user
    }
  }

  /// What is looked for in texts that no number connects with the person; too short a name, or one that is only a number,
  /// would find anybody.
  var markers: [String] {
    [name, email ?? ""].filter { text in
      text.utf8.count >= 5 && text != DataMap.erasedPerson
        && text.unicodeScalars.contains { $0.properties.isAlphabetic }
    }
  }

  /// What the list of who was erased knows the person by. The day it all began is part of it: a number may be given away
  /// again after an old backup was restored.
  func digest(_ database: Database) -> [UInt8] {
    database.code(for: "\(kind.rawValue) \(id) \(createdAt.microseconds)", purpose: "erasure")
  }

  // Finding them.

  static func find(_ kind: PersonKind, _ id: Int64, in tx: Transaction) throws -> Person {
    guard let found = try tx.first("\(selected(kind)) WHERE id = \(id)", { try Person(kind, row: $0) }) else {
      throw Problem(.notFound, "There is no such \(kind.word).", mend: "Search for them by name.")
    }
    return found
  }

  /// Everybody of a kind.
  static func all(_ kind: PersonKind, in tx: Transaction, _ body: (Person) throws -> Void) throws {
    try tx.each(selected(kind)) { try body(try Person(kind, row: $0)) }
  }

  /// People whose name or address holds some words, or whose number that is; a few of each kind.
  static func named(_ words: String, in tx: Transaction) throws -> [Person] {
    let (pattern, number) = (Erasures.pattern(Text.folded(words)), Int64(words) ?? 0)
    var found: [Person] = []
    for kind in PersonKind.allCases {
      let condition: Statement =
        switch kind {
        case .customer: "kind IN ('person', 'household') AND (folded LIKE \(pattern) ESCAPE '~'"
        case .contact: "binned_at IS NULL AND (folded LIKE \(pattern) ESCAPE '~'"
        case .user: "(lower(name) LIKE \(pattern) ESCAPE '~'"
        }
      found += try tx.rows(
        """
        \(selected(kind)) WHERE \(condition) OR lower(email) LIKE \(pattern) ESCAPE '~' OR id = \(number))
        ORDER BY id LIMIT 10
        """
      ) { try Person(kind, row: $0) }
    }
    return found
  }

  private static func selected(_ kind: PersonKind) -> Statement {
    switch kind {
    case .customer: "SELECT id, name, email, created_at FROM customer"
    case .contact: "SELECT id, trim(first_name || ' ' || last_name) AS name, email, created_at FROM contact"
    case .user: "SELECT id, name, email, created_at FROM app_user"
    }
  }

  private init(_ kind: PersonKind, row: Row) throws {
    self.kind = kind
    (id, name, email, createdAt) = (try row("id"), try row("name"), try row("email"), try row("created_at"))
  }
}
