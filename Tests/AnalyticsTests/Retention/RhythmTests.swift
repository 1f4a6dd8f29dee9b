import Analytics
import Kernel
import Testing

@Suite struct RhythmTests {
  private func rhythm(_ days: [Int32], segment: Double? = nil, asOf: Int32) throws -> PurchaseRhythm {
    try PurchaseRhythm(days: days.map { Day($0) }, segmentGap: segment, asOf: Day(asOf))
  }

  @Test func `a customer is late by its own rhythm once it has three gaps`() throws {
    // Gaps 10, 12, 20: the usual one is 12.
    let own = try rhythm([142, 100, 110, 122, 122], segment: 500, asOf: 167)
    #expect(own.source == .own)
    #expect(own.usualGap == 12)
    #expect(own.daysSinceLast == 25)
    #expect(own.state == .atRisk)
    #expect(try rhythm([100, 110, 122, 142], asOf: 166).state == .onTime)
    #expect(try rhythm([100, 110, 122, 142], asOf: 178).state == .atRisk)
    #expect(try rhythm([100, 110, 122, 142], asOf: 179).state == .lapsed)
  }

  @Test func `with fewer gaps the segment speaks and without one nobody does`() throws {
    let two = try rhythm([100, 110, 120], segment: 30, asOf: 185)
    #expect(two.source == .segment)
    #expect(isNear(two.overdueIndex, 65.0 / 30, 1e-12))
    #expect(two.state == .atRisk)
    let one = try rhythm([100], asOf: 200)
    #expect(one.state == .unknown)
    #expect(one.overdueIndex == nil)
    #expect(try rhythm([100], asOf: 466).state == .lapsed)
    #expect(try rhythm([100], asOf: 465).state == .unknown)
  }

  @Test func `purchases after the day are not known yet and no purchase is refused`() throws {
    #expect(try rhythm([100, 300], asOf: 150).daysSinceLast == 50)
    #expect(throws: Problem.self) { try rhythm([300], asOf: 150) }
    #expect(throws: Problem.self) { try rhythm([100], segment: 0, asOf: 150) }
  }

  @Test func `a quarter below half the usual spending is a decline`() {
    #expect(PurchaseRhythm.isDeclining(quarters: [100, 100, 100, 49]) == true)
    #expect(PurchaseRhythm.isDeclining(quarters: [100, 100, 100, 50]) == false)
    #expect(PurchaseRhythm.isDeclining(quarters: [900, 10, 10, 10, 6]) == false)
    #expect(PurchaseRhythm.isDeclining(quarters: [0, 0, 0, 0]) == nil)
    #expect(PurchaseRhythm.isDeclining(quarters: [100, 100, 10]) == nil)
  }
}
