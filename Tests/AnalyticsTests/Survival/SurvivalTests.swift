import Analytics
import Kernel
import Testing

@Suite struct SurvivalTests {
  private struct Expected: Decodable {
    struct Case: Decodable {
      let durations: [Double]
      let observed: [Bool]
      let weights: [Double]?
      let entries: [Double]?
      let times, survival, low, high: [Double]
      let median: Double?
    }
    struct Test: Decodable {
      let groups: [Int]
      let statistic, pValue: Double
    }
    let rossi, weighted, lateEntry: Case
    let logRank: Test
  }

  private func check(_ expected: Expected.Case) throws {
    let curve = try KaplanMeier(
      durations: expected.durations, observed: expected.observed, entries: expected.entries,
      weights: expected.weights)
    for (index, time) in expected.times.enumerated() {
      #expect(isNear(curve.survival(at: time), expected.survival[index], 1e-12))
      let interval = try #require(try curve.interval(at: time))
      #expect(isNear(interval.low, expected.low[index], 1e-9))
      #expect(isNear(interval.high, expected.high[index], 1e-9))
    }
    #expect(curve.time(byWhichLeft: 0.5) == expected.median)
  }

  @Test func `survival and its interval are those of lifelines`() throws {
    try check(Golden.read(Expected.self, "survival").rossi)
  }
  @Test func `weighted rows are those of lifelines`() throws {
    try check(Golden.read(Expected.self, "survival").weighted)
  }
  @Test func `late entry is that of lifelines`() throws { try check(Golden.read(Expected.self, "survival").lateEntry) }

  @Test func `the log rank test is that of lifelines`() throws {
    let expected = try Golden.read(Expected.self, "survival")
    let test = try LogRank(
      durations: expected.rossi.durations, left: expected.rossi.observed,
      isFirst: expected.logRank.groups.map { $0 == 1 })
    #expect(isNear(test.statistic, expected.logRank.statistic, 1e-9))
    #expect(isNear(test.pValue, expected.logRank.pValue, 1e-9))
  }

  @Test func `weight n equals n copies and order does not matter`() throws {
    let weighted = try KaplanMeier(durations: [1, 2, 3], observed: [true, false, true], weights: [2, 1, 3])
    let copies = try KaplanMeier(
      durations: [3, 1, 3, 2, 1, 3], observed: [true, true, true, false, true, true])
    #expect(weighted == copies)
    #expect(weighted.left == 5)
  }

  @Test func `nobody left means survival one and everybody left means zero`() throws {
    let staying = try KaplanMeier(durations: [5, 7], observed: [false, false])
    #expect(staying.steps.isEmpty)
    #expect(staying.survival(at: 6) == 1)
    #expect(staying.survival(at: 8) == nil)
    #expect(staying.time(byWhichLeft: 0.5) == nil)
    #expect(try staying.interval(at: 6)?.low == 1)
    let gone = try KaplanMeier(durations: [1, 1], observed: [true, true])
    #expect(gone.survival(at: 1) == 0)
    #expect(try gone.interval(at: 1)?.high == 0)
  }

  @Test func `the mean tenure is the area under the curve`() throws {
    let curve = try KaplanMeier(durations: [2, 4, 6, 8], observed: [true, true, true, true])
    #expect(curve.meanTenure(upTo: 8) == 5)
    #expect(curve.meanTenure(upTo: 4) == 3.5)
    #expect(curve.meanTenure(upTo: 9) == nil)
    #expect(curve.steps.map(\.hazard) == [0.25, 1.0 / 3, 0.5, 1])
  }

  @Test func `negative, empty and impossible rows are refused by name`() {
    func field(_ body: () throws -> KaplanMeier) -> String? {
      #expect(throws: Problem.self) { try body() }?.field
    }
    #expect(field { try KaplanMeier(durations: [], observed: []) } == "durations")
    #expect(field { try KaplanMeier(durations: [-1], observed: [true]) } == "durations")
    #expect(field { try KaplanMeier(durations: [1], observed: []) } == "observed")
    #expect(field { try KaplanMeier(durations: [1], observed: [true], entries: [1]) } == "entries")
    #expect(field { try KaplanMeier(durations: [1], observed: [true], weights: [.nan]) } == "weights")
    #expect(throws: Problem.self) { try LogRank(durations: [1, 2], left: [true, true], isFirst: [true, true]) }
  }

  @Test func `distributions agree with printed tables`() {
    #expect(isNear(ChiSquare.above(3.841_458_820_694_124, degrees: 1), 0.05, 1e-12))
    #expect(isNear(ChiSquare.above(18.307_038_053_275_146, degrees: 10), 0.05, 1e-12))
    #expect(isNear(ChiSquare.above(2, degrees: 2), 0.367_879_441_171_442_3, 1e-14))
    #expect(isNear(StudentT.quantile(0.975, degrees: 4), 2.776_445_105_197_793, 1e-12))
    #expect(isNear(StudentT.quantile(0.975, degrees: 1), 12.706_204_736_174_7, 1e-11))
    #expect(isNear(StudentT.quantile(0.05, degrees: 1e6), -1.644_855_151, 1e-8))
    #expect(StudentT.quantile(0.5, degrees: 3) == 0)
    #expect(StudentT.quantile(2, degrees: 3).isNaN)
  }
}
