import Customers
import Kernel
import Portfolio
import Testing

private func rules() throws -> [TreatmentRule] {
  [
    try TreatmentRule(
      .highLifetimeValue, needsOwner: true, responseMinutes: 240, reviewDays: 90, ceilingShare: 0.1),
    try TreatmentRule(.benchmark, needsOwner: false, responseMinutes: 60),
    try TreatmentRule(.costMagnet, needsOwner: true, reviewDays: 30, ceilingShare: 0.02),
  ]
}

@Suite struct TreatmentTests {
  @Test func `of several rules the one that asks most holds`() throws {
    let both = try #require(Treatment([.benchmark, .highLifetimeValue, .costMagnet], by: rules()))
    #expect(both.needsOwner && both.responseMinutes == 60 && both.reviewDays == 30 && both.ceilingShare == 0.1)
    let one = try #require(Treatment([.benchmark], by: rules()))
    #expect(!one.needsOwner && one.reviewDays == nil && one.ceiling(lifetimeValue: 1_000) == nil)
    #expect(try Treatment([.inspiration], by: rules()) == nil && Treatment([], by: rules()) == nil)
  }

  @Test func `the ceiling is a share of lifetime value, never rounded up`() throws {
    let treatment = try #require(Treatment([.highLifetimeValue], by: rules()))
    #expect(treatment.ceiling(lifetimeValue: 6_241) == 624 && treatment.ceiling(lifetimeValue: 30) == 3)
    #expect(treatment.ceiling(lifetimeValue: 39) == 3)
    #expect(treatment.ceiling(lifetimeValue: -500) == 0 && treatment.ceiling(lifetimeValue: nil) == nil)
  }

  @Test func `what was got is held against what is due`() throws {
    let treatment = try #require(Treatment([.highLifetimeValue], by: rules()))
    let asOf = Day(20_000)
    func check(_ received: TreatmentReceived) -> TreatmentCheck {
      TreatmentCheck(received, due: treatment, lifetimeValue: 10_000, judged: asOf.adding(days: -5), asOf: asOf)
    }
    let good = check(
      .init(ID(1), hasOwner: true, responseMinutes: [240, 3], lastReview: asOf.adding(days: -90), spent: 1_000))
    #expect(good.isKept && good.lateAnswers == 0 && good.reviewDue == asOf && good.overspent == 0)
    let bad = check(
      .init(
        ID(1), hasOwner: false, responseMinutes: [241], waitingMinutes: [500, 10], lastReview: asOf.adding(days: -91),
        spent: 1_001))
    #expect(bad.lacksOwner && bad.lateAnswers == 2 && bad.isReviewOverdue && bad.overspent == 1 && !bad.isKept)
    let fresh = check(.init(ID(1), hasOwner: true))
    #expect(fresh.reviewDue == asOf.adding(days: -5) && fresh.isReviewOverdue && fresh.overspent == nil)
  }

  @Test func `those who matter are compared with all others`() {
    let comparison = TreatmentComparison(
      [
        .init(ID(1), hasOwner: true, responseMinutes: [10, 30], spent: 100), .init(ID(2), hasOwner: false, spent: nil),
        .init(ID(3), hasOwner: false, responseMinutes: [50, 70, 90], spent: 20),
      ], significant: [ID(1), ID(2)])
    #expect(comparison.significant.ownerShare == 0.5 && comparison.significant.medianResponseMinutes == 20)
    #expect(comparison.significant.spentEach == 100 && comparison.others.medianResponseMinutes == 70)
    let empty = TreatmentComparison([], significant: [])
    #expect(empty.others.ownerShare == nil && empty.others.spentEach == nil)
  }

  @Test func `rules out of range are refused`() {
    #expect(throws: Problem.self) { try TreatmentRule(.benchmark, needsOwner: true, responseMinutes: 0) }
    #expect(throws: Problem.self) { try TreatmentRule(.benchmark, needsOwner: true, reviewDays: 99_999) }
    #expect(throws: Problem.self) { try TreatmentRule(.benchmark, needsOwner: true, ceilingShare: 10) }
  }
}
