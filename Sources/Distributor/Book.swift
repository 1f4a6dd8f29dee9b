/// A line of an order, or of what came back. Money in euro cents.
struct TradeLine {
  /// 0 for the organisation itself, 1 and up for its sites.
  let place: Int
  /// Counts the account's documents: an order, or a return.
  let document: Int
  let line: Int
  let day: Int
  let product: Int
  /// Below 0 for what came back.
  let quantity: Int
  let list: Int
  let discount: Int
  let cost: Int
  let isReturn: Bool

  var gross: Int { quantity * list }
  var amount: Int { gross - discount }
  var margin: Int { amount - quantity * cost }
}

/// Something counted on one day that serving an account costs.
struct TradeCount {
  let place: Int
  let day: Int
  var visits = 0
  var visitMinutes = 0
  var calls = 0
  var callMinutes = 0
  var deliveries = 0
  var tickets = 0
  var ticketMinutes = 0
  var returns = 0
  var invoice: Int?
  var due: Int?
  var payment: Int?

  init(place: Int, day: Int) {
    self.place = place
    self.day = day
  }

  var minutes: Int { visitMinutes + callMinutes + ticketMinutes }
}

/// All that happened with one account.
struct Book {
  var lines: [TradeLine] = []
  var counts: [TradeCount] = []
  /// Days on which it ordered, ascending.
  var orderDays: [Int] = []
}

/// The cost of one account by activity, in euro cents, and what is left (domain F1).
struct Reckoning {
  var revenue = 0
  var gross = 0
  var margin = 0
  var orderCost = 0
  var lineCost = 0
  var deliveryCost = 0
  var returnCost = 0
  var visitCost = 0
  var callCost = 0
  var ticketCost = 0
  var invoiceCost = 0
  /// What was owed, summed over days.
  var owedDays = 0
  var orders = 0
  var minutes = 0

  /// A year, as part of one.
  static let costOfCapital = 0.08

  var creditCost: Double { Double(owedDays) * Reckoning.costOfCapital / 365 }

  var costToServe: Double {
    Double(orderCost + lineCost + deliveryCost + returnCost + visitCost + callCost + ticketCost + invoiceCost)
      + creditCost
  }

  var contribution: Double { Double(margin) - costToServe }

  init() {}

  /// - Parameters:
  ///   - window: of days of the calendar.
  ///   - place: of one place only; nil for the organisation with its sites.
  init(_ book: Book, _ rates: ActivityRates, window: ClosedRange<Int>, place: Int? = nil) {
    var documents: Set<Int> = []
    for line in book.lines where window.contains(line.day) && (place == nil || line.place == place) {
      revenue += line.amount
      gross += line.gross
      margin += line.margin
      guard !line.isReturn else { continue }
      lineCost += rates.line
      if documents.insert(line.document).inserted { orders += 1 }
    }
    orderCost = orders * rates.order
    for count in book.counts where count.day <= window.upperBound && (place == nil || count.place == place) {
      let daysOwed = window.upperBound - max(count.day, window.lowerBound) + 1
      owedDays += ((count.invoice ?? 0) - (count.payment ?? 0)) * daysOwed
      guard count.day >= window.lowerBound else { continue }
      deliveryCost += count.deliveries * rates.delivery
      returnCost += count.returns * rates.returned
      visitCost += count.visitMinutes * rates.visitMinute
      callCost += count.callMinutes * rates.callMinute
      ticketCost += count.ticketMinutes * rates.ticketMinute
      invoiceCost += count.invoice == nil ? 0 : rates.invoice
      minutes += count.minutes
    }
  }

  /// The best contribution one step of re-engineering would leave: half the visits, calls made elsewhere for three
  /// tenths, half as many and twice as large orders, or discounts of no more than 5 %.
  var bestAfterOneStep: Double {
    let fewerVisits = Double(visitCost) * 0.5
    let cheaperChannel = Double(callCost) * 0.7
    let minimumOrder = Double(orderCost + deliveryCost + invoiceCost) * 0.5
    let newPrice = Double(revenue) < Double(gross) * 0.95 ? Double(gross) * 0.95 - Double(revenue) : 0
    return contribution + max(fewerVisits, cheaperChannel, minimumOrder, newPrice)
  }
}

/// What the order days and amounts of an account say of its risk (domain F26).
struct Signs {
  let isLapsed: Bool
  let isOverdue: Bool
  let isFallingOff: Bool

  /// Overdue above 2 gaps, or the last quarter below half of the three before.
  var isAtRisk: Bool { isOverdue || isFallingOff }

  init(_ book: Book) {
    let days = book.orderDays
    guard let last = days.last else {
      (isLapsed, isOverdue, isFallingOff) = (false, false, false)
      return
    }
    let silent = Calendar.end - last
    let gaps = zip(days.dropFirst(), days).map { Double($0 - $1) }.sorted()
    // Below three gaps, the usual gap of a customer here.
    let usual = gaps.count >= 3 ? (gaps[(gaps.count - 1) / 2] + gaps[gaps.count / 2]) / 2 : 26
    let overdue = Double(silent) / max(1, usual)
    isLapsed = overdue > 3 || silent > 365
    isOverdue = overdue > 2
    var quarters = [0, 0, 0, 0]
    for line in book.lines where line.day > Calendar.end - 364 {
      quarters[min(3, (Calendar.end - line.day) / 91)] += line.amount
    }
    let earlier = Double(quarters[1] + quarters[2] + quarters[3]) / 3
    isFallingOff = earlier > 0 && Double(quarters[0]) < 0.5 * earlier && days[0] <= Calendar.end - 364
  }
}
