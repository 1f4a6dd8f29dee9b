import Analytics
import Customers
import Foundation
import Kernel
import Portfolio
import Testing

private func ids(_ detection: Detection) -> [Int64] { detection.found.map(\.customer.rawValue) }

private func value(_ one: SignificantCustomer?, _ signal: SignificanceEvidence.Signal) -> Double? {
  one?.evidence.first { $0.signal == signal }?.value
}

private let moment = Instant(microseconds: 5)

@Suite struct HighLifetimeValueTests {
  private func rows(_ values: [Int64?], contribution: Int64? = 10) -> [HighLifetimeValue.Row] {
    values.enumerated().map { .init(ID(Int64($0 + 1)), lifetimeValue: $1, contribution: contribution) }
  }

  @Test func `the smallest set that holds half of customer equity is proposed`() throws {
    let detection = try HighLifetimeValue(rows([50, 30, 10, 5, 5, nil])).detection
    #expect(ids(detection) == [1] && detection.found.first?.status == .proposed)
    #expect(value(detection.found.first, .equityShare) == 0.5 && detection.found.first?.score == 1)
    #expect(ids(try HighLifetimeValue(rows([49, 30, 11, 5, 5])).detection) == [1, 2])
    #expect(ids(try HighLifetimeValue(rows([20, 20, 20, 20, 20])).detection) == [1, 2, 3, 4, 5])
    #expect(detection.found.first?.grade == .estimated)
  }

  @Test func `percentile and floor draw other lines`() throws {
    let values: [Int64?] = (1...10).map { $0 * 100 }
    #expect(ids(try HighLifetimeValue(rows(values), line: .percentile(80)).detection) == [10, 9])
    #expect(ids(try HighLifetimeValue(rows(values), line: .floor(900)).detection) == [10, 9])
    #expect(throws: Problem.self) { try HighLifetimeValue(rows(values), line: .equity(0)) }
    #expect(throws: Problem.self) { try HighLifetimeValue(rows(values), line: .percentile(101)) }
  }

  @Test func `loss makers and those without future value are not proposed`() throws {
    #expect(ids(try HighLifetimeValue(rows([50, 1], contribution: -1)).detection).isEmpty)
    #expect(ids(try HighLifetimeValue(rows([50, 1], contribution: 0)).detection) == [1])
    let unknown = try HighLifetimeValue(rows([50, 1], contribution: nil)).detection
    #expect(unknown.found.isEmpty && unknown.candidates.map(\.missing) == [.contribution])
    #expect(ids(try HighLifetimeValue(rows([-5, -9])).detection).isEmpty)
    #expect(ids(try HighLifetimeValue(rows([nil, nil])).detection).isEmpty)
    #expect(ids(try HighLifetimeValue([]).detection).isEmpty)
  }

  @Test func `volume alone is named`() throws {
    let rows = (1...10).map {
      HighLifetimeValue.Row(ID($0), lifetimeValue: $0, contribution: 1, volume: $0 == 3 ? 99 : $0)
    }
    #expect(try HighLifetimeValue(rows).volumeAlone() == [ID(3)])
    #expect(try HighLifetimeValue([]).volumeAlone().isEmpty)
  }
}

@Suite struct BenchmarkTests {
  /// Forty in two segments; signals grow with the number, so 40 and 20 stand first in theirs.
  private func base(_ change: (Int) -> Benchmark.Row? = { _ in nil }) -> [Benchmark.Row] {
    (1...40).map { id in
      change(id)
        ?? Benchmark.Row(
          ID(Int64(id)), segment: id <= 20 ? "a" : "b", references: id % 20 == 0 ? 5 : 0,
          followOnLift: Double(id % 20 == 0 ? 30 : id % 20), pageRank: Double(id % 20 == 0 ? 30 : id % 20),
          prestige: id % 20 == 0 ? 5 : 1)
    }
  }

  @Test func `those whom others copy are proposed, at most a twentieth of each segment`() throws {
    let detection = try Benchmark.detect(base())
    #expect(Set(ids(detection)) == [20, 40])
    #expect(detection.found.allSatisfy { $0.score >= 0.7 && $0.evidence.count == 4 })
    let wide = try Benchmark.detect(base(), settings: .init())
    #expect(wide == detection)
    var loose = Benchmark.Settings()
    (loose.leastScore, loose.mostOfSegment) = (0.3, 0.1)
    #expect(try Benchmark.detect(base(), settings: loose).found.count == 4)
  }

