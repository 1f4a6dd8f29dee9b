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

  /// The customer of a number of ours, or of a name in a feed, as people type it into a field.
  func named(_ text: String, field: String, for actor: Actor) async throws -> Customer {
    if let found = try await find(externalKey: text, for: actor) { return found }
    guard let id = ID<Customer>(text: text), let found = try? await find(id, for: actor) else {
      throw Problem(
        .invalid, field: field, "There is no customer “\(text.prefix(60))”.",
        mend: "Write its number in the feed, or the number at the end of its address.")
    }
    return found
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
