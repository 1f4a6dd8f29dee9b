import Kernel

/// A made-up company that sells supplies to other companies: about 400 organisations and four years of trade with
/// them, from one seed. Nothing in it is real, and every file says so.
///
/// An account is an organisation with its sites: orders and counts are booked on the organisation or on a site, and
/// what is true of an account holds for all its places together. An organisation within a group is an account of its
/// own. Equal seeds give equal bytes on every machine.
package struct DistributorCompany: Sendable {
  package let seed: UInt64
  package let asOf: Day
  package let articles: [Article]
  package let parties: [DistributorParty]
  /// By day, then order, then line.
  package let purchases: [PurchaseRow]
  /// By day, then customer.
  package let drivers: [DriverRow]
  package let observations: [Observation]
  package let rates: ActivityRates
  package let settings: [CompanySetting]
  package let capacity: [CapacityPool]
  package let truth: DistributorTruth

  package init(seed: UInt64) {
    self.seed = seed
    asOf = Calendar.asOf
    let catalogue = Catalogue(seed: seed)
    let history = History(seed: seed, catalogue: catalogue)
    let register = Register(seed: seed, accounts: history.accounts, catalogue.segments)
    let worth = Worth(history)
    let significance = Significance(history, worth)
    var notebook = Notebook(codes: register.codes.map { $0[0] })
    let wallets = Wallets(
      seed: seed, history, worth, significant: significance.kinds.map { !$0.isEmpty }, &notebook)
    _ = Standing(seed: seed, history, &notebook)
    let voices = Voices(seed: seed, history, worth, &notebook)
    notebook.finish()
    truth = DistributorTruth(
      seed: seed, history, worth, significance, wallets, benefit: voices.benefit, codes: register.codes,
      fits: register.fits)
    articles = catalogue.products
    parties = register.parties
    observations = notebook.rows
    rates = catalogue.rates
    purchases = PurchaseRow.rows(history.books, register.codes, catalogue.products)
    drivers = DriverRow.rows(history.books, register.codes)
    capacity = CapacityPool.pools(catalogue.rates, history.books)
    settings = CompanySetting.all(fixedCost: significance.fixedCost)
  }
}

/// A line of an order, or of a return. Money in euro cents; `amount` is quantity times list price less discount.
package struct PurchaseRow: Sendable, Equatable {
  package let customer: String
  package let order: String
  package let line: Int
  package let date: Day
  package let product: String
  /// Below 0 for a return, whose goods go back on the shelf at their cost.
  package let quantity: Int
  package let amount: Int
  package let listPrice: Int
  package let discount: Int
  package let unitCost: Int
  package let isReturn: Bool

  static func rows(_ books: [Book], _ codes: [[String]], _ articles: [Article]) -> [PurchaseRow] {
    var keyed: [(day: Int, account: Int, line: TradeLine)] = []
    for (account, book) in books.enumerated() {
      for line in book.lines { keyed.append((line.day, account, line)) }
    }
    keyed.sort {
      ($0.day, $0.account, $0.line.document, $0.line.line) < ($1.day, $1.account, $1.line.document, $1.line.line)
    }
    var rows: [PurchaseRow] = []
    rows.reserveCapacity(keyed.count)
    var (orders, last) = (0, (-1, -1))
    for (day, account, line) in keyed {
      if (account, line.document) != last {
        orders += 1
        last = (account, line.document)
      }
      rows.append(
        PurchaseRow(
          customer: codes[account][line.place], order: (line.isReturn ? "R" : "B") + CSVText.padded(orders, 6),
          line: line.line, date: Calendar.day(day), product: articles[line.product].code, quantity: line.quantity,
          amount: line.amount, listPrice: line.list, discount: line.discount, unitCost: line.cost,
          isReturn: line.isReturn))
    }
    return rows
  }
}

