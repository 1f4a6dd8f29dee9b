/// Who is what: the organisations with their parts, before anything happens.
struct Casting {
  private(set) var accounts: [Account] = []

  init(seed: UInt64, catalogue: Catalogue) {
    var draw = Draw(seed: seed, .casting)
    for segment in catalogue.segments.indices {
      for _ in 0..<draw.whole(82...86) { accounts.append(Account(part: .ordinary, segment: segment)) }
      for _ in 0..<draw.whole(2...3) { accounts.append(Account(part: .prospect, segment: segment)) }
    }
    for segment in draw.shuffled(Array(catalogue.segments.indices)).prefix(draw.whole(2...3)) {
      accounts.append(Account(part: .unfitProspect, segment: segment))
    }
    giveParts(&draw)
    for index in accounts.indices { giveHabits(index, &draw) }
    for index in accounts.indices { giveService(index, &draw) }
    giveMarks(&draw)
    adopt(seed: seed, catalogue)
  }

  private mutating func giveParts(_ draw: inout Draw) {
    var free = draw.shuffled(accounts.indices.filter { accounts[$0].part == .ordinary })
    let large = free.count / 5
    func take(_ count: Int) -> ArraySlice<Int> {
      let taken = free.suffix(count)
      free.removeLast(count)
      return taken
    }
    let parts: [(Account.Part, Int)] = [
      (.magnet, draw.whole(2...3)), (.hungryGiant, 1), (.volume, draw.whole(5...7)),
      (.lossByVisits, draw.whole(6...8)), (.lossByOrders, draw.whole(3...5)), (.lossByDiscount, draw.whole(3...5)),
      (.hopeless, draw.whole(5...7)), (.leftWorth, draw.whole(22...28)), (.leftSlight, draw.whole(7...9)),
      (.taster, draw.whole(16...20)), (.leftUnseen, draw.whole(2...3)),
    ]
    for (part, count) in parts {
      for index in take(count) { accounts[index].part = part }
    }
    for index in take(large) { accounts[index].isLarge = true }
    for index in take(free.count * 3 / 10) { accounts[index].isCasual = true }
  }

  /// How much and how often it buys, since when and until when.
  private mutating func giveHabits(_ index: Int, _ draw: inout Draw) {
    var account = accounts[index]
    let rhythm = (0..<4).reduce(0.0) { sum, _ in sum - Elementary.log(draw.uniform()) } / 4
    account.rate = min(34, max(account.isLarge ? 8 : 6, (account.isLarge ? 13 : 15) * rhythm))
    account.size =
      account.isLarge
      ? min(7_500, max(1_700, draw.around(2_700, spread: 0.5))) : min(1_150, max(240, draw.around(430, spread: 0.5)))
    account.hazard = min(0.02, draw.around(0.0025, spread: account.isLarge ? 0.3 : 1))
    account.discount = draw.whole(2...11)
    account.since = draw.happens(0.62) ? draw.whole(0...40) : draw.whole(60...(account.isLarge ? 1_150 : 1_300))
    if account.isCasual {
      (account.rate, account.since) = (draw.between(1.6, 5), draw.whole(0...300))
    }
    let gap = 365 / account.rate
    switch account.part {
    case .magnet, .hungryGiant:
      (account.since, account.rate, account.discount) = (draw.whole(0...20), draw.between(11, 15), draw.whole(6...9))
      account.hazard = 0.002
    case .volume:
      (account.since, account.rate, account.discount) = (draw.whole(0...40), draw.between(12, 18), draw.whole(18...20))
      account.size = draw.between(3_600, 6_000)
    case .lossByVisits: account.size = draw.between(300, 700)
    case .lossByOrders:
      (account.rate, account.size) = (draw.between(38, 55), draw.between(70, 85))
    case .lossByDiscount:
      (account.discount, account.size) = (draw.whole(27...29), draw.between(450, 1_200))
    case .hopeless:
      (account.rate, account.size, account.discount) = (draw.between(8, 12), draw.between(130, 190), draw.whole(4...6))
    case .leftWorth, .leftSlight:
      if account.part == .leftSlight {
        (account.size, account.rate) = (draw.between(180, 215), draw.between(5, 7))
      } else {
        (account.size, account.rate) = (draw.between(650, 1_600), max(10, account.rate))
      }
      account.since = draw.whole(0...500)
      account.left = draw.whole((account.since + 240)...(Calendar.end - max(90, Int(5 * 365 / account.rate))))
    case .taster:
      (account.size, account.rate) = (draw.between(170, 230), draw.between(4, 8))
      account.since = draw.whole(0...900)
      account.left = account.since + draw.whole(20...150)
    case .leftUnseen:
      account.since = draw.whole(0...600)
      account.left = Calendar.end - Int(gap * draw.between(1.0, 1.6))
    case .prospect: (account.rate, account.size) = (draw.between(9, 16), draw.between(500, 1_300))
    case .ordinary, .unfitProspect: break
    }
    accounts[index] = account
  }

