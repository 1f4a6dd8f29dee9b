import Kernel
import Store

/// One record of any noun.
package struct RecordKey: Sendable, Hashable, Codable {
  package let noun: Actor.Noun
  package let id: Int64

  package init(_ noun: Actor.Noun, _ id: Int64) {
    self.noun = noun
    self.id = id
  }
}

extension Catalogues {
  /// The titles of some records, as the actor may read them. Those they may not see are not in the answer; where a title
  /// says who a record is about, somebody without personal data gets its number.
  package func titles(
    of keys: some Sequence<RecordKey>, for actor: Actor, in tx: Transaction
  ) throws -> [RecordKey: String] {
    var titles: [RecordKey: String] = [:]
    for (noun, some) in Dictionary(grouping: Set(keys), by: \.noun) where actor.may(.see, noun) {
      guard let catalogue = all.first(where: { $0.noun == noun }) else { continue }
      let known = catalogue.fields.first
      let isReadable = known?.isReadable(by: actor, of: noun) ?? true
      let title: Statement = isReadable ? catalogue.title : "''"
      let scope = try catalogue.scope(actor, .see)
      try tx.each(
        """
        SELECT \(catalogue.id), \(title) FROM \(catalogue.table)
        WHERE \(catalogue.id) IN (\(list: some.map(\.id).sorted())) AND \(scope)
        """
      ) { row in
        let id: Int64 = try row(0)
        titles[RecordKey(noun, id)] = isReadable ? try row(1) : "\(catalogue.word.capitalized) \(id)"
      }
    }
    return titles
  }

  /// Refuses a record the actor does not reach with a verb, as if it were not there.
  package func require(_ verb: Actor.Verb, _ key: RecordKey, for actor: Actor, in tx: Transaction) throws {
    try of(key.noun).require(verb, key.id, for: actor, in: tx)
  }

  /// Where the page of a record is; nil when its noun has none.
  package func path(of key: RecordKey) -> String? {
    all.first { $0.noun == key.noun }.map { "\($0.path)/\(key.id)" }
  }

  /// The record that a noun and a number name, as programs and forms send them.
  package func key(noun: String, record: String, field: String = "record") throws -> RecordKey {
    let noun = try named(noun).noun
    guard let id = Int64(record), id > 0, String(id) == record else {
      throw Problem(
        .invalid, field: field, "“\(record.prefix(40))” is no number of a record.",
        mend: "Use the number at the end of its address.")
    }
    return RecordKey(noun, id)
  }
}
