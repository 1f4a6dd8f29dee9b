import Kernel
import Store

/// What a merge moved, by the numbers of the rows, so that it can be moved back.
package struct MovedContacts: Sendable, Codable {
  var roles: [Int64] = []
  var mains: [Int64] = []
  var keys: [Key] = []
  var points: [Point] = []

  struct Key: Sendable, Codable {
    let source: Int64
    let key: String
  }

  struct Point: Sendable, Codable {
    let channel: Contact.Point.Channel
    let folded: String
  }
}

// Merges.
extension Contacts {
  /// Everybody of one customer becomes everybody of another.
  package static func move(
    customer from: ID<Customer>, to: ID<Customer>, in tx: Transaction
  ) throws -> MovedContacts {
    var moved = MovedContacts()
    moved.roles = try tx.rows("SELECT id FROM contact_role WHERE customer_id = \(from) ORDER BY id") { try $0(0) }
    try tx.run("UPDATE contact_role SET customer_id = \(to) WHERE customer_id = \(from)")
    // The one who stays keeps its main contact; without one, that of the other is taken.
    guard try tx.first("SELECT 1 FROM main_contact WHERE customer_id = \(to)") == nil else { return moved }
    moved.mains = try tx.rows("SELECT id FROM main_contact WHERE customer_id = \(from) ORDER BY id") { try $0(0) }
    try tx.run("UPDATE main_contact SET customer_id = \(to) WHERE customer_id = \(from)")
    return moved
  }

  package static func undo(_ moved: MovedContacts, customer from: ID<Customer>, in tx: Transaction) throws {
    for chunk in moved.roles.chunks(of: 400) {
      try tx.run("UPDATE contact_role SET customer_id = \(from) WHERE id IN (\(list: chunk))")
    }
    for chunk in moved.mains.chunks(of: 400) {
      try tx.run("UPDATE main_contact SET customer_id = \(from) WHERE id IN (\(list: chunk))")
    }
  }

  /// One contact becomes another: roles, names elsewhere, addresses and numbers that the other has not.
  package static func move(contact from: ID<Contact>, to: ID<Contact>, in tx: Transaction) throws -> MovedContacts {
    var moved = MovedContacts()
    moved.roles = try tx.rows("SELECT id FROM contact_role WHERE contact_id = \(from) ORDER BY id") { try $0(0) }
    moved.mains = try tx.rows("SELECT id FROM main_contact WHERE contact_id = \(from) ORDER BY id") { try $0(0) }
    moved.keys = try tx.rows("SELECT source_id, external_id FROM contact_key WHERE contact_id = \(from)") {
      MovedContacts.Key(source: try $0(0), key: try $0(1))
    }
    moved.points = try tx.rows(
      """
      SELECT p.channel, p.folded FROM contact_point p WHERE p.contact_id = \(from)
        AND NOT EXISTS (SELECT 1 FROM contact_point q WHERE q.contact_id = \(to) AND q.channel = p.channel
          AND q.folded = p.folded) ORDER BY p.place, p.channel, p.folded
      """
    ) { MovedContacts.Point(channel: try $0(0), folded: try $0(1)) }
    try tx.run("UPDATE contact_role SET contact_id = \(to) WHERE contact_id = \(from)")
    try tx.run("UPDATE main_contact SET contact_id = \(to) WHERE contact_id = \(from)")
    try tx.run("UPDATE contact_key SET contact_id = \(to) WHERE contact_id = \(from)")
    for point in moved.points {
      try tx.run(
        """
        UPDATE contact_point SET contact_id = \(to), place = place + 100
        WHERE contact_id = \(from) AND channel = \(point.channel) AND folded = \(point.folded)
        """)
    }
    return moved
  }

  package static func undo(
    _ moved: MovedContacts, contact from: ID<Contact>, to: ID<Contact>, in tx: Transaction
  ) throws {
    for chunk in moved.roles.chunks(of: 400) {
      try tx.run("UPDATE contact_role SET contact_id = \(from) WHERE id IN (\(list: chunk))")
    }
    for chunk in moved.mains.chunks(of: 400) {
      try tx.run("UPDATE main_contact SET contact_id = \(from) WHERE id IN (\(list: chunk))")
    }
    for key in moved.keys {
      try tx.run(
        "UPDATE contact_key SET contact_id = \(from) WHERE source_id = \(key.source) AND external_id = \(key.key)")
    }
    for point in moved.points {
      try tx.run(
        """
        UPDATE contact_point SET contact_id = \(from), place = place - 100
        WHERE contact_id = \(to) AND channel = \(point.channel) AND folded = \(point.folded)
        """)
    }
  }
}
