import Kernel
import Store

/// Takes one batch of purchase lines into the store, so that rows seen before change nothing, rows that correct what is
/// there correct it, and the rest is added.
///
/// A batch holds whole orders: every row of an order that the file has, and every row of a customer where orders have no
/// names. Rows of an order are matched to the lines it has first by their whole content, then by the line's name or
/// product; what is left over is new.
package struct PurchaseMerge {
  /// How a batch ended, in rows of the file.
  package struct Tally: Sendable, Equatable {
    package var loaded = 0
    package var merged = 0
    /// Of the merged rows, those that changed what was there.
    package var corrected = 0
    package var rejects: [Reject] = []
    package var orders = 0
    package var first: Day?
    package var last: Day?
  }

  package struct Reject: Sendable, Equatable {
    package let line: Int
    package let field: String
    package let reason: String
  }

  let source: ID<Source>
  let importID: Int64
  let now: Instant
  let ordersAreNew: Bool

  /// - Parameter ordersAreNew: the caller holds that the store has no order of these names yet; where that is wrong,
  ///   taking the batch ends with a conflict.
  package init(source: ID<Source>, importID: Int64, now: Instant, ordersAreNew: Bool = false) {
    self.source = source
    self.importID = importID
    self.now = now
    self.ordersAreNew = ordersAreNew
  }

  /// An order of the batch, before and after it is compared with the store.
  struct Order {
    let customer: ID<Customer>
    var day: Day
    var at: Instant?
    let kind: Purchase.Kind
    let name: String?
    var rows: [PurchaseArrival]
    var cancelled = false
    var confirmed = false
  }

  package func take(
    _ batch: [PurchaseArrival], customers: [String: ID<Customer>], products: [String: ID<Product>],
    changes: inout ChangeLog, in tx: Transaction
  ) throws -> Tally {
    var tally = Tally()
    let orders = grouped(batch, customers, &tally)
    let known = ordersAreNew ? orders.filter { $0.name == nil } : orders
    let existing = try ExistingPurchases(of: known, source: source, in: tx)
    var writes = PurchaseWrites(source: source, importID: importID, now: now, products: products)
    for order in orders { try compare(order, existing, &writes, &tally, &changes) }
    try writes.flush(in: tx)
    tally.orders = orders.count
    tally.first = batch.map(\.day).min()
    tally.last = batch.map(\.day).max()
    return tally
  }

  /// The batch as orders, in the order the store keeps them.
  private func grouped(
    _ batch: [PurchaseArrival], _ customers: [String: ID<Customer>], _ tally: inout Tally
  ) -> [Order] {
    var named: [String: Int] = [:]
    var unnamed: [UnnamedKey: Int] = [:]
    var orders: [Order] = []
    // Beside what was bought a negative row is a discount; an order of nothing else is a return.
    let bought = Set(batch.lazy.filter { $0.standing != .returned && $0.minor >= 0 }.compactMap(\.order))
    for row in batch {
      guard let customer = customers[row.customer] else { continue }
      let isReturn = row.standing == .returned || (row.minor < 0 && !(row.order.map(bought.contains) ?? false))
      let kind: Purchase.Kind = isReturn ? .return : .order
      var position: Int?
      if let name = row.order {
        position = named[isReturn ? name + "\u{1}" : name]
      } else {
        position = unnamed[UnnamedKey(customer: customer, day: row.day, kind: kind)]
      }
      if let position {
        guard orders[position].customer == customer else {
          tally.rejects.append(
            Reject(line: row.line, field: "order", reason: "Order \(row.order ?? "") belongs to another customer."))
          continue
        }
        orders[position].add(row)
        continue
      }
      if let name = row.order {
        named[isReturn ? name + "\u{1}" : name] = orders.count
      } else {
        unnamed[UnnamedKey(customer: customer, day: row.day, kind: kind)] = orders.count
      }
      var order = Order(customer: customer, day: row.day, at: row.at, kind: kind, name: row.order, rows: [])
      order.add(row)
      orders.append(order)
    }
    return orders.sorted { ($0.customer, $0.day, $0.name ?? "") < ($1.customer, $1.day, $1.name ?? "") }
  }

  private struct UnnamedKey: Hashable {
    let customer: ID<Customer>
    let day: Day
    let kind: Purchase.Kind
  }

  /// Compares one order of the file with what the store has of it.
  private func compare(
    _ order: Order, _ existing: ExistingPurchases, _ writes: inout PurchaseWrites, _ tally: inout Tally,
    _ changes: inout ChangeLog
  ) throws {
    let order = order.without(existing.counterpart(of: order)?.lines ?? [], &tally)
    guard !order.rows.isEmpty else { return }
    guard let found = existing.purchase(of: order) else {
      let original = order.kind == .return ? existing.order(named: order.name) : nil
      writes.add(order, of: original)
      let loaded = order.rows.count { $0.line > 0 }
      tally.loaded += loaded
      if loaded == 0, original != nil { tally.corrected += 1 }
      return
    }
    guard found.customer == order.customer else {
      for row in order.rows where row.line > 0 {
        tally.rejects.append(
          Reject(line: row.line, field: "order", reason: "Order \(order.name ?? "") belongs to another customer."))
      }
      return
    }
    var lines = found.lines
    var left: [PurchaseArrival] = []
    for row in order.rows {
      if let same = lines.firstIndex(where: { $0.content == row.content }) {
        lines.remove(at: same)
        tally.merged += row.line > 0 ? 1 : 0
      } else {
        left.append(row)
      }
    }
    var total = found.minor
    var count = found.lineCount
    for row in left {
      if order.name != nil, let old = correctable(row, among: &lines, writes.products) {
        try changes.record("purchase_line", old)
        writes.correct(old, with: row, in: found)
        total = total.addingReportingOverflow(row.minor &- old.minor).partialValue
        tally.merged += row.line > 0 ? 1 : 0
        tally.corrected += 1
      } else {
        writes.append(row, to: found)
        total = total.addingReportingOverflow(row.minor).partialValue
        count += 1
        if row.line > 0 { tally.loaded += 1 } else { tally.corrected += 1 }
      }
    }
    let cancelledAt = order.cancelled ? found.cancelledAt ?? now : order.confirmed ? nil : found.cancelledAt
    // A day is corrected by a file that has every line of the order; one that has a few of them may be a supplement.
    let isWhole = order.name != nil && lines.isEmpty
    let (day, at) = isWhole ? (order.day, order.at) : (found.day, found.at)
    guard !left.isEmpty || cancelledAt != found.cancelledAt || day != found.day else { return }
    try changes.record("purchase", found.former)
    if left.isEmpty { tally.corrected += 1 }
    writes.update(found, day: day, at: at, minor: total, lines: count, cancelledAt: cancelledAt)
  }

  /// The line a row corrects: the one of its name, else of its product, else the only one there is.
  private func correctable(
    _ row: PurchaseArrival, among lines: inout [ExistingPurchases.Line], _ products: [String: ID<Product>]
  ) -> ExistingPurchases.Line? {
    let position: Int?
    if let key = row.lineKey {
      position = lines.firstIndex { $0.externalLine == key }
    } else if let product = row.product.flatMap({ products[$0] }) {
      position = lines.firstIndex { $0.externalLine == nil && $0.product == product }
    } else {
      position = lines.firstIndex { $0.externalLine == nil && $0.product == nil }
    }
    return position.map { lines.remove(at: $0) }
  }
}

extension PurchaseMerge.Order {
  mutating func add(_ row: PurchaseArrival) {
    rows.append(row)
    if row.standing == .cancelled { cancelled = true }
    if row.standing == .confirmed { confirmed = true }
    if row.day < day { (day, at) = (row.day, row.at) }
  }

  /// Without the negative rows that another file told under the other kind: a refund that came alone one day and beside
  /// its order the next.
  func without(_ lines: [ExistingPurchases.Line], _ tally: inout PurchaseMerge.Tally) -> Self {
    var (rest, lines) = (self, lines)
    rest.rows = rows.filter { row in
      guard row.minor < 0, let same = lines.firstIndex(where: { $0.content == row.content }) else { return true }
      lines.remove(at: same)
      tally.merged += row.line > 0 ? 1 : 0
      return false
    }
    return rest
  }
}
