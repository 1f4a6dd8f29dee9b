/// Lets one account buy, return, ask and pay for four years.
struct Trading {
  let seed: UInt64
  let catalogue: Catalogue

  /// - Parameters:
  ///   - number: of the account, which picks its streams of chance.
  ///   - attempt: another course of events for the same account.
  func book(of account: Account, number: Int, attempt: Int) -> Book {
    var book = Book()
    if !account.isProspect { order(account, number, attempt, &book) }
    attend(account, number, attempt, &book)
    return book
  }

  // Orders.

  private func order(_ account: Account, _ number: Int, _ attempt: Int, _ book: inout Book) {
    var draw = Draw(seed: seed, .orders, part: number, attempt: attempt)
    var range = assortment(account, &draw)
    var waiting = account.adoptions[...]
    let stop = min(account.left ?? Calendar.end, Calendar.end)
    let gap = 365 / account.rate
    let regularity = account.isLarge || account.isGiant ? 10 : 4
    var moment = Double(account.since) + (account.part == .taster ? 0 : gap * draw.uniform())
    while moment < Double(stop + 1) {
      let day = Calendar.workingDay(Int(moment))
      moment += max(1, gap * draw.wait(regularity: regularity))
      guard day > book.orderDays.last ?? -1, day <= stop else { continue }
      var wanted: [Int] = []
      while let next = waiting.first, next.day <= day {
        wanted.append(next.product)
        waiting.removeFirst()
      }
      if !account.isBenchmark, draw.happens(0.012) { wanted += [draw.pick(catalogue.established) ?? 0] }
      wanted.removeAll { range.contains($0) }
      range += wanted
      place(account, day, range, wanted, &draw, &book)
    }
  }

  /// The established articles it buys, by the taste of its segment and at prices it can order at.
  private func assortment(_ account: Account, _ draw: inout Draw) -> [Int] {
    let taste = catalogue.segments[account.segment].taste
    let scored = catalogue.established.map { index in
      let category = catalogue.categories.firstIndex(of: catalogue.products[index].category) ?? 0
      let dear = Double(catalogue.products[index].listPrices[0]) > account.size * 30
      return (index, (dear ? 1e-6 : 1) * taste[category] / -Elementary.log(draw.uniform()))
    }
    return scored.sorted { ($0.1, $0.0) > ($1.1, $1.0) }.prefix(draw.whole(7...13)).map(\.0)
  }

  private func place(
    _ account: Account, _ day: Int, _ range: [Int], _ wanted: [Int], _ draw: inout Draw, _ book: inout Book
  ) {
    let year = Calendar.yearIndex(day)
    let place = account.sites == 0 ? 0 : draw.whole(0...account.sites)
    let falling = account.isDeclining && day > Calendar.end - 96 ? 0.22 : 1
    let spread = account.isLarge || account.isGiant ? 0.45 : 0.6
    let target =
      account.size * 100 * falling * (1 + 0.03 * Double(year))
      * draw.around(Elementary.exp(-spread * spread / 2), spread: spread)
    let count = min(range.count, draw.whole(1...4))
    let chosen = wanted + draw.shuffled(range.filter { !wanted.contains($0) }).prefix(max(0, count - wanted.count))
    let document = book.orderDays.count * 2
    var rest = target
    for (line, product) in chosen.enumerated() {
      let article = catalogue.products[product]
      let part = rest / Double(chosen.count - line) * (line == chosen.count - 1 ? 1 : draw.between(0.6, 1.4))
      let percent = min(45, max(0, account.discount + draw.whole(-1...1)))
      let price = Double(article.listPrices[year]) * (1 - Double(percent) / 100)
      let quantity = max(1, Int((part / price).rounded()))
      let gross = quantity * article.listPrices[year]
      book.lines.append(
        TradeLine(
          place: place, document: document, line: line + 1, day: day, product: product, quantity: quantity,
          list: article.listPrices[year], discount: (gross * percent + 50) / 100, cost: article.unitCosts[year],
          isReturn: false))
      rest -= Double(quantity) * price
    }
    book.orderDays.append(day)
    settle(account, day, Array(book.lines.suffix(chosen.count)), &draw, &book)
  }

