import Analytics
import Kernel
import Testing

@Suite struct ExperimentTests {
  private struct Expected: Decodable {
    let treated, control: [Double]
    let difference, standardError, low, high, pValue: Double
    let meansPerArm, meansTreatedWithTenthHeldOut, sharesPerArm, power, tLow: Double
  }

  @Test func `uplift, its interval and its chance are those of statsmodels`() throws {
    let expected = try Golden.read(Expected.self, "experiment")
    let uplift = try Uplift(treated: Arm(outcomes: expected.treated), control: Arm(outcomes: expected.control))
    #expect(isNear(uplift.difference, expected.difference, 1e-12))
    #expect(isNear(uplift.standardError, expected.standardError, 1e-12))
    #expect(isNear(try uplift.interval().low, expected.low, 1e-9))
    #expect(isNear(try uplift.interval().high, expected.high, 1e-9))
    #expect(isNear(uplift.pValue, expected.pValue, 1e-9))
    #expect(isNear(try uplift.detectableEffect(), 2.801_585 * expected.standardError, 1e-5))
  }

  @Test func `numbers of customers and power are those of statsmodels`() throws {
    let expected = try Golden.read(Expected.self, "experiment")
    let strict = try SampleSize(power: 0.9).customers(effect: 0.5, deviation: 2)
    #expect(strict.treated == Int(expected.meansPerArm.rounded(.up)))
    #expect(strict.control == strict.treated)
    let tenth = try SampleSize().customers(effect: 0.25, deviation: 1, controlShare: 0.1)
    #expect(tenth.treated == Int(expected.meansTreatedWithTenthHeldOut.rounded(.up)))
    let shares = try SampleSize().customers(from: 0.05, to: 0.07)
    #expect(abs(Double(shares.treated) - expected.sharesPerArm) <= 2)
    #expect(isNear(try SampleSize().power(effect: 0.3, deviation: 1, treated: 100, control: 50), expected.power, 1e-9))
  }

  @Test func `the wanted number of customers gives the wanted power`() throws {
    let size = try SampleSize()
    let needed = try size.customers(effect: 3, deviation: 20, controlShare: 0.2)
    let power = try #require(size.power(effect: 3, deviation: 20, treated: needed.treated, control: needed.control))
    #expect(power >= 0.8 && power < 0.803)
  }

  @Test func `intervals of simulated trials cover the truth`() throws {
    var chance = Chance(seed: 77)
    var covered = 0
    for _ in 0..<1_000 {
      // Outcome: 12 with chance 0.3 treated, 0.2 held out; the true uplift is 1.2.
      let treated = (0..<200).map { _ in chance.uniform() < 0.3 ? 12.0 : 0 }
      let control = (0..<100).map { _ in chance.uniform() < 0.2 ? 12.0 : 0 }
      let uplift = try Uplift(treated: Arm(outcomes: treated), control: Arm(outcomes: control))
      if try uplift.interval().contains(1.2) { covered += 1 }
    }
    #expect((930...970).contains(covered))
  }

  @Test func `the return on cost counts all treated and turns with its interval`() throws {
    let uplift = Uplift(
      treated: try Arm(successes: 60, trials: 400), control: try Arm(successes: 10, trials: 100))
    #expect(isNear(uplift.difference, 0.05, 1e-12))
    #expect(isNear(uplift.relative, 0.5, 1e-12))
    #expect(isNear(uplift.total, 20, 1e-12))
    let outcome = try uplift.returnOnCost(margin: 30, cost: 200)
    #expect(isNear(outcome.value, 2, 1e-12))
    #expect(outcome.interval.contains(2) && outcome.interval.low < 0)
    #expect(throws: Problem.self) { try uplift.returnOnCost(margin: 30, cost: 0) }
    let dearer = try uplift.returnOnCost(margin: -1, cost: 200)
    #expect(dearer.interval.low <= dearer.value && dearer.value <= dearer.interval.high)
  }

