import Kernel
import Records
import Store

// What happens to the tables of customers when two of them become one.

extension Customers {
  /// What a merge did to rows of customers, to be taken back.
  struct MovedCustomer: Codable, Sendable {
    struct Key: Codable, Sendable {
      let source: Int64
      let key: String
    }

    var children: [Int64] = []
    /// What stood above the one that stays, where that was the one that went.
    var parent: Int64?
    var wasUnder = false
    var keys: [Key] = []
    /// Names of traits the one that stays had not.
    var traits: [String] = []
  }

  /// Names elsewhere, traits, and who stands under the lost customer.
  package static let mergePart = MergePart(
    "customer", of: .customer, tables: ["customer", "customer_key", "customer_trait"],
    count: { record, tx in
      let sites = try tx.value("SELECT count(*) FROM customer WHERE parent_id = \(record)", as: Int.self) ?? 0
      let keys = try tx.value("SELECT count(*) FROM customer_key WHERE customer_id = \(record)", as: Int.self) ?? 0
      let traits = try tx.value("SELECT count(*) FROM customer_trait WHERE customer_id = \(record)", as: Int.self) ?? 0
      return [
        (sites == 1 ? "site or party under it" : "sites and parties under it", sites),
        (keys == 1 ? "number elsewhere" : "numbers elsewhere", keys), (traits == 1 ? "trait" : "traits", traits),
      ]
    }, move: { try move(from: $0, to: $1, in: $2) }, undo: { try moveBack($0, from: $1, to: $2, in: $3) })

  private static func move(from: Int64, to: Int64, in tx: Transaction) throws -> MovedCustomer {
    var moved = MovedCustomer()
    let above = try tx.value("SELECT parent_id FROM customer WHERE id = \(to)", as: Int64?.self).flatMap { $0 }
    if above == from {
      // The one that stays stood under the one that goes: it takes its place.
      moved.wasUnder = true
      moved.parent = try tx.value("SELECT parent_id FROM customer WHERE id = \(from)", as: Int64?.self).flatMap { $0 }
      try tx.run("UPDATE customer SET parent_id = \(moved.parent) WHERE id = \(to)")
    }
    moved.children = try tx.rows("SELECT id FROM customer WHERE parent_id = \(from) ORDER BY id") { try $0(0) }
    try tx.run("UPDATE customer SET parent_id = \(to) WHERE parent_id = \(from)")
    moved.keys = try tx.rows(
      "SELECT source_id, external_id FROM customer_key WHERE customer_id = \(from) ORDER BY source_id, external_id"
    ) { MovedCustomer.Key(source: try $0(0), key: try $0(1)) }
    try tx.run("UPDATE customer_key SET customer_id = \(to) WHERE customer_id = \(from)")
    moved.traits = try tx.rows(
      """
      SELECT name FROM customer_trait WHERE customer_id = \(from)
        AND name NOT IN (SELECT name FROM customer_trait WHERE customer_id = \(to)) ORDER BY name
      """
    ) { try $0(0) }
    try tx.run(
      "UPDATE customer_trait SET customer_id = \(to) WHERE customer_id = \(from) AND name IN (\(list: moved.traits))")
    try Sources().revise(in: tx)
    return moved
  }

  private static func moveBack(_ moved: MovedCustomer, from: Int64, to: Int64, in tx: Transaction) throws {
    var back = 0
    for key in moved.keys {
      back += try tx.run(
        """
        UPDATE customer_key SET customer_id = \(from)
        WHERE source_id = \(key.source) AND external_id = \(key.key) AND customer_id = \(to)
        """)
    }
    guard back == moved.keys.count else { throw MergePart.gone(moved.keys.count - back, "numbers elsewhere") }
    for trait in moved.traits {
      let found = try tx.run(
        "UPDATE customer_trait SET customer_id = \(from) WHERE customer_id = \(to) AND name = \(trait)")
      guard found == 1 else { throw MergePart.gone(1, "traits") }
    }
    back = 0
    for some in moved.children.chunks(of: 400) {
      back += try tx.run(
        "UPDATE customer SET parent_id = \(from) WHERE parent_id = \(to) AND id IN (\(list: some))")
    }
    guard back == moved.children.count else {
      throw MergePart.gone(moved.children.count - back, "sites and parties under it")
    }
    if moved.wasUnder { try tx.run("UPDATE customer SET parent_id = \(from) WHERE id = \(to)") }
    try Sources().revise(in: tx)
  }
}
