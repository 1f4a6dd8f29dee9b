import Kernel

/// What an assumption is called, what it means, what may be entered.
extension Assumption.Name {
  /// Numbers that are entered together.
  package enum Group: String, Sendable, CaseIterable {
    case future, serving, fixed, strategies, steps, asking

    package var title: String {
      switch self {
      case .future: "Margin and the future"
      case .serving: "What serving costs"
      case .fixed: "Fixed cost and significance"
      case .strategies: "What the strategies cost and bring"
      case .steps: "How serving can be made to pay"
      case .asking: "What asking costs"
      }
    }

    package var hint: String {
      switch self {
      case .future: "How far lifetime value looks, and what money is worth then."
      case .serving: "What one costs you. An empty one is left out, and the contribution says so."
      case .fixed: "What is spent whoever buys: the test of who carries it for the others."
      case .strategies: "With them the board says what a strategy is worth, and what knowing more would bring."
      case .steps: "What is left after the best single step decides between re-engineering and ending."
      case .asking: "What finding out costs for one customer: a missing fact is worth its gain less this."
      }
    }
  }

  package var group: Group {
    switch self {
    case .margin, .annualDiscount, .months, .ceiling, .retention, .costOfCapital: .future
    case .order, .orderLine, .delivery, .return, .visitMinute, .callMinute, .ticketMinute, .ticket, .contact, .coupon,
      .invoice, .dunning, .customisation:
      .serving
    case .fixedCost, .confirmHighValue, .orderMinutes, .orderLineMinutes: .fixed
    case .fitFloor, .acquisitionCost, .winBackRegain, .winBackCost, .protectCost, .protectSaves, .enhanceCost,
      .enhanceWins, .harvestCost, .harvestSaves, .reEngineerCost, .endCost:
      .strategies
    case .stepVisitsKept, .stepCallsKept, .stepOrdersKept, .stepDiscountCeiling: .steps
    case .asking, .askingWallet, .askingRival, .askingHold: .asking
    }
  }

  package var title: String { words.title }
  package var hint: String { words.hint }

  private var words: (title: String, hint: String) {
    switch self {
    case .margin: ("Gross margin", "Of net sales, where the cost of goods is not in the data. 0.25 for 25 %.")
    case .annualDiscount: ("Discount rate of a year", "0.15 for 15 %, unless you enter another.")
    case .months: ("Months ahead", "How far lifetime value looks, 36 unless you enter another.")
    case .ceiling:
      (
        "Spend ceiling",
        "Of a customer's lifetime value that may be spent on keeping it: 0.10 unless you enter another."
      )
    case .retention:
      (
        "Contracts kept for another year",
        "Of customers under contract, where fewer than 30 contracts of a year ago tell it themselves. 0.8 for 80 %."
      )
    case .costOfCapital: ("Cost of capital a year", "What waiting for money costs: 0.08 for 8 %.")
    case .fixedCost: ("Fixed cost a year", "Spread over minutes of capacity in the removal test.")
    case .confirmHighValue: ("Confirm high lifetime value", "1: it needs no person's word. Empty or 0: somebody says.")
    case .orderMinutes:
      ("Minutes an order takes", "Of people's time, where nobody counted it and an order has a price.")
    case .orderLineMinutes: ("Minutes an order line takes", "The same for a line.")
    case .fitFloor: ("Least fit to start", "0 to 100; 60 unless you enter another.")
    case .acquisitionCost: ("Winning one customer", "Taken off what a new customer is expected to be worth.")
    case .winBackRegain:
      ("Chance gained by winning back", "How much likelier a contact makes a return, from a hold-out: 0.15 for 15 %.")
    case .winBackCost: ("One contact to win back", "What it costs.")
    case .stepVisitsKept: ("Visits kept", "Share of the cost of visits left after visiting less: 0.5 for half.")
    case .stepCallsKept: ("Calls kept", "Share of the cost of calls left in a cheaper channel.")
    case .stepOrdersKept: ("Small orders kept", "Share of orders, deliveries and invoices left with a minimum order.")
    case .stepDiscountCeiling: ("Most discount", "Of the list price, after a new price: 0.05 for 5 %.")
    case .protectCost: ("Protecting a customer", "What it costs a year.")
    case .protectSaves: ("Saved by protecting", "Share of the value at risk.")
    case .enhanceCost: ("Enhancing a customer", "What it costs a year.")
    case .enhanceWins: ("Won by enhancing", "Share of what the customer spends elsewhere.")
    case .harvestCost: ("Harvesting a customer", "What it costs a year.")
    case .harvestSaves: ("Saved by harvesting", "Share of the cost to serve.")
    case .reEngineerCost: ("Re-engineering a customer", "What it costs once.")
    case .endCost: ("Ending a customer", "What it costs once.")
    case .asking: ("Any fact", "Where no other is entered.")
    case .askingWallet: ("The wallet", "What it spends with everybody.")
    case .askingRival: ("A competitor", "Whether one was seen.")
    case .askingHold: ("A hold", "Whether a contract or a duty forbids ending.")
    default: (activityTitle, "What one costs you, in money.")
    }
  }

  private var activityTitle: String {
    switch self {
    case .visitMinute: "Minute of a sales visit"
    case .callMinute: "Minute of a call"
    case .ticketMinute: "Minute on a ticket"
    default: activity?.word ?? rawValue
    }
  }

  package var isRate: Bool { activity != nil }

  /// Whether it is money.
  package var isMoney: Bool {
    switch self {
    case .fixedCost, .acquisitionCost, .winBackCost, .protectCost, .enhanceCost, .harvestCost, .reEngineerCost,
      .endCost,
      .asking, .askingWallet, .askingRival, .askingHold:
      true
    default: isRate
    }
  }

  /// The activity whose rate it is.
  package var activity: CostActivity? {
    switch self {
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
    default: nil
    }
  }

  var isPerMinute: Bool { [.visitMinute, .callMinute, .ticketMinute].contains(self) }

  /// What may be entered.
  package var range: ClosedRange<Double> {
    switch self {
    case .margin: -1...1
    case .annualDiscount, .costOfCapital: 0...10
    case .months: 1...240
    case .ceiling, .retention, .confirmHighValue, .winBackRegain, .stepVisitsKept, .stepCallsKept, .stepOrdersKept,
      .stepDiscountCeiling,
      .protectSaves, .enhanceWins, .harvestSaves:
      0...1
    case .fitFloor: 0...100
    case .orderMinutes, .orderLineMinutes: 0...10_000
    case .fixedCost: 0...1_000_000_000_000
    default: 0...1_000_000
    }
  }
}
