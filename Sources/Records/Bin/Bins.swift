import Kernel
import Store

/// A kind of thing that lies in the bin until it is taken out.
package struct BinKind: Sendable {
  /// Where its things lie, as far as somebody may take them out.
  package struct Place {
    let table: Statement
    let id: Statement
    let title: Statement
    let condition: Statement

    package init(table: Statement, id: Statement, title: Statement, condition: Statement) {
      (self.table, self.id, self.title, self.condition) = (table, id, title, condition)
    }
  }

  /// Its name for programs: a noun's, or `field`, `view` …
  let name: String
  /// “Customers”.
  let word: String
  /// The address that a `DELETE` takes one out by, with `{id}`.
  let restoring: String
  let mayRestore: @Sendable (Actor) -> Bool
  let place: @Sendable (Actor) throws -> Place

  package init(
    _ name: String, _ word: String, restoring: String, mayRestore: @escaping @Sendable (Actor) -> Bool,
    place: @escaping @Sendable (Actor) throws -> Place
  ) {
    (self.name, self.word, self.restoring) = (name, word, restoring)
    (self.mayRestore, self.place) = (mayRestore, place)
  }

  /// The records of a noun with a bin; nil for one without.
  init?(_ catalogue: Catalogue) {
    guard catalogue.restore != nil, let binned = catalogue.binned else { return nil }
    let noun = catalogue.noun
    self.init(
      noun.rawValue, catalogue.plural.capitalized, restoring: "\(catalogue.path)/{id}/bin",
      mayRestore: { $0.may(.delete, noun) },
      place: { actor in
        let reads = catalogue.fields.first?.isReadable(by: actor, of: noun) == true
        return Place(
          table: catalogue.table, id: catalogue.id,
          title: reads ? catalogue.title : "\(catalogue.word.capitalized + " ") || \(catalogue.id)",
          condition: try binned(actor))
      })
  }
}

/// What lies in the bin, of every kind.
package struct Bins: Sendable {
  package struct Thing: Sendable, Encodable {
    package let kind: String
    package let id: Int64
    package let title: String
  }

  /// One kind: how many lie there, and some of them, those with the highest numbers first.
  package struct Part: Sendable, Encodable {
    package let kind: String
    let word: String
    package let count: Int
    /// The address that a `DELETE` takes one out by, with `{id}`.
    let restoring: String
    package let rows: [Thing]
    /// The number to go on after.
    package let next: String?

    func restoring(_ thing: Thing) -> String { restoring.replacing("{id}", with: "\(thing.id)") }
  }

  let database: Database
  let kinds: [BinKind]

  /// - Parameter others: what lies there beside the records of the nouns.
  package init(_ database: Database, _ catalogues: Catalogues, others: [BinKind]) {
    self.database = database
    kinds = catalogues.all.compactMap(BinKind.init) + others
  }

  /// What an actor may take out; the kinds of which nothing lies there are left out.
  /// - Parameters:
  ///   - kind: of one kind only.
  ///   - after: goes on after this number.
  package func parts(
    _ kind: String? = nil, after: Int64? = nil, size: Int = 50, for actor: Actor
  ) async throws -> [Part] {
    if let kind, !kinds.contains(where: { $0.name == kind }) {
      throw Problem(
        .invalid, field: "kind", "Nothing of the kind “\(kind.prefix(40))” is put into the bin.",
        mend: "Use one of \(kinds.map(\.name).joined(separator: ", ")).")
    }
    let asked = kinds.filter { $0.mayRestore(actor) && kind ?? $0.name == $0.name }
    return try await database.read { tx in
      try asked.compactMap { one in
        let place = try one.place(actor)
        let count = try tx.value("SELECT count(*) FROM \(place.table) WHERE \(place.condition)", as: Int.self) ?? 0
        guard count > 0 else { return nil }
        let rows = try tx.rows(
          """
          SELECT \(place.id), \(place.title) FROM \(place.table)
          WHERE \(place.condition) AND \(place.id) < \(after ?? Int64.max)
          ORDER BY \(place.id) DESC LIMIT \(size + 1)
          """
        ) { Thing(kind: one.name, id: try $0(0), title: try $0(1, as: String?.self) ?? "") }
        let page = Page(overfetched: rows, size: size) { "\($0.id)" }
        return Part(
          kind: one.name, word: one.word, count: count, restoring: one.restoring, rows: page.rows, next: page.next)
      }
    }
  }
}