/// What was counted with a customer on a day. Invoices and payments in euro cents.
package struct DriverRow: Sendable, Equatable {
  package let customer: String
  package let date: Day
  package let visits: Int
  package let visitMinutes: Int
  package let calls: Int
  package let callMinutes: Int
  package let deliveries: Int
  package let tickets: Int
  package let ticketMinutes: Int
  package let returns: Int
  package let invoice: Int?
  package let due: Day?
  /// Money that came in, or what a return was credited with.
  package let payment: Int?

  static func rows(_ books: [Book], _ codes: [[String]]) -> [DriverRow] {
    var keyed: [(day: Int, account: Int, place: Int, row: Int)] = []
    for (account, book) in books.enumerated() {
      for (row, count) in book.counts.enumerated() { keyed.append((count.day, account, count.place, row)) }
    }
    keyed.sort { $0 < $1 }
    return keyed.map { key in
      let count = books[key.account].counts[key.row]
      return DriverRow(
        customer: codes[key.account][key.place], date: Calendar.day(key.day), visits: count.visits,
        visitMinutes: count.visitMinutes, calls: count.calls, callMinutes: count.callMinutes,
        deliveries: count.deliveries, tickets: count.tickets, ticketMinutes: count.ticketMinutes,
        returns: count.returns, invoice: count.invoice, due: count.due.map(Calendar.day), payment: count.payment)
    }
  }
}

/// A number that the owner of the company has entered.
package struct CompanySetting: Sendable, Equatable {
  package let name: String
  package let value: String
  package let unit: String
  package let note: String

  static func all(fixedCost: Int) -> [CompanySetting] {
    let rows: [(String, String, String, String)] = [
      ("asOf", Calendar.asOf.description, "day", "last day of the files"),
      ("window", "365", "days", "trailing window of contribution and cost to serve"),
      ("costOfCapital", "0.08", "share a year", "of what is owed on average"),
      ("annualDiscount", "0.15", "share a year", "of future profit"), ("months", "36", "months", "of expected value"),
      ("fixedCost", String(fixedCost), "EUR a year", "spread over minutes of capacity"),
      ("winBackRegain", "0.15", "chance", "gained by a win-back contact over leaving alone"),
      ("winBackCost", "120", "EUR", "of one win-back contact"),
      ("acquisitionCost", "1200", "EUR", "of winning one customer"), ("fitFloor", "60", "points", "for a start"),
      ("stepVisitsKept", "0.5", "share", "fewer visits"), ("stepCallsKept", "0.3", "share", "cheaper channel"),
      ("stepOrdersKept", "0.5", "share", "minimum order: orders, deliveries and invoices"),
      ("stepDiscountCeiling", "0.05", "share", "re-price: of the list price"),
    ]
    return rows.map { CompanySetting(name: $0.0, value: $0.1, unit: $0.2, note: $0.3) }
  }
}

/// Minutes that people can give in a year, and what they cost. Money in euro cents.
package struct CapacityPool: Sendable, Equatable {
  package let pool: String
  package let paidMinutes: Int
  /// 80 % of those paid.
  package let practicalMinutes: Int
  package let cost: Int

  static func pools(_ rates: ActivityRates, _ books: [Book]) -> [CapacityPool] {
    var used = [0, 0, 0]
    for book in books {
      for count in book.counts where Calendar.year.contains(count.day) {
        used[0] += count.visitMinutes
        used[1] += count.callMinutes
        used[2] += count.ticketMinutes
      }
    }
    let costs = [rates.visitMinute, rates.callMinute, rates.ticketMinute]
    return zip(["visit", "call", "ticket"], zip(used, costs)).map { pool, numbers in
      // Whole thousands of practical minutes, an eighth or more of them unused.
      let practical = (numbers.0 * 9 / 8 / 4_000 + 1) * 4_000
      return CapacityPool(
        pool: pool, paidMinutes: practical / 4 * 5, practicalMinutes: practical, cost: practical * numbers.1)
    }
  }
}
