/// The books of all accounts: each account's course is drawn until it shows what its part means, so that what the truth
/// says of an account can be seen in its data.
struct History {
  private(set) var accounts: [Account]
  private(set) var books: [Book]
  let catalogue: Catalogue
  private let trading: Trading

  init(seed: UInt64, catalogue: Catalogue) {
    self.catalogue = catalogue
    accounts = Casting(seed: seed, catalogue: catalogue).accounts
    books = accounts.map { _ in Book() }
    trading = Trading(seed: seed, catalogue: catalogue)
    for number in accounts.indices where !accounts[number].isGiant { live(number) }
    raiseGiants(seed: seed)
  }

  func reckoning(_ number: Int, window: ClosedRange<Int> = Calendar.year, place: Int? = nil) -> Reckoning {
    Reckoning(books[number], catalogue.rates, window: window, place: place)
  }

  private mutating func live(_ number: Int) {
    var fallback: (Account, Book)?
    for attempt in 0..<60 {
      var account = accounts[number]
      let book = tuned(&account, number, attempt)
      if shows(account, book) {
        (accounts[number], books[number]) = (account, book)
        return
      }
      if fallback == nil { fallback = (account, book) }
    }
    if let fallback { (accounts[number], books[number]) = fallback }
  }

  /// Whether the year shows what the part means.
  private func shows(_ account: Account, _ book: Book) -> Bool {
    let year = Reckoning(book, catalogue.rates, window: Calendar.year)
    let signs = Signs(book)
    // With fewer gaps there is no rhythm of its own to judge it by.
    guard book.orderDays.count >= 4 || account.isProspect || account.part == .taster else { return false }
    switch account.part {
    case .prospect, .unfitProspect: return true
    case .taster:
      return (1...4).contains(book.orderDays.count) && signs.isLapsed && regain(account, book) < 0.5
    case .leftWorth: return signs.isLapsed && year.contribution >= 0 && regain(account, book) > 1.8
    case .leftSlight: return signs.isLapsed && year.contribution >= 0 && regain(account, book) < 0.5
    case .leftUnseen: return !signs.isLapsed && year.contribution > 5_000
    case .lossByVisits, .lossByOrders, .lossByDiscount:
      return !signs.isLapsed && year.contribution < -6_000 && year.bestAfterOneStep > 6_000
    case .hopeless: return !signs.isLapsed && year.contribution < -50_000 && year.bestAfterOneStep < -30_000
    case .volume:
      return !signs.isLapsed && year.contribution > 0 && year.contribution < 0.025 * Double(year.revenue)
    case .ordinary, .magnet, .hungryGiant:
      guard !signs.isLapsed, year.contribution > 8_000 else { return false }
      if account.isDeclining { return signs.isFallingOff && !signs.isOverdue }
      let isWatched = account.isLarge || account.isBenchmark || account.isInspiration || account.isGiant
      return !isWatched && account.size < 800 || !signs.isAtRisk
    }
  }

  /// What trying to win a lapsed customer back would bring, over what it costs.
  private func regain(_ account: Account, _ book: Book) -> Double {
    let whole = Reckoning(book, catalogue.rates, window: 0...Calendar.end)
    return StrategyFacts.regainChance * Worth.ifAlive(account, whole) / StrategyFacts.winBackCost
  }

  /// Sets what the part fixes only in relation to what the account buys: visits that eat the margin, and discounts and
  /// visits that leave a large buyer nearly nothing.
  private func tuned(_ account: inout Account, _ number: Int, _ attempt: Int) -> Book {
    func made() -> (Book, Reckoning) {
      let book = trading.book(of: account, number: number, attempt: attempt)
      return (book, Reckoning(book, catalogue.rates, window: Calendar.year))
    }
    let perVisit = account.visitMinutes * Double(catalogue.rates.visitMinute)
    switch account.part {
    case .lossByVisits:
      account.visits = 0
      let before = max(20_000, made().1.contribution)
      account.visits = 1.4 * before / perVisit
    case .volume:
      for _ in 0..<6 {
        let year = made().1
        let spare = year.contribution - 0.012 * Double(year.revenue)
        if spare < 0, account.visits + spare / perVisit < 6 {
          account.discount -= 1
        } else if account.visits + spare / perVisit > 70 {
          account.discount += 1
        } else {
          account.visits += spare / perVisit
        }
      }
    default: break
    }
    return made().0
  }

  /// Gives the giants their shares of the contribution and of the time, once all others are known.
  private mutating func raiseGiants(seed: UInt64) {
    var draw = Draw(seed: seed, .casting, part: 1)
    let others = accounts.indices.filter { !accounts[$0].isGiant }.map { reckoning($0) }
    let earned = others.reduce(0) { $0 + max(0, $1.contribution) }
    let spent = Double(others.reduce(0) { $0 + $1.minutes })
    let giants = accounts.indices.filter { accounts[$0].isGiant }
    let shares = giants.map { accounts[$0].part == .magnet ? draw.between(0.058, 0.072) : draw.between(0.056, 0.062) }
    let times = giants.indices.map { place in
      shares[place] * (accounts[giants[place]].part == .magnet ? draw.between(0.4, 0.58) : draw.between(1.4, 1.7))
    }
    let left = 1 - shares.reduce(0, +)
    let timeLeft = 1 - times.reduce(0, +)
    for (place, number) in giants.enumerated() {
      raise(number, contribution: earned * shares[place] / left, minutes: spent * times[place] / timeLeft)
    }
  }

  private mutating func raise(_ number: Int, contribution: Double, minutes: Double) {
    accounts[number].size = 20_000
    for attempt in 0..<8 {
      var account = accounts[number]
      let planned = account.calls * account.callMinutes + account.tickets * account.ticketMinutes
      account.visitMinutes = account.part == .magnet ? 75 : 130
      account.visits = max(4, (minutes - planned) / account.visitMinutes)
      for _ in 0..<4 {
        let book = trading.book(of: account, number: number, attempt: attempt)
        let year = Reckoning(book, catalogue.rates, window: Calendar.year)
        (accounts[number], books[number]) = (account, book)
        if abs(year.contribution - contribution) < 0.02 * contribution, shows(account, book) { return }
        account.size *= min(4, max(0.3, (contribution + year.costToServe) / max(1, Double(year.margin))))
      }
    }
  }
}