  @Test func `one signal or only declared ones make a candidate`() throws {
    let single = try Benchmark.detect(base { $0 == 40 ? .init(ID(40), segment: "b", references: 9) : nil })
    #expect(!ids(single).contains(40))
    #expect(single.candidates.contains { $0.customer == ID(40) && $0.missing == .secondSignal })
    var settings = Benchmark.Settings()
    settings.leastSignals = 1
    let declared = try Benchmark.detect(
      base { $0 == 40 ? .init(ID(40), segment: "b", prestige: 9) : nil }, settings: settings)
    #expect(declared.candidates.first { $0.customer == ID(40) }?.missing == .measuredSignal)
  }

  @Test func `taking a reference away changes nobody who had none`() throws {
    let full = try Benchmark.detect(base())
    let less = try Benchmark.detect(
      base { $0 == 40 ? .init(ID(40), segment: "b", references: 0, followOnLift: 1, pageRank: 1, prestige: 1) : nil })
    #expect(full.found.contains { $0.customer == ID(40) } && !less.found.contains { $0.customer == ID(40) })
    #expect(less.found.contains { $0.customer == ID(20) })
  }

  @Test func `a base without signals finds nobody`() throws {
    #expect(try Benchmark.detect((1...25).map { .init(ID($0)) }).found.isEmpty)
    #expect(try Benchmark.detect([]).found.isEmpty)
    #expect(throws: Problem.self) { try Benchmark.detect([.init(ID(1), pageRank: .nan)]) }
  }

  @Test func `whom others follow has a lift above one`() throws {
    let from = try #require(Day("2020-01-01"))
    let observed = Period(from: from, until: from.adding(days: 1_000))
    let segments = Dictionary(uniqueKeysWithValues: (1...60).map { (ID<Customer>(Int64($0)), String?.some("a")) })
    func buy(_ id: Int64, _ product: Int64, _ day: Int) -> FirstPurchase {
      .init(ID(id), product: product, day: from.adding(days: day))
    }
    // Customer 1 buys each product and twenty follow at once; customer 2 buys when all is over.
    var purchases: [FirstPurchase] = []
    for product in Int64(1)...3 {
      purchases.append(buy(1, product, 300))
      for follower in 10..<30 { purchases.append(buy(Int64(follower), product, 305 + follower)) }
      purchases.append(buy(2, product, 600))
    }
    let lifts = FollowOn.lifts(purchases, segments: segments, observed: observed)
    #expect((lifts[ID(1)] ?? 0) > 3)
    #expect((lifts[ID(2)] ?? 9) == 0)
    #expect(lifts[ID(50)] == nil && FollowOn.lifts([], segments: segments, observed: observed).isEmpty)
    let shuffled = FollowOn.lifts(purchases.reversed(), segments: segments, observed: observed)
    #expect(shuffled.keys == lifts.keys && shuffled.allSatisfy { abs($1 - (lifts[$0] ?? 0)) < 1e-9 })
  }
}

@Suite struct InspirationTests {
  private let asOf = Day(19_000)

  private func change(
    _ id: Int64, _ benefit: Int64?, _ credits: [Int64: Double?], implemented: Int? = 30
  ) -> Inspiration.Change {
    .init(
      id: id, implemented: implemented.map { asOf.adding(days: -$0) }, benefit: benefit,
      credits: Dictionary(uniqueKeysWithValues: credits.map { (ID($0), $1) }))
  }

  @Test func `a measured change or three accepted ideas inspire`() throws {
    let detection = try Inspiration.detect(
      [
        change(1, 1_000, [1: nil]), change(2, 400, [2: nil]), change(3, 0, [3: nil]), change(4, nil, [4: nil, 1: nil]),
      ],
      ideas: [ID(5): 3, ID(6): 2, ID(7): 6], asOf: asOf)
    #expect(ids(detection) == [1, 2, 7, 5])
    #expect(detection.found.map(\.score) == [1, 0.7, 0.5, 0.25])
    #expect(detection.candidates.map(\.customer) == [ID(4)] && detection.candidates.first?.missing == .benefit)
  }

