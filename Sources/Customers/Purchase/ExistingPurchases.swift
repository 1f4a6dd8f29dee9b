import Kernel
import Store

/// What the store already has of the orders in a batch.
struct ExistingPurchases {
  struct Line: Codable {
    let customer: ID<Customer>
    let day: Day
    let purchase: ID<Purchase>
    let line: Int
    let product: ID<Product>?
    let quantity: Double?
    let minor: Int64
    let listMinor: Int64?
    let unitCostMinor: Int64?
    let discountMinor: Int64?
    let couponMinor: Int64?
    let matchMinor: Int64?
    let externalLine: String?
    let content: Int64
  }

  struct Found {
    let id: ID<Purchase>
    let customer: ID<Customer>
    let day: Day
    let at: Instant?
    let kind: Purchase.Kind
    let name: String?
    let minor: Int64
    let lineCount: Int
    let cancelledAt: Instant?
    var lines: [Line] = []

    var former: FormerPurchase {
      FormerPurchase(
        id: id, customer: customer, day: day, at: at, minor: minor, lines: lineCount, cancelledAt: cancelledAt)
    }
    /// The number the next line gets.
    var nextLine: Int { (lines.map(\.line).max() ?? 0) + 1 }
  }

  /// A purchase as it was before an import changed it.
  struct FormerPurchase: Codable {
    let id: ID<Purchase>
    let customer: ID<Customer>
    let day: Day
    let at: Instant?
    let minor: Int64
    let lines: Int
    let cancelledAt: Instant?
  }

  private var found: [Found] = []
  private var named: [String: Int] = [:]
  private var unnamed: [[Int64]: Int] = [:]

  init(of orders: [PurchaseMerge.Order], source: ID<Source>, in tx: Transaction) throws {
    let columns: Statement = "id, customer_id, day, at, kind, external_id, value_minor, lines, cancelled_at"
    for chunk in orders.compactMap(\.name).chunks(of: 400) {
      try tx.each(
        "SELECT \(columns) FROM purchase WHERE source_id = \(source) AND external_id IN (\(list: chunk))"
      ) { add(try Found(row: $0)) }
    }
    let days = orders.filter { $0.name == nil }.map(\.day)
    if let first = days.min(), let last = days.max() {
      let customers = Set(orders.filter { $0.name == nil }.map(\.customer)).sorted()
      for chunk in customers.chunks(of: 400) {
        try tx.each(
          """
          SELECT \(columns) FROM purchase WHERE customer_id IN (\(list: chunk)) AND day BETWEEN \(first) AND \(last)
            AND source_id = \(source) AND external_id IS NULL
          """
        ) { add(try Found(row: $0)) }
      }
    }
    try readLines(in: tx)
  }

  private mutating func add(_ purchase: Found) {
    if let name = purchase.name {
      named["\(purchase.kind.rawValue) \(name)"] = found.count
    } else {
      unnamed[ExistingPurchases.key(purchase.customer, purchase.day, purchase.kind)] = found.count
    }
    found.append(purchase)
  }

  private mutating func readLines(in tx: Transaction) throws {
    var positions: [ID<Purchase>: Int] = [:]
    for (position, purchase) in found.enumerated() { positions[purchase.id] = position }
    for chunk in Array(found.indices).chunks(of: 200) {
      let customers = Set(chunk.map { found[$0].customer }).sorted()
      let purchases = chunk.map { found[$0].id }
      try tx.each(
        """
        SELECT customer_id, day, purchase_id, line, product_id, quantity, amount_minor, list_minor,
          unit_cost_minor, discount_minor,
          coupon_minor, match_minor, external_line, content
        FROM purchase_line WHERE customer_id IN (\(list: customers)) AND purchase_id IN (\(list: purchases))
        ORDER BY customer_id, day, purchase_id, line
        """
      ) { row in
        let line = try Line(row: row)
        if let position = positions[line.purchase] { found[position].lines.append(line) }
      }
    }
  }

  func purchase(of order: PurchaseMerge.Order) -> Found? {
    let position =
      if let name = order.name {
        named["\(order.kind.rawValue) \(name)"]
      } else {
        unnamed[ExistingPurchases.key(order.customer, order.day, order.kind)]
      }
    return position.map { found[$0] }
  }

  /// The purchase of the same name and the other kind.
  func counterpart(of order: PurchaseMerge.Order) -> Found? {
    let other: Purchase.Kind = order.kind == .order ? .return : .order
    return order.name.flatMap { named["\(other.rawValue) \($0)"] }.map { found[$0] }
  }

  /// The order a return of that name belongs to.
  func order(named name: String?) -> ID<Purchase>? {
    name.flatMap { named["order \($0)"] }.map { found[$0].id }
  }

  private static func key(_ customer: ID<Customer>, _ day: Day, _ kind: Purchase.Kind) -> [Int64] {
    [customer.rawValue, Int64(day.number), kind == .order ? 0 : 1]
  }
}

extension ExistingPurchases.Found {
  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), day: row("day"), at: row("at"), kind: row("kind"),
      name: row("external_id"), minor: row("value_minor"), lineCount: row("lines"), cancelledAt: row("cancelled_at"))
  }
}

extension ExistingPurchases.Line {
  init(row: Row) throws {
    try self.init(
      customer: row("customer_id"), day: row("day"), purchase: row("purchase_id"), line: row("line"),
      product: row("product_id"), quantity: row("quantity"), minor: row("amount_minor"), listMinor: row("list_minor"),
      unitCostMinor: row("unit_cost_minor"),
      discountMinor: row("discount_minor"), couponMinor: row("coupon_minor"), matchMinor: row("match_minor"),
      externalLine: row("external_line"),
      content: row("content"))
  }
}
