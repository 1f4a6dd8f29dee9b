import Analytics
import Distributor
import Kernel
import Testing

/// The detectors of domain F8, written plainly on the files: whoever plants must be able to find.
@Suite struct DetectionTests {
  private func expectFound(_ found: Set<String>, _ planted: Set<String>, _ kind: SignificantKind) {
    let hits = Double(found.intersection(planted).count)
    #expect(hits >= 0.8 * Double(found.count), "Precision of \(kind): \(hits) of \(found.count)")
    #expect(hits >= 0.8 * Double(planted.count), "Recall of \(kind): \(hits) of \(planted.count)")
  }

  @Test(arguments: Sample.all) func `high lifetime values are found by the models`(sample: Sample) throws {
    let trade = try YearOfTrade(sample)
    let accounts = try sample.accounts()
    let names = sample.truth.map(\.customer)
    let place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, Int32($0.offset)) })
    let orders = sample.company.purchases.filter { !$0.isReturn }
    let log = try PurchaseLog(
      customers: orders.map { place[accounts[$0.customer] ?? ""] ?? 0 }, days: orders.map(\.date),
      amounts: orders.map { Int64($0.amount) })
    let base = try log.base(until: sample.company.asOf, unit: .week, minorUnits: 100)
    let spend = try GammaGamma().fit(base.spending)
    #expect(spend.independence.allowsProduct)
    let scores = try ModelName.mbgNBD.fit(.histories(base.histories)).scores(
      of: base.histories, spend: SpendInput(model: spend, base: base),
      settings: ScoreSettings(horizon: 156, annualDiscount: 0.15, margin: 1, step: 52.0 / 12, cover: nil))
    let values = (0..<base.histories.rowCount).map { row -> (String, Double) in
      let name = names[Int(base.customers[row])]
      let revenue = trade.revenue[name] ?? 0
      return (name, revenue > 0 ? scores.lifetimeValue[row] * (trade.contribution[name] ?? 0) / revenue : 0)
    }.sorted { $0.1 > $1.1 }
    let equity = values.reduce(0) { $0 + $1.1 }
    var (sum, found): (Double, Set<String>) = (0, [])
    for (name, value) in values where sum < equity / 2 {
      sum += value
      if trade.contribution[name] ?? 0 >= 0 { found.insert(name) }
    }
    expectFound(found, sample.with(.highLifetimeValue), .highLifetimeValue)
  }

  @Test(arguments: Sample.all) func `benchmarks are found by references, followers and referrals`(sample: Sample) throws
  {
    let trade = try YearOfTrade(sample)
    let names = trade.firstBought.keys.sorted()
    let lately = sample.company.asOf.adding(days: -365)
    var references: [String: Double] = [:]
    for seen in try sample.observations(.reference) where seen.day > lately {
      references[seen.customer, default: 0] += 1
    }
    let prestige = Dictionary(
      try sample.observations(.prestige).map { ($0.customer, $0.score ?? 0) }, uniquingKeysWith: { max($0, $1) })
    let standing = try pageRanks(sample, names, trade)
    let lifts = lifts(sample, trade)
    let signals: [(Double, [String: Double])] = [
      (0.35, ranks(Dictionary(uniqueKeysWithValues: names.map { ($0, references[$0] ?? 0) }))), (0.25, ranks(lifts)),
      (0.2, ranks(standing)), (0.2, ranks(prestige)),
    ]
    func score(_ name: String) -> Double {
      let present = signals.compactMap { weight, rank in rank[name].map { (weight, $0) } }
      return present.reduce(0) { $0 + $1.0 * $1.1 } / present.reduce(0) { $0 + $1.0 }
    }
    let segments = Dictionary(uniqueKeysWithValues: sample.company.parties.map { ($0.customer, $0.segment) })
    var found: Set<String> = []
    for members in Dictionary(grouping: names, by: { segments[$0] ?? "" }).values {
      let best = members.map { (score($0), $0) }.sorted { $0 > $1 }.prefix(members.count / 20)
      found.formUnion(best.filter { $0.0 >= 0.7 }.map(\.1))
    }
    expectFound(found, sample.with(.benchmark), .benchmark)
  }

  @Test(arguments: Sample.all) func `inspirations are found by changes and ideas`(sample: Sample) throws {
    let since = sample.company.asOf.adding(months: -24)
    let changes = try sample.observations(.change).filter { $0.day > since && $0.amount ?? 0 > 0 }
    let accepted = Dictionary(grouping: try sample.observations(.idea).filter { $0.score == 1 }, by: \.customer)
    let found = Set(changes.map(\.customer)).union(accepted.filter { $0.value.count >= 3 }.keys)
    #expect(found == sample.with(.inspiration))
    let credited = Dictionary(grouping: changes, by: \.other)
    #expect(credited.values.allSatisfy { Set($0.map(\.amount)).count == 1 })
    var benefit: [String: Double] = [:]
    for rows in credited.values {
      for row in rows { benefit[row.customer, default: 0] += (row.amount ?? 0) / Double(rows.count) }
    }
    for one in sample.truth { #expect(abs((benefit[one.customer] ?? 0) - Double(one.benefit) / 100) <= 1) }
  }

  @Test(arguments: Sample.all) func `cost magnets are found by share and time`(sample: Sample) throws {
    let trade = try YearOfTrade(sample)
    let names = trade.orderDays.keys.sorted()
    let absorption = try FixedCostAbsorption(
      contributions: names.map { trade.contribution[$0] ?? 0 }, minutes: names.map { trade.minutes[$0] ?? 0 },
      fixedCost: try sample.setting("fixedCost"))
    let found = names.indices.filter { row in
      guard absorption.ratio(of: [row]) ?? 0 >= 1.2 else { return false }
      return absorption.absorbedShare(of: [row]) ?? 0 >= 0.05 || absorption.removal(of: [row])?.share ?? 0 >= 0.01
    }
    #expect(Set(found.map { names[$0] }) == sample.with(.costMagnet))
  }

  // Signals.

  /// The share of values below, ties counted half.
  private func ranks(_ values: [String: Double]) -> [String: Double] {
    let sorted = values.values.sorted()
    return values.mapValues { value in
      let below = sorted.count { $0 < value }
      let equal = sorted.count { $0 == value }
      return (Double(below) + Double(equal) / 2) / Double(sorted.count)
    }
  }

  private func pageRanks(_ sample: Sample, _ names: [String], _ trade: YearOfTrade) throws -> [String: Double] {
    let place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    // Standing flows from the newcomer to who brought it, by what the newcomer earns.
    let links = try sample.observations(.referral).compactMap { seen -> Graph.Link? in
      guard let from = place[seen.other], let to = place[seen.customer] else { return nil }
      return Graph.Link(from: from, to: to, weight: max(1, trade.contribution[seen.other] ?? 0))
    }
    let ranks = try Graph(nodes: names.count, links: links).pageRank()
    return Dictionary(uniqueKeysWithValues: zip(names, ranks))
  }

  /// Peers who first bought a product within 180 days after the customer did, over how many would have anyway.
  private func lifts(_ sample: Sample, _ trade: YearOfTrade) -> [String: Double] {
    let segments = Dictionary(uniqueKeysWithValues: sample.company.parties.map { ($0.customer, $0.segment) })
    let peers = Dictionary(grouping: trade.firstBought.keys, by: { segments[$0] ?? "" }).mapValues(\.count)
    var firsts: [String: [(day: Day, customer: String)]] = [:]
    for (customer, products) in trade.firstBought {
      for (product, day) in products {
        firsts["\(segments[customer] ?? "") \(product)", default: []].append((day, customer))
      }
    }
    var (followers, expected): ([String: Double], [String: Double]) = ([:], [:])
    for list in firsts.values {
      let sorted = list.sorted { $0 < $1 }
      let all = Double(peers[segments[sorted[0].customer] ?? ""] ?? 1)
      let rate = Double(sorted.count) / all * 180 / 1_461
      for (row, (day, customer)) in sorted.enumerated() {
        let later = sorted[(row + 1)...].count { $0.day > day && $0.day <= day.adding(days: 180) }
        followers[customer, default: 0] += Double(later)
        expected[customer, default: 0] += (all - Double(row)) * rate
      }
    }
    return followers.reduce(into: [:]) { lifts, entry in
      if let base = expected[entry.key], base > 0 { lifts[entry.key] = entry.value / base }
    }
  }
}
