import Kernel
import Records
import Store

extension Customers {
  /// What a customer is found by.
  package static let searchSource = SearchSource(
    .customer, table: "customer",
    fields: [
      SearchField("name", .name), SearchField("email", .address), SearchField("phone", .phone),
      SearchField("website", .address), SearchField("key", .key, isPersonal: false),
      SearchField("postalCode", .words), SearchField("city", .words), SearchField("street", .words),
    ]
  ) { condition in
    """
    SELECT id, 'name', name FROM customer WHERE \(condition("id"))
    UNION ALL SELECT id, 'email', email FROM customer WHERE email IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'phone', phone FROM customer WHERE phone IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'website', website FROM customer WHERE website IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'postalCode', postal_code FROM customer WHERE postal_code IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'city', city FROM customer WHERE city IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'street', street FROM customer WHERE street IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT customer_id, 'key', external_id FROM customer_key WHERE \(condition("customer_id"))
    """
  }

  /// Which numbers are tried first where a text could be one of ours and one of a feed; `#17` is always one of ours.
  package enum NumberOrder { case feedFirst, oursFirst }

  /// The customer that people name in a field: by a number of ours, by one in a feed, or by the whole name.
  /// - Throws: `Problem` naming the field, when there is no such customer, or several have the name.
  package func named(
    _ text: String, field: String, _ order: NumberOrder = .feedFirst, for actor: Actor
  ) async throws -> Customer {
    let isOurs = text.utf8.first == UInt8(ascii: "#")
    func ours() async throws -> Customer? {
      guard let id = ID<Customer>(text: isOurs ? String(text.dropFirst()) : text) else { return nil }
      return try? await find(id, for: actor)
    }
    if order == .oursFirst || isOurs, let found = try await ours() { return found }
    if !isOurs, let found = try await find(externalKey: text, for: actor) { return found }
    if let found = try await ours() { return found }
    if let found = try await called(text, field: field, for: actor) { return found }
    throw Problem(
      .invalid, field: field, "There is no customer “\(text.prefix(60))”.",
      mend: "Write its whole name, its number in the feed, or the number at the end of its address.")
  }

  /// As a number of ours what names a customer in a form; nil and empty texts stay.
  func number(_ text: String?, field: String, for actor: Actor) async throws -> String? {
    guard let text, !text.isEmpty, ID<Customer>(text: text) == nil else { return text }
    return "\(try await named(text, field: field, .oursFirst, for: actor).id)"
  }

  /// The only customer of a name.
  private func called(_ name: String, field: String, for actor: Actor) async throws -> Customer? {
    let scope = try Customers.scope(actor)
    guard actor.knowsCustomers else { return nil }
    let found = try await database.read { tx in
      try tx.rows(
        "SELECT \(Customers.columns) FROM customer c WHERE c.folded = \(Text.folded(name)) AND \(scope) LIMIT 2",
        Customer.init(row:))
    }
    guard found.count < 2 else {
      throw Problem(
        .invalid, field: field, "Several customers are called “\(name.prefix(60))”.",
        mend: "Write the number at the end of its address.")
    }
    return found.first?.shown(to: actor)
  }

  /// Brings what some customers are found by up to date.
  static func refreshSearch(_ ids: some Sequence<ID<Customer>>, in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, ids.map(\.rawValue), in: tx)
  }

  /// As `refreshSearch`, for customers whose numbers follow each other.
  static func refreshSearch(_ numbers: Range<Int64>, in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, numbers, in: tx)
  }
}
