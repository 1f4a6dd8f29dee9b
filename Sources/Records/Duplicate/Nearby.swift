import Kernel
import Store

/// The records of a noun that share something with what somebody types, as far as they may see them.
struct Nearby {
  let source: SearchSource
  let catalogue: Catalogue
  let actor: Actor
  /// Those the actor may read.
  let fields: Set<String>

  private static let most = 150

  struct Record: Sendable {
    let id: Int64
    let title: String
    let texts: RecordTexts
  }

  /// Those that share an address, a telephone number, a number elsewhere, or whose name is met word for word.
  func of(_ typed: RecordTexts, in tx: Transaction) throws -> [Record] {
    var sets: [Statement] = []
    for (field, text) in typed.all where fields.contains(field) {
      switch source.kind(of: field) {
      case .name: sets += try named(text, in: tx)
      case .address, .phone, .key:
        let words = SearchIndex.keys(text, source.kind(of: field)).filter { !PublicMail.domains.contains($0) }
        sets.append(
          """
          SELECT record_id FROM (SELECT record_id FROM search_word WHERE word IN (\(list: words))
            AND noun = \(source.noun.rawValue) AND field = \(field) LIMIT \(Nearby.most)) AS met
          """)
      case .words: break
      }
    }
    guard !sets.isEmpty else { return [] }
    let any = Statement.joined(sets, separator: " UNION ", or: "SELECT NULL")
    return try records("\(catalogue.id) IN (\(any))", most: Nearby.most, in: tx)
  }

  private func named(_ text: String, in tx: Transaction) throws -> [Statement] {
    let name = LegalForm.without(Words.of(text)).filter { $0.utf8.count > 1 }
    guard !name.isEmpty, text.utf8.count > 2 else { return [] }
    let query = SearchQuery(name.joined(separator: " "))
    var words = SimilarWords(query)
    _ = try words.adds(.sound, in: tx)
    _ = try words.adds(.typo, in: tx)
    let meeting = query.wanted.map { wanted -> Statement in
      let ways =
        wanted.ways(.exact, source.noun, Array(fields)) + words.ways(wanted, .typo, source.noun, Array(fields))
      let all = Statement.joined(ways, separator: " UNION ALL ", or: "SELECT NULL")
      return "SELECT record_id FROM (\(all) LIMIT 20000) AS met"
    }
    let all = Statement.joined(meeting, separator: " INTERSECT ", or: "SELECT NULL")
    return ["SELECT record_id FROM (\(all) LIMIT \(Nearby.most)) AS named"]
  }

  /// Some records with the texts the actor may read.
  func records(_ condition: Statement, most: Int, in tx: Transaction) throws -> [Record] {
    let scope = try catalogue.scope(actor, .see)
    return try tx.rows(
      """
      SELECT \(catalogue.id) AS id, \(catalogue.title) AS title, e.texts FROM \(catalogue.table)
      JOIN search_entry e ON e.noun = \(source.noun.rawValue) AND e.record_id = \(catalogue.id)
      WHERE \(condition) AND \(scope) ORDER BY \(catalogue.id) LIMIT \(most)
      """
    ) { row in
      let id: Int64 = try row(0)
      let texts = RecordTexts(stored: try row(2)).all.filter { fields.contains($0.field) }
      let mayRead = catalogue.fields.first.map { fields.contains($0.name) || !$0.isPersonal } ?? true
      return Record(id: id, title: mayRead ? try row(1) : "\(catalogue.word) \(id)", texts: RecordTexts(texts))
    }
  }
}
