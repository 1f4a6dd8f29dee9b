import Kernel
import Store

/// What a batch of purchases writes, gathered so that the store takes it in few statements.
struct PurchaseWrites {
  let source: ID<Source>
  let importID: Int64
  let now: Instant
  let products: [String: ID<Product>]

  private var orders: [(order: PurchaseMerge.Order, of: ID<Purchase>?)] = []
  private var appended: [(row: PurchaseArrival, purchase: ExistingPurchases.Found, line: Int)] = []
  private var nextLine: [ID<Purchase>: Int] = [:]
  private var corrected: [(old: ExistingPurchases.Line, row: PurchaseArrival)] = []
  private var updated: [Update] = []

  /// What a purchase becomes.
  private struct Update {
    let purchase: ExistingPurchases.Found
    let day: Day
    let at: Instant?
    let minor: Int64
    let lines: Int
    let cancelledAt: Instant?
  }

  init(source: ID<Source>, importID: Int64, now: Instant, products: [String: ID<Product>]) {
    self.source = source
    self.importID = importID
    self.now = now
    self.products = products
  }

  mutating func add(_ order: PurchaseMerge.Order, of original: ID<Purchase>?) { orders.append((order, original)) }

  mutating func append(_ row: PurchaseArrival, to purchase: ExistingPurchases.Found) {
    let line = nextLine[purchase.id] ?? purchase.nextLine
    nextLine[purchase.id] = line + 1
    appended.append((row, purchase, line))
  }

  mutating func correct(_ old: ExistingPurchases.Line, with row: PurchaseArrival, in purchase: ExistingPurchases.Found)
  {
    corrected.append((old, row))
  }

  mutating func update(
    _ purchase: ExistingPurchases.Found, day: Day, at: Instant?, minor: Int64, lines: Int, cancelledAt: Instant?
  ) {
    updated.append(
      Update(purchase: purchase, day: day, at: at, minor: minor, lines: lines, cancelledAt: cancelledAt))
  }

  private static let lineColumns: [StaticString] = [
    "customer_id", "day", "purchase_id", "line", "product_id", "quantity", "amount_minor", "list_minor",
    "unit_cost_minor", "discount_minor", "coupon_minor", "match_minor", "external_line", "content", "import_id",
  ]

  func flush(in tx: Transaction) throws {
    try addOrders(in: tx)
    var rest = appended.makeIterator()
    try tx.insert(into: "purchase_line", Self.lineColumns) {
      rest.next().map { values($0.row, $0.purchase.customer, $0.purchase.day, $0.purchase.id, $0.line) }
    }
    for (old, row) in corrected {
      try tx.run(
        """
        UPDATE purchase_line SET product_id = \(row.product.flatMap { products[$0] }), quantity = \(row.quantity),
          amount_minor = \(row.minor), list_minor = \(row.listMinor),
          unit_cost_minor = \(row.unitCostMinor), discount_minor = \(row.discountMinor),
          coupon_minor = \(row.couponMinor), match_minor = \(row.matchMinor), external_line = \(row.lineKey), content = \(row.content)
        WHERE customer_id = \(old.customer) AND day = \(old.day) AND purchase_id = \(old.purchase) AND line = \(old.line)
        """)
    }
    for change in updated {
      let purchase = change.purchase
      try tx.run(
        """
        UPDATE purchase SET day = \(change.day), at = \(change.at), value_minor = \(change.minor),
          lines = \(change.lines), cancelled_at = \(change.cancelledAt)
        WHERE customer_id = \(purchase.customer) AND day = \(purchase.day) AND id = \(purchase.id)
        """)
      guard change.day != purchase.day else { continue }
      try tx.run(
        """
        UPDATE purchase_line SET day = \(change.day)
        WHERE customer_id = \(purchase.customer) AND day = \(purchase.day) AND purchase_id = \(purchase.id)
        """)
    }
  }

  private func addOrders(in tx: Transaction) throws {
    let numbers = try tx.newIDs(orders.count)
    var ids: [String: Int64] = [:]
    for ((order, _), number) in zip(orders, numbers) where order.kind == .order {
      if let name = order.name { ids[name] = number }
    }
    var next = zip(orders, numbers).makeIterator()
    try tx.insert(
      into: "purchase",
      [
        "customer_id", "day", "id", "at", "kind", "source_id", "external_id", "of_purchase_id", "value_minor", "lines",
        "cancelled_at", "import_id",
      ]
    ) {
      try next.next().map { entry, number in
        let order = entry.order
        let original = order.kind == .return ? entry.of?.rawValue ?? order.name.flatMap { ids[$0] } : nil
        return [
          order.customer.stored, order.day.stored, .int(number), order.at.stored, order.kind.stored, source.stored,
          order.name.stored, original.stored, .int(try order.total()), .int(Int64(order.rows.count)),
          order.cancelled ? now.stored : .null, .int(importID),
        ]
      }
    }
    var order = zip(orders, numbers).makeIterator()
    var current = order.next()
    var line = 0
    try tx.insert(into: "purchase_line", Self.lineColumns) {
      while let (entry, number) = current {
        if line < entry.order.rows.count {
          defer { line += 1 }
          let row = entry.order.rows[line]
          return values(row, entry.order.customer, entry.order.day, ID(number), line + 1)
        }
        current = order.next()
        line = 0
      }
      return nil
    }
  }

  private func values(
    _ row: PurchaseArrival, _ customer: ID<Customer>, _ day: Day, _ purchase: ID<Purchase>, _ line: Int
  ) -> [Value] {
    [
      customer.stored, day.stored, purchase.stored, .int(Int64(line)), row.product.flatMap { products[$0] }.stored,
      row.quantity.stored, .int(row.minor), row.listMinor.stored, row.unitCostMinor.stored,
      row.discountMinor.stored, row.couponMinor.stored,
      row.matchMinor.stored, row.lineKey.stored, .int(row.content), .int(importID),
    ]
  }
}

extension PurchaseMerge.Order {
  /// The sum of its rows in minor units.
  func total() throws -> Int64 {
    try rows.reduce(0) { sum, row in
      let (next, overflow) = sum.addingReportingOverflow(row.minor)
      guard !overflow else { throw Problem(.invalid, field: "amount", "The order's total is too large to keep.") }
      return next
    }
  }
}
