import Analytics
import Customers
import Kernel
import Portfolio
import Testing

private typealias CustomerID = ID<Customer>

private func every(_ items: [FioccaItem], _ value: Double) -> [FioccaItem: Double] {
  Dictionary(uniqueKeysWithValues: items.map { ($0, value) })
}

@Suite struct FioccaTests {
  private func ratings(_ importance: Double, _ difficulty: Double, _ rest: Double = 3) -> [FioccaItem: Double] {
    every(FioccaItem.strategicImportance, importance)
      .merging(every(FioccaItem.managementDifficulty, difficulty)) { first, _ in first }
      .merging(every(FioccaItem.businessAttractiveness, rest)) { first, _ in first }
      .merging(every(FioccaItem.relationshipStrength, rest)) { first, _ in first }
  }

  @Test func `an axis runs from 0 to 100 over ratings of 1 to 5`() throws {
    for (rating, score) in [(1.0, 0.0), (3, 50), (5, 100), (2, 25)] {
      let fiocca = Fiocca([ID(1)], ratings: try FioccaRatings(declared: [ID(1): ratings(rating, rating)]))
      #expect(fiocca.rows.first?.importance.value == score && fiocca.rows.first?.difficulty.value == score)
      #expect(fiocca.rows.first?.importance.grade == .declared)
    }
    let weighted = try FioccaRatings(
      declared: [ID(1): [.volume: 5, .potential: 1]], weights: [.volume: 3, .potential: 1])
    let score = weighted.score(of: ID(1), on: FioccaItem.strategicImportance)
    #expect(score.value == 75 && score.missing == [.marketLeadership, .desirability])
    #expect(weighted.score(of: ID(2), on: FioccaItem.strategicImportance).value == nil)
  }

  @Test func `what was measured goes before what somebody rated`() throws {
    let ratings = try FioccaRatings(
      declared: [ID(1): [.volume: 1, .potential: 2], ID(3): [.volume: 2]],
      measured: [.volume: [ID(1): 900, ID(2): 100, ID(4): 500]])
    #expect(ratings.ratings(of: ID(1))[.volume] == MatrixRating(value: 5, grade: .measured))
    #expect(ratings.ratings(of: ID(2))[.volume]?.value == 1 && ratings.ratings(of: ID(4))[.volume]?.value == 3)
    #expect(ratings.ratings(of: ID(3))[.volume] == MatrixRating(value: 2, grade: .declared))
    #expect(ratings.score(of: ID(1), on: [.volume]).grade == .measured)
    #expect(ratings.score(of: ID(1), on: [.volume, .potential]).grade == .declared)
  }

  @Test func `lines decide the four cells and can be dragged`() throws {
    let base = Dictionary(
      uniqueKeysWithValues: [(4.0, 4.0), (4, 2), (2, 4), (2, 2)].enumerated().map {
        (CustomerID(Int64($0 + 1)), ratings($1.0, $1.1))
      })
    let fiocca = Fiocca(base.keys.sorted(), ratings: try FioccaRatings(declared: base))
    let money: [CustomerID: Int64] = [ID(1): 1, ID(2): 10, ID(3): 100, ID(4): 1_000]
    let map = try fiocca.first(money: money)
    #expect(map[.init(importance: .high, difficulty: .high)].customers == [ID(1)])
    #expect(map[.init(importance: .high, difficulty: .low)].minor == 10)
    #expect(map.cell(of: ID(3))?.word == "Non-key, difficult" && map.cell(of: ID(4))?.isKey == false)
    var lines = Fiocca.Lines()
    lines.importance = 75
    #expect(try fiocca.first(lines, money: money) == map)
    lines.importance = 75.1
    let moved = try fiocca.first(lines, money: money)
    #expect(moved.cells.keys.allSatisfy { !$0.isKey } && map.moves(to: moved).map(\.customer) == [ID(1), ID(2)])
    #expect(try moved.total == 1_111 && map.total == 1_111)
  }

  @Test func `the second step is for key customers, by attractiveness or by profit`() throws {
    let declared: [CustomerID: [FioccaItem: Double]] = [
      ID(1): ratings(5, 1, 1), ID(2): ratings(5, 1, 3), ID(3): ratings(5, 1, 5), ID(4): ratings(1, 1, 5),
    ]
    let fiocca = Fiocca(
      declared.keys.sorted(), ratings: try FioccaRatings(declared: declared),
      contributions: [ID(1): 900, ID(2): 500, ID(4): 100])
    let map = try fiocca.second(money: [ID(2): 7])
    #expect(map.cell(of: ID(1)) == .init(attractiveness: .low, strength: .low))
    #expect(map.cell(of: ID(2)) == .init(attractiveness: .medium, strength: .medium))
    #expect(map.cell(of: ID(3)) == .init(attractiveness: .high, strength: .high) && map.cell(of: ID(4)) == nil)
    let byProfit = try fiocca.second(byProfit: true, money: [:])
    #expect(byProfit.cell(of: ID(1))?.attractiveness == .high && byProfit.unplaced.customers == [ID(3)])
    let lines = ThirdLines()
    #expect(Third(100.0 / 3, lines: lines) == .medium && Third(33.3, lines: lines) == .low)
    #expect(Third(200.0 / 3, lines: lines) == .high)
  }