  @Test func `only implemented changes of two years count`() throws {
    let border = asOf.days(since: asOf.adding(months: -24))
    func found(_ days: Int?) throws -> [Int64] {
      ids(try Inspiration.detect([change(1, 10, [1: nil], implemented: days)], asOf: asOf))
    }
    #expect(try found(border - 1) == [1] && found(border) == [] && found(nil) == [] && found(-1) == [])
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `shares add up to the benefit`(seed: UInt64) {
    var chance = Chance(seed: seed)
    for _ in 0..<200 {
      let credits = (1...Int64(1 + chance.uniform() * 9)).map { id -> (Int64, Double?) in
        (id, chance.uniform() < 0.5 ? nil : chance.uniform() * 3)
      }
      let benefit = Int64(chance.uniform() * 1e6)
      let shares = change(1, benefit, Dictionary(uniqueKeysWithValues: credits)).shares
      #expect(shares.values.reduce(0, +) == benefit && shares.values.allSatisfy { $0 >= 0 })
    }
    #expect(change(1, 100, [1: nil, 2: nil, 3: nil]).shares.values.sorted() == [33, 33, 34])
    #expect(change(1, 100, [1: 3, 2: 1]).shares == [ID(1): 75, ID(2): 25])
    #expect(change(1, 100, [:]).shares.isEmpty && change(1, 100, [1: 0]).shares.isEmpty)
  }

  @Test func `taking one change away leaves the others' benefit`() throws {
    let changes = [change(1, 1_000, [1: nil]), change(2, 400, [2: nil, 3: nil])]
    let full = try Inspiration.detect(changes, asOf: asOf)
    let less = try Inspiration.detect(Array(changes.prefix(1)), asOf: asOf)
    #expect(ids(full) == [1, 2, 3] && ids(less) == [1] && full.found.first == less.found.first)
  }
}

@Suite struct CostMagnetTests {
  /// The oilseed processor: two customers use 60 % of the time and absorb 85 % of the fixed cost.
  private let processor: [CostMagnet.Row] =
    [.init(ID(1), contribution: 42_500, minutes: 3_000), .init(ID(2), contribution: 42_500, minutes: 3_000)]
    + (3...12).map { .init(ID($0), contribution: 1_500, minutes: 400) }

  @Test func `the oilseed processor's two customers carry the rest`() throws {
    let magnet = try CostMagnet(processor, fixedCost: 30_000)
    let load = magnet.load(of: [ID(1), ID(2)])
    #expect(load.absorbed == 0.85 && load.used == 0.6 && abs((load.ratio ?? 0) - 0.85 / 0.6) < 1e-12)
    #expect(ids(magnet.detection) == [1, 2])
    let found = magnet.detection.found.first
    #expect(value(found, .absorbedShare) == 0.425 && value(found, .turnedNegative) == 10)
    #expect(magnet.removal(ofTop: 0)?.turnedNegative == 0)
    #expect(magnet.removal(ofTop: 1)?.turnedNegative == 10 && magnet.removal(ofTop: 2)?.contributionLost == 85_000)
    #expect(magnet.removal(ofTop: 99) == nil)
  }

  @Test func `small customers count when their removal turns others`() throws {
    let many = (1...100).map { id -> CostMagnet.Row in
      .init(ID(id), contribution: id == 1 ? 1_300 : 1_000, minutes: id == 1 ? 100 : 99)
    }
    // The cost of a minute just covered: any removal turns the others.
    let total = Double(100 + 99 * 99)
    let tight = try CostMagnet(many, fixedCost: Int64(1_000 / 99 * total - 10))
    #expect(ids(tight.detection) == [1])
    #expect(ids(try CostMagnet(many, fixedCost: 10).detection).isEmpty)
    var lax = CostMagnet.Settings()
    lax.leastAbsorbed = 0.01
    #expect(ids(try CostMagnet(many, fixedCost: 10, settings: lax).detection) == [1])
  }

