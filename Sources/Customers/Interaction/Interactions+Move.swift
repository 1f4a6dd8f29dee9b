import Kernel
import Store

/// What a merge moved, by the numbers of the rows, so that it can be moved back.
package struct MovedInteractions: Sendable, Codable {
  var interactions: [Int64] = []
  var participants: [Int64] = []
}

// Merges.
extension Interactions {
  /// What was said with one customer was said with another.
  package static func move(
    customer from: ID<Customer>, to: ID<Customer>, in tx: Transaction
  ) throws -> MovedInteractions {
    var moved = MovedInteractions()
    moved.interactions = try tx.rows("SELECT id FROM interaction WHERE customer_id = \(from) ORDER BY id") { try $0(0) }
    try tx.run("UPDATE interaction SET customer_id = \(to) WHERE customer_id = \(from)")
    return moved
  }

  package static func undo(_ moved: MovedInteractions, customer from: ID<Customer>, in tx: Transaction) throws {
    for chunk in moved.interactions.chunks(of: 400) {
      try tx.run("UPDATE interaction SET customer_id = \(from) WHERE id IN (\(list: chunk))")
    }
  }

  package static func move(
    contact from: ID<Contact>, to: ID<Contact>, in tx: Transaction
  ) throws -> MovedInteractions {
    var moved = MovedInteractions()
    moved.interactions = try tx.rows("SELECT id FROM interaction WHERE contact_id = \(from) ORDER BY id") { try $0(0) }
    moved.participants = try tx.rows(
      "SELECT interaction_id FROM interaction_participant WHERE contact_id = \(from) ORDER BY interaction_id"
    ) { try $0(0) }
    try tx.run("UPDATE interaction SET contact_id = \(to) WHERE contact_id = \(from)")
    try tx.run("UPDATE interaction_participant SET contact_id = \(to) WHERE contact_id = \(from)")
    return moved
  }

  package static func undo(
    _ moved: MovedInteractions, contact from: ID<Contact>, to: ID<Contact>, in tx: Transaction
  ) throws {
    for chunk in moved.interactions.chunks(of: 400) {
      try tx.run("UPDATE interaction SET contact_id = \(from) WHERE id IN (\(list: chunk))")
    }
    for chunk in moved.participants.chunks(of: 400) {
      try tx.run(
        """
        UPDATE interaction_participant SET contact_id = \(from)
        WHERE contact_id = \(to) AND interaction_id IN (\(list: chunk))
        """)
    }
  }
}
