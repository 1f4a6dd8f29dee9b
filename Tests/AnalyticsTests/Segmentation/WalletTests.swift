import Analytics
import Kernel
import Testing

@Suite struct WalletTests {
  @Test func `shares by rank add up to one`() throws {
    for brands in 1...6 {
      let shares = try (1...brands).map { try WalletShare.byRank(Double($0), brands: brands) }
      #expect(isNear(shares.reduce(0, +), 1, 1e-12))
    }
    #expect(isNear(try WalletShare.byRank(1, brands: 2), 2.0 / 3, 1e-12))
    #expect(isNear(try WalletShare.byRank(1.5, brands: 2), 0.5, 1e-12))
    #expect(throws: Problem.self) { try WalletShare.byRank(3, brands: 2) }
    #expect(throws: Problem.self) { try WalletShare.byRank(0, brands: 2) }
  }

  @Test func `the grocery chain's households have the specified shares of wallet`() throws {
    let bands = [
      "Under 15K": 0, "15-24K": 0, "25-34K": 0, "35-49K": 1, "50-74K": 1, "75-99K": 2, "100-124K": 2, "125-149K": 3,
      "150-174K": 3, "175-199K": 3, "200-249K": 3, "250K+": 3,
    ]
    let sales = Dictionary(try GroceryLine.all().map { ($0.household, $0.cents) }, uniquingKeysWith: +)
    let text = String(decoding: try RealPurchases.file("grocery/demographics.csv"), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let header = try #require(lines.first)
    let columns = try ["household_id", "income", "household_size"].map { name in
      try #require(header.firstIndex { $0 == name })
    }
    let households = try lines.dropFirst().map { fields in
      let size = try #require(fields[columns[2]].unicodeScalars.first.flatMap { Int(String($0)) })
      let band = try #require(bands[String(fields[columns[1]])])
      let household = try #require(Int(fields[columns[0]]))
      return (sales: Double(try #require(sales[household])) / 100, cell: band * 10 + min(size, 4))
    }
    let estimates = try WalletShare.byPeers(sales: households.map(\.sales), cells: households.map(\.cell))
      .compactMap(\.self)
    #expect(estimates.count == 801)
    #expect(isNear(estimates.map(\.share).reduce(0, +) / 801, 0.524_805, 1e-6))
    #expect(estimates.count { $0.share < 0.3 } == 193)
    #expect(isNear(estimates.map(\.open).sorted()[400], 2_882.57, 1e-6))
  }

  @Test func `cells of fewer than ten and cells without sales have no estimate`() throws {
    let few = try WalletShare.byPeers(sales: Array(repeating: 5, count: 9), cells: Array(repeating: 1, count: 9))
    #expect(few.allSatisfy { $0 == nil })
    let none = try WalletShare.byPeers(sales: Array(repeating: 0, count: 12), cells: Array(repeating: 1, count: 12))
    #expect(none.allSatisfy { $0 == nil })
    let returned = try WalletShare.byPeers(
      sales: [-5] + Array(repeating: 10, count: 11), cells: Array(repeating: 1, count: 12))
    #expect(returned[0]?.share == 0)
    #expect(returned[0]?.open == 10)
    #expect(throws: Problem.self) { try WalletShare.byPeers(sales: [1], cells: []) }
  }

  @Test func `missing parts are left out of a score and never count as zero`() throws {
    let score = try CompositeScore(
      [.init(80, weight: 0.35), .init(nil, weight: 0.25), .init(40, weight: 0.2)], minimum: 2)
    #expect(isNear(score.value, (80 * 0.35 + 40 * 0.2) / 0.55, 1e-12))
    #expect(score.lowest == 40)
    #expect(score.missing == 1)
    #expect(try CompositeScore([.init(80), .init(nil)], minimum: 2).value == nil)
    #expect(try CompositeScore([]).value == nil)
    #expect(throws: Problem.self) { try CompositeScore([.init(1, weight: -1)]) }
    #expect(try CompositeScore.percentileRanks([10, 30, 20, 20]) == [0.125, 0.875, 0.5, 0.5])
  }
}
