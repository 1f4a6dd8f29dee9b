/// Quotes with the references named in them, referral links and declared prestige: what others make of a customer.
struct Standing {
  let accounts: [Account]

  init(seed: UInt64, _ history: History, _ notebook: inout Notebook) {
    accounts = history.accounts
    quote(seed, &notebook)
    refer(seed, &notebook)
    praise(seed, &notebook)
  }

  private func isBuying(_ number: Int, _ day: Int) -> Bool {
    let account = accounts[number]
    return !account.isProspect && account.since <= day && account.left ?? Calendar.end + 1 > day
  }

  // Quotes.

  private func quote(_ seed: UInt64, _ notebook: inout Notebook) {
    var draw = Draw(seed: seed, .quotes)
    var number = 0
    func make(_ day: Int, segment: Int?, isWon: Bool, reference: Int?) {
      let able = accounts.indices.filter {
        $0 != reference && (segment == nil || accounts[$0].segment == segment)
          && (isBuying($0, day) || !isWon && accounts[$0].part == .prospect && day > Calendar.end - 300)
      }
      guard let customer = draw.pick(able) else { return }
      number += 1
      let name = Notebook.name("Q", number)
      let euros = Int(draw.around(3_200, spread: 0.8) / 10) * 10
      notebook.add(
        .quote, customer, day, other: reference.map { notebook.codes[$0] } ?? "", euros: euros, score: isWon ? 1 : 0,
        note: name + (isWon ? " won" : " lost"))
      guard isWon, let reference else { return }
      notebook.add(
        .reference, reference, day, other: notebook.codes[customer], euros: euros, note: name + " won")
    }
    for year in 0..<4 {
      let days = (year * 365)...(year * 365 + 364)
      for benchmark in accounts.indices where accounts[benchmark].isBenchmark {
        for _ in 0..<(year == 3 ? draw.whole(4...8) : draw.whole(1...4)) {
          let isPeer = draw.happens(0.7)
          make(
            draw.whole(max(days.lowerBound, 90)...days.upperBound), segment: isPeer ? accounts[benchmark].segment : nil,
            isWon: true, reference: benchmark)
        }
      }
      for _ in 0..<draw.whole(90...130) { make(draw.whole(days), segment: nil, isWon: true, reference: nil) }
      for _ in 0..<draw.whole(150...190) { make(draw.whole(days), segment: nil, isWon: false, reference: nil) }
    }
    // Named once long ago, once lately, or in vain.
    let others = draw.shuffled(accounts.indices.filter { isBuying($0, Calendar.end) && !accounts[$0].isBenchmark })
    for reference in others.prefix(8) { make(draw.whole(100...1_050), segment: nil, isWon: true, reference: reference) }
    for reference in others.dropFirst(8).prefix(4) {
      make(draw.whole(Calendar.year), segment: nil, isWon: true, reference: reference)
    }
    for reference in others.dropFirst(12).prefix(12) {
      for _ in 0..<2 { make(draw.whole(700...Calendar.end), segment: nil, isWon: false, reference: reference) }
    }
  }

  // Referrals.

  private func refer(_ seed: UInt64, _ notebook: inout Notebook) {
    var draw = Draw(seed: seed, .referrals)
    var joiners = accounts.indices.filter { !accounts[$0].isProspect && accounts[$0].since > 160 }
      .sorted { (accounts[$0].size * accounts[$0].rate, $0) > (accounts[$1].size * accounts[$1].rate, $1) }
    func link(_ from: Int, _ to: Int) {
      let day = accounts[to].isProspect ? Calendar.end - draw.whole(20...200) : accounts[to].since - draw.whole(5...45)
      notebook.add(.referral, from, day, other: notebook.codes[to], note: "named by the newcomer")
    }
    let benchmarks = draw.shuffled(accounts.indices.filter { accounts[$0].isBenchmark })
    for round in 0..<3 {
      for benchmark in benchmarks where round < 2 || draw.happens(0.5) {
        // Those worth most come through benchmarks; not always one's own sector.
        let own = joiners.prefix(joiners.count * 2 / 3).first { accounts[$0].segment == accounts[benchmark].segment }
        guard let found = own ?? joiners.first else { continue }
        joiners.removeAll { $0 == found }
        link(benchmark, found)
      }
    }
    let old = draw.shuffled(
      accounts.indices.filter {
        accounts[$0].since <= 40 && !accounts[$0].isProspect && !accounts[$0].isCasual && !accounts[$0].isBenchmark
      })
    // Referrers without weight bring the smallest.
    for chatty in old.prefix(12) {
      for _ in 0..<draw.whole(2...3) {
        guard let small = joiners.popLast() else { return }
        if isBuying(chatty, accounts[small].since - 46) { link(chatty, small) }
      }
    }
    for ordinary in old.dropFirst(12).prefix(18) {
      guard let found = draw.pick(joiners) else { return }
      joiners.removeAll { $0 == found }
      if isBuying(ordinary, accounts[found].since - 46) { link(ordinary, found) }
    }
    let sources = draw.shuffled(benchmarks + old.dropFirst(30).filter { isBuying($0, Calendar.end) })
    for (source, prospect) in zip(sources, accounts.indices.filter { accounts[$0].part == .prospect }) {
      if draw.happens(0.4) { link(source, prospect) }
    }
  }

  // Prestige.

  private func praise(_ seed: UInt64, _ notebook: inout Notebook) {
    var draw = Draw(seed: seed, .prestige)
    let reasons = ["market leader", "well known in the trade", "often in the press", "speaks at fairs"]
    func declare(_ number: Int, _ score: Int) {
      notebook.add(
        .prestige, number, Calendar.end - draw.whole(20...600), score: score, note: draw.pick(reasons) ?? "")
    }
    for number in accounts.indices where accounts[number].isBenchmark && draw.happens(0.8) {
      declare(number, draw.whole(3...5))
    }
    let others = draw.shuffled(accounts.indices.filter { isBuying($0, Calendar.end) && !accounts[$0].isBenchmark })
    for number in others.prefix(draw.whole(14...18)) { declare(number, draw.whole(4...5)) }
    for number in others.dropFirst(18).prefix(25) { declare(number, draw.whole(1...2)) }
  }
}
