/// What customers spend with everybody, and the rivals met at them.
struct Wallets {
  /// Euros a year; nil for those of whom nobody could know it. Known to the truth even when not declared.
  private(set) var euros: [Int?]
  private(set) var isDeclared: [Bool]
  /// A rival met within the last 180 days.
  private(set) var hasRival: [Bool]

  init(seed: UInt64, _ history: History, _ worth: Worth, significant: [Bool], _ notebook: inout Notebook) {
    let accounts = history.accounts
    euros = accounts.map { _ in nil }
    isDeclared = accounts.map { _ in false }
    hasRival = accounts.map { _ in false }
    fill(seed, accounts, worth)
    var draw = Draw(seed: seed, .wallets, part: 1)
    for number in accounts.indices {
      guard let euros = euros[number], !draw.happens(0.035) else { continue }
      isDeclared[number] = true
      notebook.add(.wallet, number, Calendar.end - draw.whole(10...330), euros: euros, note: "declared by the buyer")
    }
    meetRivals(seed, accounts, worth, significant, &notebook)
  }

  private mutating func fill(_ seed: UInt64, _ accounts: [Account], _ worth: Worth) {
    var draw = Draw(seed: seed, .wallets)
    let staying = accounts.indices.filter { !accounts[$0].isProspect && !worth.signs[$0].isLapsed }
    let sales = staying.map { Double(worth.years[$0].revenue) / 100 }
    let usual = sales.sorted()[sales.count / 2]
    for (number, spent) in zip(staying, sales) {
      let rank = worth.rank[number] ?? 1
      let isOpen = draw.happens(rank < 0.1 ? 0.25 : rank < 0.32 ? 0.9 : 0.2) && !accounts[number].isLossMaking
      let isSmallSplit = !isOpen && spent < 0.3 * usual && draw.happens(0.3)
      let room =
        isOpen
        ? max(spent * draw.between(1.5, 3.5), usual * draw.between(1.8, 3))
        : isSmallSplit ? spent * draw.between(1.3, 2.2) : min(0.75 * usual, spent * draw.between(0.06, 0.65))
      let hundreds = (spent + room) / 100
      euros[number] = Int(isOpen || isSmallSplit ? hundreds.rounded(.up) : hundreds.rounded(.down)) * 100
      // What is rounded may not fall below what it bought here.
      euros[number] = max(euros[number] ?? 0, Int((spent * 1.02).rounded(.up)))
    }
    for number in accounts.indices where accounts[number].part == .prospect {
      euros[number] = Int(accounts[number].rate * accounts[number].size * draw.between(1.2, 2.5) / 100) * 100
    }
  }

  private mutating func meetRivals(
    _ seed: UInt64, _ accounts: [Account], _ worth: Worth, _ significant: [Bool], _ notebook: inout Notebook
  ) {
    var draw = Draw(seed: seed, .rivals)
    let rivals = (0..<5).map { _ in Names.word(&draw, syllables: 3) + " Supply" }
    for number in accounts.indices where accounts[number].part != .unfitProspect {
      let rank = worth.rank[number] ?? 1
      let chance =
        significant[number] && rank >= 0.1 ? 0.72 : rank < 0.1 ? 0.8 : rank < 0.32 ? 0.03 : 0.1
      let isLeaver = accounts[number].isLeaver
      if draw.happens(isLeaver ? 0 : chance) {
        hasRival[number] = true
        meet(number, Calendar.end - draw.whole(4...172), rivals, &draw, &notebook)
      }
      guard draw.happens(0.25) else { continue }
      let day = isLeaver ? (accounts[number].left ?? 0) - 20 : Calendar.end - draw.whole(200...900)
      guard day > accounts[number].since else { continue }
      // One met just before the customer left may still be recent.
      if Calendar.workingDay(day) >= Calendar.end - 180 { hasRival[number] = true }
      meet(number, day, rivals, &draw, &notebook)
    }
  }

  private func meet(_ number: Int, _ day: Int, _ rivals: [String], _ draw: inout Draw, _ notebook: inout Notebook) {
    notebook.add(
      .rival, number, day, other: draw.pick(rivals) ?? "",
      note: draw.pick(["met on a visit", "named in a quote", "said by the buyer"]) ?? "")
  }
}
