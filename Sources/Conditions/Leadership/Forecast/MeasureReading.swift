import Customers
import Kernel

/// Reads from the purchases what came of a forecast: one function for each measure.
package struct MeasureReading: Sendable {
  let ledger: PurchaseLedger
  let minorPerMajor: Double

  package init(_ ledger: PurchaseLedger, currency: Currency) {
    self.ledger = ledger
    minorPerMajor = Double(currency.minorPerMajor)
  }

  /// What the data say of a measure.
  /// - Parameter members: ascending.
  /// - Returns: nil where purchases alone do not tell, or where there is nothing to take a share of.
  package func actual(_ measure: Measure, of members: [ID<Customer>], in window: Period) -> Double? {
    switch measure {
    case .repeatOrders: Double(repeatOrders(of: members, in: window))
    case .orders: Double(orders(of: members, in: window))
    case .sales: sales(of: members, in: window)
    case .salesShare: salesShare(of: members, in: window)
    case .buyers: Double(buyers(of: members, in: window))
    case .retention: members.isEmpty ? nil : Double(buyers(of: members, in: window)) / Double(members.count)
    case .contribution: nil
    case .totalSales: totalSales(in: window)
    }
  }

  package func repeatOrders(of members: [ID<Customer>], in window: Period) -> Int {
    var count = 0
    each(members) { position in
      var last: Int32?
      for entry in ledger.entries(of: position) where !ledger.isReturn[entry] {
        let day = ledger.days[entry]
        if last != nil, day != last, window.contains(Day(day)) { count += 1 }
        last = day
      }
    }
    return count
  }

  package func orders(of members: [ID<Customer>], in window: Period) -> Int {
    var count = 0
    each(members) { position in
      var last: Int32?
      for entry in ledger.entries(of: position) where !ledger.isReturn[entry] {
        let day = ledger.days[entry]
        if day != last, window.contains(Day(day)) { count += 1 }
        last = day
      }
    }
    return count
  }

  package func buyers(of members: [ID<Customer>], in window: Period) -> Int {
    var count = 0
    each(members) { position in
      let bought = ledger.entries(of: position).contains {
        !ledger.isReturn[$0] && window.contains(Day(ledger.days[$0]))
      }
      if bought { count += 1 }
    }
    return count
  }

  package func sales(of members: [ID<Customer>], in window: Period) -> Double {
    var minor = 0.0
    each(members) { position in
      for entry in ledger.entries(of: position) where window.contains(Day(ledger.days[entry])) {
        minor += Double(ledger.minor[entry])
      }
    }
    return minor / minorPerMajor
  }

  package func totalSales(in window: Period) -> Double {
    ledger.days.indices.reduce(0.0) { sum, entry in
      window.contains(Day(ledger.days[entry])) ? sum + Double(ledger.minor[entry]) : sum
    } / minorPerMajor
  }

  package func salesShare(of members: [ID<Customer>], in window: Period) -> Double? {
    let all = totalSales(in: window)
    return all > 0 ? sales(of: members, in: window) / all : nil
  }

  /// The positions in the ledger of those who bought anything at all; both lists ascend.
  private func each(_ members: [ID<Customer>], _ body: (Int) -> Void) {
    var position = 0
    for member in members {
      while position < ledger.customers.count, ledger.customers[position] < member { position += 1 }
      guard position < ledger.customers.count else { return }
      if ledger.customers[position] == member { body(position) }
    }
  }
}