  @Test func `taking one rating away changes only its axis`() throws {
    var rated = ratings(4, 4)
    let full = Fiocca([ID(1)], ratings: try FioccaRatings(declared: [ID(1): rated])).rows[0]
    rated[.competition] = nil
    let less = Fiocca([ID(1)], ratings: try FioccaRatings(declared: [ID(1): rated])).rows[0]
    #expect(full.importance == less.importance && full.strength == less.strength)
    #expect(full.attractiveness == less.attractiveness && less.difficulty.missing == [.competition])
  }

  @Test func `ratings out of range are refused`() {
    for value in [0.9, 5.1, .nan] {
      #expect(throws: Problem.self) { try FioccaRatings(declared: [ID(1): [.volume: value]]) }
    }
    #expect(throws: Problem.self) { try FioccaRatings(measured: [.volume: [ID(1): .infinity]]) }
    #expect(throws: Problem.self) { try FioccaRatings(weights: [.volume: -1]) }
  }
}

@Suite struct PriceCostMatrixTests {
  private func row(
    _ id: Int64, net: Int64, list: Int64?, cost: Double, relation: Double?, goods: Int64? = 0
  ) throws -> PriceCostMatrix.Row {
    let served = ServedCustomer(
      ID(id), sales: CustomerSales(net: net, list: list, goodsCost: goods),
      counts: [.order: DriverCount(pieces: cost)])
    let costing = try ActivityCosting([served], rates: CostRates(rates: [.order: .perPiece(1)]))
    return PriceCostMatrix.Row(try #require(costing.rows.first), relationshipValue: relation)
  }

  private func eight() throws -> PriceCostMatrix {
    var rows: [PriceCostMatrix.Row] = []
    for place in 0..<8 {
      let net: Int64 = place & 1 == 0 ? 800 : 1_000
      let cost: Double = place & 2 == 0 ? 100 : 600
      let relation: Double = place & 4 == 0 ? 10 : 90
      rows.append(try row(Int64(place + 1), net: net, list: 1_000, cost: cost, relation: relation))
    }
    return PriceCostMatrix(rows)
  }

  @Test func `medians cut eight cells in two panels`() throws {
    let matrix = try eight()
    let money = Dictionary(uniqueKeysWithValues: (1...8).map { (CustomerID($0), Int64(1) << $0) })
    let map = try matrix.cells(money: money)
    #expect(map.cells.count == 8 && map.cells.values.allSatisfy { $0.customers.count == 1 })
    #expect(try map.total == 510)
    let names = try matrix.names(money: money)
    #expect(names[.aggressive].customers == [ID(1), ID(5)] && names[.passive].customers == [ID(2), ID(6)])
    #expect(names[.bargainBasement].customers == [ID(3), ID(7)])
    #expect(names[.carriageTrade].customers == [ID(4), ID(8)])
    for cell in map.cells.keys { #expect(names[cell.name].customers.count == 2) }
    #expect(matrix.lines().price == 0.9 && matrix.lines().relationship == 50)
  }

  @Test func `a dragged line moves those between its places`() throws {
    let matrix = try eight()
    let before = try matrix.names(money: [:])
    let after = try matrix.names(.init(price: 0.7), money: [:])
    #expect(before.moves(to: after).map(\.customer) == [ID(1), ID(3), ID(5), ID(7)])
    #expect(after[.bargainBasement].customers.isEmpty && after[.passive].customers.count == 4)
  }

  @Test func `a cost without a margin is high and what is missing is not placed`() throws {
    let matrix = PriceCostMatrix([
      try row(1, net: 500, list: 1_000, cost: 5, relation: 1, goods: 500),
      try row(2, net: 1_000, list: 1_000, cost: 5, relation: 1), try row(3, net: 5, list: nil, cost: 1, relation: 1),
      try row(4, net: 1_000, list: 1_000, cost: 9, relation: nil),
    ])
    #expect(matrix.rows[0].hasNoMargin && matrix.rows[0].costBurden == nil)
    let names = try matrix.names(.init(cost: 1e9), money: [ID(3): 44])
    #expect(names.cell(of: ID(1)) == .bargainBasement && names.unplaced.customers == [ID(3)])
    #expect(names.unplaced.minor == 44)
    #expect(try matrix.cells(money: [:]).unplaced.customers == [ID(3), ID(4)])
    #expect(try PriceCostMatrix([]).names(money: [:]).cells.isEmpty)
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `money in cells adds up to the whole wherever the lines stand`(
    seed: UInt64
  ) throws {
    var chance = Chance(seed: seed)
    let rows = try (1...200).map { id in
      try row(
        id, net: Int64(chance.uniform() * 1_000), list: chance.uniform() < 0.8 ? 1_000 : nil,
        cost: (chance.uniform() * 500).rounded(), relation: chance.uniform() < 0.7 ? chance.uniform() * 100 : nil)
    }
    let money = Dictionary(uniqueKeysWithValues: rows.map { ($0.customer, Int64(chance.uniform() * 2e6) - 1_000_000) })
    let total = try money.values.exactSum()
    for _ in 0..<20 {
      let lines = PriceCostMatrix.Lines(
        cost: chance.uniform(), price: chance.uniform(), relationship: 100 * chance.uniform())
      let map = try PriceCostMatrix(rows).cells(lines, money: money)
      #expect(try map.total == total)
      #expect(map.cells.values.reduce(map.unplaced.customers.count) { $0 + $1.customers.count } == 200)
    }
  }

  @Test func `25 equal customers stand together`() throws {
    let matrix = PriceCostMatrix(try (1...25).map { try row($0, net: 900, list: 1_000, cost: 10, relation: 50) })
    #expect(try matrix.cells(money: [:]).cells.count == 1)
  }
}
