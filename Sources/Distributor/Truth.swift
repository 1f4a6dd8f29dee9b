import Kernel

/// What is true of the company and stands in none of its files.
package struct DistributorTruth: Sendable, Equatable {
  /// Of an account: an organisation with its sites.
  package struct Customer: Sendable, Equatable {
    package let customer: String
    package let kinds: [SignificantKind]
    /// In the trailing 365 days, by domain F1; euro cents.
    package let contribution: Int
    /// Over 36 months at 15 % a year, from the process that made the orders; euro cents.
    package let expectedValue: Int
    package let leaver: Bool
    /// nil for a prospect below the fit that is looked for. Nothing counts as confirmed by a person.
    package let strategy: PlantedStrategy?

    /// The strategy once persons have confirmed who is significant.
    package let strategyIfConfirmed: PlantedStrategy?
    /// The facts that would decide the strategy and stand in no file.
    package let missing: [String]
    package let isLapsed: Bool
    package let isAtRisk: Bool
    package let hasRival: Bool
    /// Among the upper fifth by expected value of all who ever bought.
    package let isValuable: Bool
    /// What it spends with everybody in a year, declared or not; euro cents.
    package let wallet: Int?
    /// In the trailing 365 days; euro cents.
    package let revenue: Int
    package let bestAfterOneStep: Int
    /// Yearly measured benefit of the changes of the last 24 months that it is credited with; euro cents.
    package let benefit: Int
    /// Visits, calls and tickets in the trailing 365 days.
    package let minutes: Int
  }

  /// A part of an account: its own purchases, or those of a site.
  package struct Place: Sendable, Equatable {
    package let customer: String
    package let account: String
    package let contribution: Int
  }

  package let seed: UInt64
  package let asOf: Day
  /// In the order of their numbers.
  package let customers: [Customer]
  /// Only for accounts with sites; the contributions of an account's places add up to its own, but for rounding.
  package let places: [Place]

  /// The whole as JSON: `seed` and `customers`, each with `customer, kinds, contribution, expectedValue, leaver,
  /// strategy`; money in euros. Beside it `asOf`, `note`, `details` and `places`.
  package var json: String {
    func money(_ cents: Int) -> String { CSVText.money(cents) }
    func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
    func list(_ words: [String]) -> String { "[" + words.map { quoted($0) }.joined(separator: ", ") + "]" }
    let entries = customers.map { one in
      "{\"customer\": \(quoted(one.customer)), \"kinds\": \(list(one.kinds.map(\.rawValue))), "
        + "\"contribution\": \(money(one.contribution)), \"expectedValue\": \(money(one.expectedValue)), "
        + "\"leaver\": \(one.leaver), \"strategy\": \(quoted(one.strategy?.rawValue))}"
    }
    let details = customers.map { one in
      "{\"customer\": \(quoted(one.customer)), \"strategyIfConfirmed\": \(quoted(one.strategyIfConfirmed?.rawValue)), "
        + "\"missing\": \(list(one.missing)), \"lapsed\": \(one.isLapsed), \"atRisk\": \(one.isAtRisk), "
        + "\"rival\": \(one.hasRival), \"valuable\": \(one.isValuable), "
        + "\"wallet\": \(one.wallet.map(money) ?? "null"), \"revenue\": \(money(one.revenue)), "
        + "\"bestAfterOneStep\": \(money(one.bestAfterOneStep)), \"benefit\": \(money(one.benefit)), "
        + "\"minutes\": \(one.minutes)}"
    }
    let parts = places.map { one in
      "{\"customer\": \(quoted(one.customer)), \"account\": \(quoted(one.account)), "
        + "\"contribution\": \(money(one.contribution))}"
    }
    func block(_ name: String, _ rows: [String]) -> String {
      "  \"\(name)\": [\n    " + rows.joined(separator: ",\n    ") + "\n  ]"
    }
    return "{\n  \"seed\": \(seed),\n" + block("customers", entries) + ",\n  \"asOf\": \(quoted(asOf.description)),\n"
      + "  \"note\": \"synthetic\",\n" + block("details", details) + ",\n" + block("places", parts) + "\n}\n"
  }
}

extension DistributorTruth {
  /// - Parameters:
  ///   - benefit: whole euros a year, by account.
  ///   - codes: the number of each place of each account.
  ///   - fits: of prospects.
  init(
    seed: UInt64, _ history: History, _ worth: Worth, _ significance: Significance, _ wallets: Wallets,
    benefit: [Int], codes: [[String]], fits: [Int?]
  ) {
    self.seed = seed
    asOf = Calendar.asOf
    let accounts = history.accounts
    let open = DistributorTruth.openWallets(accounts, worth, wallets)
    let found = accounts.indices.map { number -> Customer in
      let year = worth.years[number]
      var facts = StrategyFacts(
        isCustomer: !accounts[number].isProspect, fit: fits[number], expected: worth.expected[number],
        ifAlive: worth.ifAlive[number], isLapsed: worth.signs[number].isLapsed, contribution: year.contribution,
        bestAfterOneStep: year.bestAfterOneStep, isSignificant: !significance.kinds[number].isEmpty,
        isValuable: worth.rank[number] ?? 1 < 0.2, hasRival: wallets.hasRival[number],
        isAtRisk: worth.signs[number].isAtRisk, hasOpenWallet: open[number])
      let strategy = facts.strategy
      facts.hasOpenWallet.toggle()
      let turns = facts.strategy != strategy
      facts.hasOpenWallet.toggle()
      facts.isConfirmed = true
      return Customer(
        customer: codes[number][0], kinds: significance.kinds[number],
        contribution: Int(year.contribution.rounded()), expectedValue: Int(worth.expected[number].rounded()),
        leaver: accounts[number].isLeaver, strategy: strategy, strategyIfConfirmed: facts.strategy,
        missing: turns && !wallets.isDeclared[number] ? ["wallet"] : [], isLapsed: facts.isLapsed,
        isAtRisk: facts.isAtRisk, hasRival: facts.hasRival, isValuable: facts.isValuable,
        wallet: wallets.euros[number].map { $0 * 100 }, revenue: year.revenue,
        bestAfterOneStep: Int(year.bestAfterOneStep.rounded()), benefit: benefit[number] * 100, minutes: year.minutes)
    }
    customers = found.sorted { $0.customer < $1.customer }
    places = accounts.indices.filter { accounts[$0].sites > 0 }.flatMap { number in
      codes[number].indices.map { place in
        Place(
          customer: codes[number][place], account: codes[number][0],
          contribution: Int(history.reckoning(number, place: place).contribution.rounded()))
      }
    }.sorted { $0.customer < $1.customer }
  }

  /// Share of wallet below half, and at least the median of what customers leave elsewhere.
  private static func openWallets(_ accounts: [Account], _ worth: Worth, _ wallets: Wallets) -> [Bool] {
    func room(_ number: Int) -> Double? {
      wallets.euros[number].map { Double($0) * 100 - Double(worth.years[number].revenue) }
    }
    let known = accounts.indices.filter { !accounts[$0].isProspect && wallets.isDeclared[$0] }.compactMap(room).sorted()
    let median = known.isEmpty ? 0 : known[known.count / 2]
    return accounts.indices.map { number in
      guard let room = room(number), let wallet = wallets.euros[number] else { return false }
      return Double(worth.years[number].revenue) < Double(wallet) * 50 && room >= median
    }
  }
}
