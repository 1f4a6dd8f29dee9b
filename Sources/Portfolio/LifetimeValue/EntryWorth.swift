import Analytics
import Customers
import Kernel

/// Turns what a model says of a customer's future sales into what the customer is worth.
struct EntryWorth {
  struct Worth {
    var mean: Double?
    var low: Double?
    var high: Double?
    var margin: CustomerMargins.Margin?
    /// What a contract is expected to bring in each month, not discounted; empty without one.
    var months: [Double] = []
  }

  private let question: LifetimeValueQuestion
  private let margins: CustomerMargins?
  private let contracts: Contracts
  private let asOf: Day
  private let scale: Double
  private let kept: (rate: ContractualValue, low: ContractualValue, high: ContractualValue)?

  init(
    _ question: LifetimeValueQuestion, margins: CustomerMargins?, contracts: Contracts, asOf: Day, scale: Double
  ) throws {
    self.question = question
    self.margins = margins
    self.contracts = contracts
    self.asOf = asOf
    self.scale = scale
    kept = try contracts.retention.map { retention in
      func value(_ rate: Double) throws -> ContractualValue {
        try ContractualValue(retention: rate, annualDiscount: question.annualDiscount)
      }
      return (try value(retention.rate), try value(retention.low), try value(retention.high))
    }
  }

  /// - Parameters:
  ///   - sales: what the model of buying expects, discounted, with the ends of its interval, in major units.
  ///   - year: minor units of the last 365 days.
  func value(of customer: ID<Customer>, sales: Double?, low: Double?, high: Double?, year: Int64) -> Worth {
    let margin = margins?[customer]
    let rate = margin?.rate ?? 1
    if let contract = contracts.running[customer], let kept {
      let yearly = Double(max(0, year)) / scale * rate
      let months = horizon(contract)
      let ends = [kept.low, kept.high].map { $0.value(yearlyMargin: yearly, months: months) }.sorted()
      return Worth(
        mean: kept.rate.value(yearlyMargin: yearly, months: months),
        low: ends.first, high: ends.last, margin: margin,
        months: kept.rate.months(yearlyMargin: yearly, count: months))
    }
    let ends = [low, high].compactMap { $0.map { $0 * rate } }.sorted()
    return Worth(
      mean: sales.map { $0 * rate }, low: ends.count == 2 ? ends.first : nil, high: ends.count == 2 ? ends.last : nil,
      margin: margin)
  }

  /// Contracts of two years and more are looked at for five, unless somebody entered how far to look.
  private func horizon(_ contract: Contracts.Contract) -> Int {
    let isEntered = question.assumptions[.months] != nil || question.months != LifetimeValueQuestion().months
    return !isEntered && (contract.months ?? 0) >= 24 ? 60 : question.months
  }
}

extension [Double] {
  /// Adds element by element; the longer of the two says how many there are.
  mutating func add(_ others: [Double]) {
    if others.count > count { self += [Double](repeating: 0, count: others.count - count) }
    for (place, other) in others.enumerated() { self[place] += other }
  }
}

/// What a customer bought up to a day and after it.
struct PastSales {
  var minor: Int64 = 0
  /// Of the last 365 days.
  var year: Int64 = 0
  var later: Int64 = 0
  var lastOrder = Day(Int32.min)

  init(_ ledger: PurchaseLedger, _ position: Int, asOf: Day) {
    let yearAgo = asOf.adding(days: -365)
    for entry in ledger.entries(of: position) {
      let (day, amount) = (Day(ledger.days[entry]), ledger.minor[entry])
      guard day <= asOf else {
        later = later.addingReportingOverflow(amount).partialValue
        continue
      }
      minor = minor.addingReportingOverflow(amount).partialValue
      if day > yearAgo { year = year.addingReportingOverflow(amount).partialValue }
      if !ledger.isReturn[entry] { lastOrder = max(lastOrder, day) }
    }
  }
}