  // Delivery, invoice, payment, return.

  private func settle(_ account: Account, _ day: Int, _ lines: [TradeLine], _ draw: inout Draw, _ book: inout Book) {
    guard let first = lines.first else { return }
    let amount = lines.reduce(0) { $0 + $1.amount }
    var sent = TradeCount(place: first.place, day: Calendar.workingDay(day + draw.whole(0...2)))
    sent.deliveries = lines.count > 2 && draw.happens(0.15) ? 2 : 1
    sent.invoice = amount
    sent.due = sent.day + account.terms
    book.counts.append(sent)
    let lateness = max(-6, account.late * draw.between(0.3, 1.7) - 2)
    let paid = sent.day + account.terms + Int(lateness)
    let credit = draw.happens(account.returns) ? bringBack(first, paid, &draw, &book) : 0
    guard paid <= Calendar.end else { return }
    var payment = TradeCount(place: first.place, day: Calendar.workingDay(paid))
    payment.payment = amount - credit
    book.counts.append(payment)
  }

  /// Part of a line comes back and is stocked again; what was not yet paid for is credited.
  private func bringBack(_ line: TradeLine, _ paid: Int, _ draw: inout Draw, _ book: inout Book) -> Int {
    let day = Calendar.workingDay(line.day + draw.whole(5...18))
    let share = draw.between(0.2, 1)
    guard day > line.day, day < Calendar.end else { return 0 }
    let quantity = max(1, Int(Double(line.quantity) * share))
    let discount = line.discount * quantity / line.quantity
    let back = TradeLine(
      place: line.place, document: line.document + 1, line: 1, day: day, product: line.product, quantity: -quantity,
      list: line.list, discount: -discount, cost: line.cost, isReturn: true)
    book.lines.append(back)
    var count = TradeCount(place: line.place, day: day)
    count.returns = 1
    let isCredited = day < paid
    if isCredited { count.payment = -back.amount }
    book.counts.append(count)
    return isCredited ? -back.amount : 0
  }

  // Visits, calls, tickets.

  private func attend(_ account: Account, _ number: Int, _ attempt: Int, _ book: inout Book) {
    let from = account.isProspect ? Calendar.end - 300 : max(0, account.since - 10)
    let to = min(Calendar.end, (account.left ?? Calendar.end) + 10)
    guard to > from else { return }
    let years = Double(to - from + 1) / 365
    func times(_ perYear: Double, _ purpose: Draw.Purpose, _ add: (inout TradeCount, inout Draw) -> Void) {
      var draw = Draw(seed: seed, purpose, part: number, attempt: attempt)
      let count = draw.count(mean: perYear * years)
      for index in 0..<count {
        // Spread over the time with some play, as visits are planned.
        let share = (Double(index) + draw.uniform()) / Double(count)
        let day = Calendar.workingDay(from + Int(share * Double(to - from)))
        var made = TradeCount(place: account.sites == 0 ? 0 : draw.whole(0...account.sites), day: day)
        add(&made, &draw)
        book.counts.append(made)
      }
    }
    times(account.visits, .visits) { made, draw in
      made.visits = 1
      made.visitMinutes = max(10, Int(draw.around(account.visitMinutes, spread: 0.25)))
    }
    times(account.calls, .calls) { made, draw in
      made.calls = 1
      made.callMinutes = max(1, Int(draw.around(account.callMinutes, spread: 0.4)))
    }
    times(account.tickets, .tickets) { made, draw in
      made.tickets = 1
      made.ticketMinutes = max(2, Int(draw.around(account.ticketMinutes, spread: 0.5)))
    }
  }
}
