import Kernel

extension PurchaseLog {
  /// Histories in discrete time for BG/BB: from each customer's first day on, whole periods are opportunities, and
  /// one with at least one order is an opportunity taken. Customers without a whole period behind them are left out.
  public func opportunities(until: Day, unit: TimeUnit) throws -> PurchaseHistories {
    var rows: [PurchaseHistory] = []
    for customer in 0..<customerCount {
      let range = starts[customer]..<starts[customer + 1]
      guard let start = range.first, days[start] <= until.number else { continue }
      let passed = (Double(until.number - days[start]) / unit.days).rounded(.down)
      guard passed >= 1 else { continue }
      var (taken, last) = (0, 0.0)
      for order in range.dropFirst() {
        let opportunity = (Double(days[order] - days[start]) / unit.days).rounded(.up)
        guard opportunity <= passed else { break }
        if opportunity > last {
          taken += 1
          last = opportunity
        }
      }
      rows.append(PurchaseHistory(trusted: taken, last, passed))
    }
    guard !rows.isEmpty else {
      throw Problem(
        .invalid, field: "until", "Nobody has been a customer for a whole \(unit.rawValue) by \(until).",
        mend: "Give a shorter unit or a later day.")
    }
    return PurchaseHistories(rows, unit: unit)
  }
}
