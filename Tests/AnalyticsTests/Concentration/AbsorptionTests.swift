import Analytics
import Kernel
import Testing

@Suite struct AbsorptionTests {
  @Test func `Buttle's oilseed processor has a ratio of 1.42`() throws {
    // Two customers use 60 % of the time and absorb 85 % of the fixed cost.
    let absorption = try FixedCostAbsorption(
      contributions: [500, 350, 100, 50], minutes: [300, 300, 200, 200], fixedCost: 600)
    let magnets: Set = [0, 1]
    #expect(absorption.absorbedShare(of: magnets) == 0.85)
    #expect(absorption.capacityShare(of: magnets) == 0.6)
    #expect(abs((absorption.ratio(of: magnets) ?? 0) - 1.4167) < 1e-4)
  }

  @Test func `removing a magnet turns those negative who cannot carry its cost`() throws {
    let absorption = try FixedCostAbsorption(
      contributions: [500, 60, 35, -5], minutes: [50, 10, 10, 10], fixedCost: 160)
    // Each of the others bears 20 before and 160/3 = 53.3 after.
    let removal = try #require(absorption.removal(of: [0]))
    #expect(removal.remaining == 3)
    #expect(removal.turnedNegative == 1)
    #expect(removal.contributionLost == 500)
    #expect(removal.share == 1.0 / 3)
  }

  @Test func `without minutes only absorption is known`() throws {
    let absorption = try FixedCostAbsorption(contributions: [3, 1], minutes: nil, fixedCost: 1)
    #expect(absorption.absorbedShare(of: [0]) == 0.75)
    #expect(absorption.ratio(of: [0]) == nil)
    #expect(absorption.removal(of: [0]) == nil)
    #expect(absorption.removal(of: [0, 1]) == nil)
  }

  @Test func `a row that does not exist adds nothing and a negative cost is refused`() throws {
    let absorption = try FixedCostAbsorption(contributions: [3, 1], minutes: [1, 1], fixedCost: 1)
    #expect(absorption.absorbedShare(of: [7, -1]) == 0)
    #expect(throws: Problem.self) { try FixedCostAbsorption(contributions: [3], minutes: [1], fixedCost: -1) }
    #expect(throws: Problem.self) { try FixedCostAbsorption(contributions: [3], minutes: [-1], fixedCost: 1) }
    #expect(throws: Problem.self) { try FixedCostAbsorption(contributions: [3], minutes: [1, 2], fixedCost: 1) }
  }

  @Test func `four equal suppliers have an index of 2500`() throws {
    let equal = try HerfindahlIndex(amounts: [5, 5, 5, 5])
    #expect(equal.value == 2_500)
    #expect(equal.effectiveParties == 4)
    #expect(!equal.isConcentrated)
    let uneven = try HerfindahlIndex(amounts: [30, 10, 10, 10, 10, 10, 10, 10])
    #expect(abs(uneven.value - 1_600) < 1e-9)
    #expect(uneven.largestRow == 0)
    #expect(uneven.isConcentrated)
    #expect(throws: Problem.self) { try HerfindahlIndex(amounts: [0, 0]) }
    #expect(throws: Problem.self) { try HerfindahlIndex(amounts: [1, -1]) }
  }
}