  /// What it asks for beside goods.
  private mutating func giveService(_ index: Int, _ draw: inout Draw) {
    var account = accounts[index]
    let weight = Elementary.exp(0.42 * Elementary.log(account.size * account.rate / 6_000))
    account.visits = draw.around(2.2 * weight, spread: 0.35)
    account.visitMinutes = draw.between(42, 70)
    account.calls = draw.around(9 * weight, spread: 0.35)
    account.callMinutes = draw.between(6, 11)
    account.tickets = draw.around(2.4 * weight, spread: 0.5)
    account.ticketMinutes = draw.between(12, 26)
    account.returns = draw.between(0.01, 0.06)
    account.terms = draw.pick([14, 30, 30, 30, 45]) ?? 30
    account.late = draw.happens(0.25) ? draw.between(12, 45) : draw.between(0, 5)
    switch account.part {
    case .lossByOrders: (account.visits, account.calls, account.tickets) = (0, 3, 1)
    case .lossByVisits: (account.calls, account.tickets, account.returns) = (5, 1, 0.02)
    case .lossByDiscount: (account.visits, account.calls) = (1.5, 6)
    case .hopeless:
      (account.visits, account.calls, account.tickets) = (
        draw.between(4, 6), draw.between(34, 44), draw.between(26, 34)
      )
      (account.ticketMinutes, account.returns, account.late) = (draw.between(26, 34), 0.8, draw.between(40, 80))
    case .volume:
      (account.visits, account.calls, account.tickets) = (22, draw.between(40, 60), draw.between(25, 40))
      (account.returns, account.late) = (0.25, draw.between(20, 45))
    case .leftSlight, .taster: (account.visits, account.calls, account.tickets) = (0, 2, 0.3)
    case .prospect: (account.visits, account.calls, account.tickets) = (draw.between(1, 3), draw.between(2, 6), 0)
    case .unfitProspect: (account.visits, account.calls, account.tickets) = (0, 0, 0)
    default: if account.isCasual { account.visits = 0 }
    }
    accounts[index] = account
  }

  /// Benchmarks, inspirations, those whose buying falls off, and those with sites.
  private mutating func giveMarks(_ draw: inout Draw) {
    for segment in Set(accounts.map(\.segment)).sorted() {
      let able = accounts.indices.filter {
        accounts[$0].segment == segment && accounts[$0].part == .ordinary && accounts[$0].since <= 40
          && accounts[$0].rate >= 10
      }
      for index in draw.shuffled(able).prefix(4) { accounts[index].isBenchmark = true }
    }
    let staying = draw.shuffled(accounts.indices.filter { accounts[$0].part == .ordinary })
    for index in staying.prefix(draw.whole(12...15)) { accounts[index].isInspiration = true }
    for index in staying.suffix(draw.whole(9...12)) where !accounts[index].isBenchmark && accounts[index].since < 900 {
      accounts[index].isDeclining = true
      accounts[index].hazard = 0.03
    }
    let buyers = accounts.indices.filter { !accounts[$0].isProspect && accounts[$0].size >= 300 }
    for index in draw.shuffled(buyers).prefix(draw.whole(30...40)) { accounts[index].sites = draw.whole(2...4) }
  }

  /// Who takes up which new product when. Where a benchmark tries one, its peers follow.
  private mutating func adopt(seed: UInt64, _ catalogue: Catalogue) {
    for segment in catalogue.segments.indices {
      var draw = Draw(seed: seed, .adoption, part: segment)
      let peers = accounts.indices.filter { accounts[$0].segment == segment && !accounts[$0].isProspect }
      let benchmarks = peers.filter { accounts[$0].isBenchmark }
      var novelties = draw.shuffled(catalogue.novelties)
      for benchmark in benchmarks {
        for _ in 0..<draw.whole(3...4) {
          guard let product = novelties.popLast(), let launch = catalogue.launches[product] else { continue }
          let day = launch + draw.whole(0...25)
          accounts[benchmark].adoptions.append((product, day))
          for peer in peers where !accounts[peer].isBenchmark && accounts[peer].since < day && draw.happens(0.36) {
            accounts[peer].adoptions.append((product, day + draw.whole(12...125)))
          }
        }
      }
      for product in novelties {
        guard let launch = catalogue.launches[product] else { continue }
        for peer in peers where !accounts[peer].isBenchmark && draw.happens(0.14) {
          accounts[peer].adoptions.append((product, draw.whole(launch...Calendar.end)))
        }
      }
    }
    for index in accounts.indices { accounts[index].adoptions.sort { ($0.day, $0.product) < ($1.day, $1.product) } }
  }
}
