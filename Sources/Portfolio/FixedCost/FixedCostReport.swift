import Customers
import Kernel

extension FixedCost {
  /// The figures of the analysis. Programs know them by these names; they never change.
  package func figures(_ removed: Removed) -> [Figure] {
    let step = yearly == nil ? nil : step(removed)
    let load = magnet.load(of: members(of: removed))
    var gaps: [Figure.Gap] = []
    if !isTimed { gaps.append(.init("minutes of what is done for customers", customers: count)) }
    if yearly == nil { gaps.append(.init("the fixed cost of a year", customers: 0)) }
    if leftOut > 0 { gaps.append(.init("contribution or minutes", customers: leftOut)) }
    func make(_ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, _ words: String) -> Figure {
      Figure(
        id: id, title: title, value: value, unit: unit, asOf: asOf, window: window, method: "F8",
        explanation: words, n: count, grade: grade, missing: gaps)
    }
    return [
      make(
        "absorbedShare", "Fixed cost they absorb", load.absorbed, .share,
        "The part of all positive contribution that comes from those taken away."),
      make("capacityShare", "Capacity they use", load.used, .share, "Their part of all minutes spent on customers."),
      make(
        "absorptionRatio", "Absorbed over used", load.ratio, .ratio,
        "Above 1 they carry more of the fixed cost than they cause; from 1.2 they are cost magnets."),
      make(
        "turnedNegative", "Customers who turn negative", step.map { Double($0.turnedNegative) }, .count,
        "Of the rest, those who cover their full cost now and would not when the fixed cost falls on fewer."),
    ]
  }
}

/// The removal test as programs get it. Keys are added, never changed.
package struct FixedCostReport: Encodable, Sendable {
  struct Part: Encodable {
    let customer: String?
    let fifth: Int?
    let customers: Int
    let contribution: Double?
    let absorbed: Double?
    let used: Double?
    let ratio: Double?
    /// Of what is paid today.
    let floor: Double?
    let fullFloor: Double?
  }

  struct Removal: Encodable {
    let removed: Int
    let remaining: Int
    let turnedNegative: Int
    let contributionLost: Double
    let capacityFreed: Double?
    let priceRise: Double?
  }

  let asOf: Day
  let first: Day
  let last: Day
  let currency: String
  let customers: Int
  let leftOut: Int
  let fixedCost: Double?
  let isTimed: Bool
  let by: String
  let fifths: [Part]
  let largest: [Part]
  let removal: Removal?

  package init(_ answer: FixedCost, _ removed: Removed) {
    let scale = Double(answer.currency.minorPerMajor)
    (asOf, first, last) = (answer.asOf, answer.window.from, answer.window.last)
    currency = answer.currency.code
    (customers, leftOut) = (answer.count, answer.leftOut)
    fixedCost = answer.yearly
    isTimed = answer.isTimed
    by =
      switch removed {
      case .largest: "customers"
      case .fifths: "fifths"
      case .chosen: "chosen"
      }
    fifths = answer.fifths.map {
      Part(
        customer: nil, fifth: $0.number, customers: $0.load.customers, contribution: Double($0.contribution) / scale,
        absorbed: $0.load.absorbed, used: $0.load.used, ratio: $0.load.ratio, floor: nil, fullFloor: nil)
    }
    largest = answer.largest(20).map { share in
      let floors = answer.floors(share.row)
      return Part(
        customer: "\(share.row.customer)", fifth: nil, customers: 1,
        contribution: share.row.contribution.map { Double($0) / scale }, absorbed: share.load.absorbed,
        used: share.load.used, ratio: share.load.ratio, floor: floors?.own, fullFloor: floors?.full)
    }
    removal = answer.step(removed).map {
      Removal(
        removed: $0.removed, remaining: $0.remaining, turnedNegative: $0.turnedNegative,
        contributionLost: Double($0.lost) / scale, capacityFreed: $0.freed, priceRise: $0.rise)
    }
  }

  /// In lines, for a terminal.
  package var lines: [String] {
    func percent(_ share: Double?) -> String { share.map { "\(($0 * 1_000).rounded() / 10) %" } ?? "missing" }
    let parts = fifths.map { part in
      "fifth \(part.fifth ?? 0): absorbs \(percent(part.absorbed)), uses \(percent(part.used)), ratio \(part.ratio.map { "\(($0 * 100).rounded() / 100)" } ?? "n/a")"
    }
    let gone = removal.map {
      "without \($0.removed): \($0.turnedNegative) of \($0.remaining) turn negative, \(Int64($0.contributionLost.rounded())) \(currency) lost"
    }
    return parts + [gone ?? "no removal test: \(isTimed ? "nobody would be left" : "nobody counted minutes")"]
      + (fixedCost == nil ? ["no fixed cost is entered, so nobody can turn negative"] : [])
  }
}
