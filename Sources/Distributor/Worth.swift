/// What every account is worth, by the process that made it.
struct Worth {
  /// The trailing 365 days, by account.
  let years: [Reckoning]
  let signs: [Signs]
  /// Euro cents expected over 36 months.
  let expected: [Double]
  /// What a leaver would be worth if it came back; the same as expected for the others.
  let ifAlive: [Double]
  /// 0 for the customer with the highest expected value to nearly 1 for the lowest, among all who ever bought; nil
  /// for those who never did.
  let rank: [Double?]

  static let months = 36
  /// 1.15 to the power of 1/12.
  static let monthlyDiscount = 1.0117149169198534
  static let acquisitionCost = 120_000.0

  init(_ history: History) {
    let accounts = history.accounts
    let numbers = Array(accounts.indices)
    years = numbers.map { history.reckoning($0) }
    signs = numbers.map { Signs(history.books[$0]) }
    let whole = numbers.map { history.reckoning($0, window: 0...Calendar.end) }
    let alive = numbers.map { Worth.ifAlive(accounts[$0], whole[$0]) }
    ifAlive = alive
    expected = numbers.map { accounts[$0].isLeaver ? 0 : alive[$0] }
    let values = expected
    let buyers = numbers.filter { !accounts[$0].isProspect }.sorted { (values[$0], $1) > (values[$1], $0) }
    var rank = [Double?](repeating: nil, count: numbers.count)
    for (place, number) in buyers.enumerated() { rank[number] = Double(place) / Double(buyers.count) }
    self.rank = rank
  }

  /// Euro cents over the 36 months for an account that is there: rate of purchase, times the margin of an order after
  /// all it causes, as it was on the long run, times the years it may be expected to stay.
  static func ifAlive(_ account: Account, _ whole: Reckoning) -> Double {
    let years = years(hazard: account.hazard)
    guard !account.isProspect else {
      return account.rate * (account.size * 100 * 0.24 - 3_500) * years - acquisitionCost
    }
    return whole.orders > 0 ? account.rate * whole.contribution / Double(whole.orders) * years : 0
  }

  /// Discounted years of buying within the 36 months, when a customer leaves with this chance a month.
  static func years(hazard: Double) -> Double {
    var (staying, discount, sum) = (1.0, 1.0, 0.0)
    for _ in 0..<months {
      // Orders fall over the month, leaving too: half of either.
      discount *= monthlyDiscount
      sum += staying * (1 - hazard / 2) / discount / 12
      staying *= 1 - hazard
    }
    return sum
  }
}
