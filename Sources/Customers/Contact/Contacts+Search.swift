import Kernel
import Records
import Store

extension Contacts {
  /// What a contact is found by.
  package static let searchSource = SearchSource(
    .contact, table: "contact",
    fields: [
      SearchField("name", .name), SearchField("email", .address), SearchField("phone", .phone),
      SearchField("key", .key, isPersonal: false), SearchField("postalCode", .words), SearchField("city", .words),
      SearchField("street", .words),
    ]
  ) { condition in
    """
    SELECT id, 'name', trim(first_name || ' ' || last_name) FROM contact WHERE \(condition("id"))
    UNION ALL SELECT contact_id, channel, value FROM contact_point
      WHERE channel IN ('email', 'phone') AND \(condition("contact_id"))
    UNION ALL SELECT contact_id, 'key', external_id FROM contact_key WHERE external_id NOT LIKE 'mailto:%'
      AND external_id NOT LIKE '=%' AND \(condition("contact_id"))
    UNION ALL SELECT id, 'postalCode', postal_code FROM contact WHERE postal_code IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'city', city FROM contact WHERE city IS NOT NULL AND \(condition("id"))
    UNION ALL SELECT id, 'street', street FROM contact WHERE street IS NOT NULL AND \(condition("id"))
    """
  }

  /// Brings what some contacts are found by up to date.
  static func refreshSearch(_ ids: some Sequence<ID<Contact>>, in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, ids.map(\.rawValue), in: tx)
  }
}
