import Kernel
import Store

extension Catalogue {
  /// The fields of some records as an actor may read them, by record; what they may not see is not there.
  package func values(
    of records: [Int64], for actor: Actor, in tx: Transaction
  ) throws -> [Int64: [String: FieldValue]] {
    guard !records.isEmpty, actor.may(.see, noun) else { return [:] }
    let readable = fields(for: actor)
    let columns = Statement.joined(readable.map(\.value), separator: ", ", or: "NULL")
    let scope = try scope(actor, .see)
    var found: [Int64: [String: FieldValue]] = [:]
    try tx.each("SELECT \(id), \(columns) FROM \(table) WHERE \(id) IN (\(list: records)) AND \(scope)") { row in
      var values: [String: FieldValue] = [:]
      for (place, field) in readable.enumerated() {
        values[field.name] = try FieldValue(row(place + 1, as: Value.self), field.kind)
      }
      found[try row(0)] = values
    }
    return found
  }

  /// Which of some records lie in the bin where an actor may see them.
  package func binned(of records: [Int64], for actor: Actor, in tx: Transaction) throws -> Set<Int64> {
    guard let binned, !records.isEmpty, actor.may(.see, noun) else { return [] }
    let scope = try binned(actor)
    return Set(
      try tx.rows("SELECT \(id) FROM \(table) WHERE \(id) IN (\(list: records)) AND \(scope)") {
        try $0(0, as: Int64.self)
      })
  }
}
