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

  /// Brings what some customers are found by up to date.
  static func refreshSearch(_ ids: some Sequence<ID<Customer>>, in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, ids.map(\.rawValue), in: tx)
  }

  /// As `refreshSearch`, for customers whose numbers follow each other.
  static func refreshSearch(_ numbers: Range<Int64>, in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, numbers, in: tx)
  }
}