  @Test func `difference in differences removes what moved both`() throws {
    let test = try DifferenceInDifferences(
      treatedBefore: [10, 20, 30], treatedAfter: [18, 27, 39], controlBefore: [5, 5, 8, 9],
      controlAfter: [8, 9, 10, 12])
    #expect(isNear(test.effect.difference, 8 - 3, 1e-12))
    // Changes 8, 7, 9 and 3, 4, 2, 3: variances 1 and 2/3.
    #expect(isNear(test.effect.standardError, (1.0 / 3 + 1.0 / 6).squareRoot(), 1e-12))
    #expect(try !test.movedAlike(earlier: test))
    let still = try DifferenceInDifferences(
      treatedBefore: [1, 2, 3], treatedAfter: [2, 2, 4], controlBefore: [1, 2, 3], controlAfter: [1, 3, 4])
    #expect(try test.movedAlike(earlier: still))
    #expect(throws: Problem.self) {
      try DifferenceInDifferences(treatedBefore: [1, 2], treatedAfter: [1], controlBefore: [1], controlAfter: [1])
    }
  }

  @Test func `small or impossible tests are refused`() throws {
    #expect(throws: Problem.self) { try Arm(outcomes: [1]) }
    #expect(throws: Problem.self) { try Arm(successes: 3, trials: 2) }
    #expect(throws: Problem.self) { try SampleSize(power: 1) }
    #expect(throws: Problem.self) { try SampleSize().customers(effect: 0, deviation: 1) }
    #expect(throws: Problem.self) { try SampleSize().customers(effect: 1e-9, deviation: 1) }
    #expect(throws: Problem.self) { try SampleSize().customers(from: 0.1, to: 0.1) }
    #expect(try SampleSize().power(effect: 1, deviation: 0, treated: 5, control: 5) == nil)
    let flat = Uplift(treated: try Arm(outcomes: [1, 1]), control: try Arm(outcomes: [0, 0]))
    #expect(flat.pValue == nil)
    #expect(flat.relative == nil)
  }

  @Test func `break even points are those of the record shop's stories`() {
    #expect(isNear(BreakEven.volumeRise(priceCut: 0.1, margin: 0.3), 0.5, 1e-12))
    #expect(BreakEven.volumeRise(priceCut: 0.3, margin: 0.3) == nil)
    #expect(isNear(BreakEven.rewardCeiling(customerWorth: 34.79, incrementalShare: 0.5), 5.80, 1e-2))
    #expect(isNear(BreakEven.incrementalShare(reward: 15, contributionPerCustomer: 34.79), 0.43, 2e-3))
    #expect(BreakEven.incrementalShare(reward: 5, contributionPerCustomer: 0) == nil)
    #expect(BreakEven.paybackMonths(acquisitionCost: 60, monthlyContribution: 5) == 12)
    #expect(BreakEven.paybackMonths(acquisitionCost: 60, monthlyContribution: -1) == nil)
    #expect(isNear(BreakEven.regainGain(customers: 100, liftInReturn: 0.05, worth: 40, contactCost: 1.5), 50, 1e-9))
    #expect(isNear(BreakEven.returnOnCustomer(profit: 10, equityBefore: 100, equityAfter: 105), 0.15, 1e-12))
    #expect(BreakEven.returnOnCustomer(profit: 10, equityBefore: 0, equityAfter: 5) == nil)
  }

  @Test func `survey scores have the stated intervals`() throws {
    let promoters = try SurveyScore.promoters(
      Array(repeating: 10, count: 50) + Array(repeating: 8, count: 30) + Array(repeating: 3, count: 20))
    #expect(isNear(promoters.value, 0.3, 1e-12))
    // 1.96 · √((0.5 + 0.2 − 0.3²) ÷ 100)
    #expect(isNear(promoters.interval.high - promoters.value, 1.959_964 * (0.61 / 100).squareRoot(), 1e-6))
    let satisfied = try SurveyScore.satisfaction([5, 4, 4, 3, 1])
    #expect(satisfied.value == 0.6)
    #expect(satisfied.isHidden)
    let expected = try Golden.read(Expected.self, "experiment")
    let ease = try SurveyScore.ease([3, 4, 5, 5, 5, 6, 7])
    #expect(ease.value == 5)
    #expect(isNear(ease.interval.low, expected.tLow, 1e-9))
    #expect(try SurveyScore.ease([4]).interval.width == 6)
    #expect(try SurveyScore.promoters([10, 10]).interval.width == 0)
    #expect(throws: Problem.self) { try SurveyScore.promoters([11]) }
    #expect(throws: Problem.self) { try SurveyScore.satisfaction([]) }
  }
}
