import Kernel

/// A number that a person enters because the data have none: what figures rest on it say so.
package struct Assumption: Sendable, Equatable, Codable {
  /// What is assumed. Money is entered in major units of the company's currency, shares as fractions.
  package enum Name: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case margin, annualDiscount, months, ceiling, costOfCapital
    case order, orderLine, delivery, `return`, visitMinute, callMinute, ticketMinute, ticket, contact, coupon, invoice
    case dunning, customisation
  }

  package let name: Name
  package let since: Day
  /// nil: it was taken back.
  package let value: Double?
  package let by: String
  package let at: Instant
}

extension Assumption.Name {
  package var title: String {
    switch self {
    case .margin: "Gross margin"
    case .annualDiscount: "Discount rate of a year"
    case .months: "Months ahead"
    case .ceiling: "Spend ceiling"
    case .costOfCapital: "Cost of capital a year"
    case .order: "Order taken"
    case .orderLine: "Order line picked"
    case .delivery: "Delivery"
    case .return: "Return"
    case .visitMinute: "Minute of a sales visit"
    case .callMinute: "Minute of a call"
    case .ticketMinute: "Minute on a ticket"
    case .ticket: "Ticket"
    case .contact: "Campaign contact"
    case .coupon: "Coupon handled"
    case .invoice: "Invoice"
    case .dunning: "Dunning step"
    case .customisation: "Customisation"
    }
  }

  package var hint: String {
    switch self {
    case .margin: "Of net sales, where the cost of goods is not in the data. 0.25 for 25 %."
    case .annualDiscount: "0.15 for 15 %, unless you enter another."
    case .months: "How far lifetime value looks, 36 unless you enter another."
    case .ceiling: "Of a customer's lifetime value that may be spent on keeping it: 0.10 unless you enter another."
    case .costOfCapital: "What waiting for money costs: 0.08 for 8 %."
    default: "What one costs you, in money."
    }
  }

  package var isRate: Bool { activity != nil }

  /// The activity whose rate it is.
  package var activity: CostActivity? {
    switch self {
    case .margin, .annualDiscount, .months, .ceiling, .costOfCapital: nil
    case .order: .order
    case .orderLine: .orderLine
    case .delivery: .delivery
    case .return: .return
    case .visitMinute: .visit
    case .callMinute: .call
    case .ticketMinute, .ticket: .ticket
    case .contact: .contact
    case .coupon: .coupon
    case .invoice: .invoice
    case .dunning: .dunning
    case .customisation: .customisation
    }
  }

  var isPerMinute: Bool { [.visitMinute, .callMinute, .ticketMinute].contains(self) }

  /// What may be entered.
  package var range: ClosedRange<Double> {
    switch self {
    case .margin: -1...1
    case .annualDiscount, .costOfCapital: 0...10
    case .months: 1...240
    case .ceiling: 0...1
    default: 0...1_000_000
    }
  }
}

/// The assumptions in force on a day.
package struct AssumptionSet: Sendable, Equatable, Hashable {
  package private(set) var values: [Assumption.Name: Double]

  package init(_ values: [Assumption.Name: Double] = [:]) { self.values = values }

  package subscript(name: Assumption.Name) -> Double? { values[name] }

  /// - Throws: `Problem` naming the rate that cannot be used.
  package func rates(in currency: Currency) throws -> CostRates {
    var rates: [CostActivity: ActivityRate] = [:]
    for (name, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let activity = name.activity else { continue }
      // A ticket costs by its minutes where a minute has a price, by the piece else.
      if name == .ticket, values[.ticketMinute] != nil { continue }
      let minor = value * Double(currency.minorPerMajor)
      rates[activity] = name.isPerMinute ? .perMinute(minor) : .perPiece(minor)
    }
    return try CostRates(rates: rates, costOfCapital: self[.costOfCapital], defaultMargin: self[.margin])
  }

  /// What is asked of lifetime value under these assumptions.
  package var lifetimeValue: LifetimeValueQuestion {
    var question = LifetimeValueQuestion(margin: self[.margin])
    if let months = self[.months] { question.months = Int(months.rounded()) }
    if let discount = self[.annualDiscount] { question.annualDiscount = discount }
    if let ceiling = self[.ceiling] { question.ceiling = ceiling }
    return question
  }
}
