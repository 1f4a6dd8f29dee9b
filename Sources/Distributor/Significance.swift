import Analytics

/// Why a customer matters, of the four ways of domain F8.
package enum SignificantKind: String, Sendable, CaseIterable {
  case highLifetimeValue, benchmark, inspiration, costMagnet
}

/// Which customers are truly significant, and in which way.
struct Significance {
  /// By account, in the order of `SignificantKind`.
  private(set) var kinds: [[SignificantKind]]
  /// Whole euros a year.
  let fixedCost: Int

  init(_ history: History, _ worth: Worth) {
    let accounts = history.accounts
    let earned = worth.years.reduce(0) { $0 + max(0, $1.contribution) } / 100
    fixedCost = Int((earned * 0.3 / 1_000).rounded()) * 1_000
    let valuable = Significance.mostValuable(accounts, worth)
    let magnets = Significance.magnets(accounts, worth, fixedCost: Double(fixedCost))
    kinds = accounts.indices.map { number in
      var found: [SignificantKind] = []
      if valuable.contains(number) { found.append(.highLifetimeValue) }
      if accounts[number].isBenchmark { found.append(.benchmark) }
      if accounts[number].isInspiration { found.append(.inspiration) }
      if magnets.contains(number) { found.append(.costMagnet) }
      return found
    }
  }

  /// The smallest set that holds half of the customer equity, without those who lose money (F8a).
  private static func mostValuable(_ accounts: [Account], _ worth: Worth) -> Set<Int> {
    let buyers = accounts.indices.filter { !accounts[$0].isProspect }
      .sorted { (worth.rank[$0] ?? 1) < (worth.rank[$1] ?? 1) }
    let equity = buyers.reduce(0) { $0 + worth.expected[$1] }
    var (found, sum): (Set<Int>, Double) = ([], 0)
    for number in buyers {
      guard sum < equity / 2, worth.expected[number] > 0 else { break }
      sum += worth.expected[number]
      if worth.years[number].contribution >= 0 { found.insert(number) }
    }
    return found
  }

  /// Those who absorb 1.2 times the share of the fixed cost that they take of the time, and either 5 % of it or enough
  /// that 1 % of the others could not do without them (F8d).
  private static func magnets(_ accounts: [Account], _ worth: Worth, fixedCost: Double) -> Set<Int> {
    let buyers = accounts.indices.filter { !accounts[$0].isProspect }
    guard
      let absorption = try? FixedCostAbsorption(
        contributions: buyers.map { worth.years[$0].contribution / 100 },
        minutes: buyers.map { Double(worth.years[$0].minutes) }, fixedCost: fixedCost)
    else { return [] }
    var found: Set<Int> = []
    for (row, number) in buyers.enumerated() {
      guard worth.years[number].contribution > 0, absorption.ratio(of: [row]) ?? 0 >= 1.2 else { continue }
      let share = absorption.absorbedShare(of: [row]) ?? 0
      if share >= 0.05 || absorption.removal(of: [row])?.share ?? 0 >= 0.01 { found.insert(number) }
    }
    return found
  }
}