  @Test(arguments: [UInt64(5), 6, 7]) func `the rule is the removal test, customer by customer`(seed: UInt64) throws {
    var chance = Chance(seed: seed)
    let rows = (1...120).map { id -> CostMagnet.Row in
      .init(
        ID(id), contribution: Int64(chance.gamma(shape: 0.6, rate: 0.0005)) - 300,
        minutes: chance.gamma(shape: 0.8, rate: 0.01))
    }
    let net = rows.compactMap(\.contribution).reduce(0, +)
    let magnet = try CostMagnet(rows, fixedCost: net / 2)
    let expected = rows.filter { row in
      let load = magnet.load(of: [row.customer])
      let share = magnet.removal(of: [row.customer])?.share ?? 0
      return (load.ratio ?? 0) >= 1.2 && ((load.absorbed ?? 0) >= 0.05 || share >= 0.01)
    }
    #expect(Set(ids(magnet.detection)) == Set(expected.map(\.customer.rawValue)) && !expected.isEmpty)
  }

  @Test func `without minutes there is no ratio`() throws {
    let rows = (1...4).map { CostMagnet.Row(ID($0), contribution: $0 * 100, minutes: nil) }
    let magnet = try CostMagnet(rows, fixedCost: 100)
    #expect(magnet.load(of: [ID(4)]).absorbed == 0.4 && magnet.load(of: [ID(4)]).ratio == nil)
    #expect(magnet.detection.found.isEmpty && magnet.detection.candidates.count == 4)
    #expect(magnet.removal(ofTop: 1) == nil)
    #expect(try CostMagnet([], fixedCost: 1).detection.found.isEmpty)
    let losses = try CostMagnet(
      (1...25).map { .init(ID($0), contribution: -$0, minutes: 1, cluster: "c") }, fixedCost: 100)
    #expect(losses.detection.found.isEmpty && losses.clusters.first?.load.absorbed == nil)
    #expect(throws: Problem.self) { try CostMagnet(rows, fixedCost: -1) }
  }
}

@Suite struct SignificantCustomersTests {
  private let detections: [Detection]

  init() throws {
    let values = try HighLifetimeValue(
      (1...4).map { .init(ID($0), lifetimeValue: $0 * 100, contribution: 1) }, line: .floor(200))
    let asOf = Day(19_000)
    detections = [
      values.detection, try Inspiration.detect([], ideas: [ID(2): 4, ID(9): 5], asOf: asOf),
    ]
  }

  private func verdict(
    _ id: Int64, _ kind: SignificanceKind, _ answer: SignificanceVerdict.Answer, at: Int64
  ) -> SignificanceVerdict {
    .init(ID(id), kind, answer, reason: "Seen.", by: "Ida", at: Instant(microseconds: at))
  }

  @Test func `a person's latest word decides`() {
    let judged = SignificantCustomers(
      detections, base: 10,
      verdicts: [
        verdict(2, .inspiration, .confirmed, at: 1), verdict(2, .inspiration, .rejected, at: 2),
        verdict(3, .highLifetimeValue, .confirmed, at: 1), verdict(8, .benchmark, .confirmed, at: 1),
        verdict(7, .benchmark, .rejected, at: 1),
      ])
    #expect(judged.significance(of: ID(2)) == .proposed && judged.significance(of: ID(3)) == .confirmed)
    #expect(judged.significance(of: ID(1)) == .none && judged.significance(of: ID(8)) == .confirmed)
    #expect(judged.kinds[ID(2)] == [.highLifetimeValue] && judged.counts[.inspiration] == 1)
    #expect(judged.all.count == 6 && judged.standing.count == 5)
    #expect(judged.share == 0.5)
    for id in 1...9 { #expect(judged.significances[ID(Int64(id))] ?? .none == judged.significance(of: ID(Int64(id)))) }
  }

  @Test func `only high lifetime value can confirm itself and the share is counted by head`() {
    let judged = SignificantCustomers(detections, base: 10, confirmsHighValue: true)
    #expect(judged.all.filter { $0.status == .confirmed }.allSatisfy { $0.kind == .highLifetimeValue })
    #expect(judged.all.filter { $0.kind == .inspiration }.allSatisfy { $0.status == .proposed })
    #expect(judged.all.count == 5 && judged.kinds.count == 4 && judged.share == 0.4)
    #expect(SignificantCustomers([], base: 0).share == nil)
    let rejected = SignificantCustomers(
      detections, base: 10, verdicts: [verdict(4, .highLifetimeValue, .rejected, at: 1)], confirmsHighValue: true)
    #expect(rejected.significance(of: ID(4)) == .none)
  }
}
