import Kernel
import Store

/// The systems that facts come from, and the revision of the facts as a whole.
package struct Sources: Sendable {
  package init() {}

  /// The source of a name; nil when there is none.
  package func known(_ name: String, in tx: Transaction) throws -> Source? {
    try tx.first("SELECT id, name FROM source WHERE name = \(name)") { try Source(id: $0("id"), name: $0("name")) }
  }

  /// The source of a name, made when it is new.
  package func named(_ name: String, at now: Instant, in tx: Transaction) throws -> Source {
    if let found = try known(name, in: tx) { return found }
    let source = Source(id: try tx.newID(), name: name)
    try tx.run("INSERT INTO source (id, name, created_at) VALUES (\(source.id), \(name), \(now))")
    return source
  }

  /// A number that grows with every change of the facts; what was computed from one revision stays true for it.
  package func revision(in tx: Transaction) throws -> Int64 {
    try tx.value("SELECT number FROM facts_revision WHERE one = 1", as: Int64.self) ?? 0
  }

  /// Says that facts change in this transaction.
  package func revise(in tx: Transaction) throws {
    try tx.run("UPDATE facts_revision SET number = number + 1 WHERE one = 1")
  }
}
