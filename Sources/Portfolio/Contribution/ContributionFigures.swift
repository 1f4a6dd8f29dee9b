import Analytics
import Kernel

extension Contribution {
  /// Programs know the figures by these names; they never change.
  func allFigures() -> [Figure] {
    let (grade, gaps) = (Figure.weakest(costing.rows.map(\.grade)), costing.gaps)
    return [contributionFigure, shareOfMargin, lossMakers, peak, managementCost].map { draft in
      Figure(
        id: draft.id, title: draft.title, value: draft.value, unit: draft.unit, asOf: asOf, window: window,
        method: draft.method, explanation: draft.explanation, n: costing.rows.count, grade: grade, missing: gaps)
    }
  }

  package func figure(_ id: String) -> Figure? { figures.first { $0.id == id } }

  var isKnown: Bool { costing.rows.contains { $0.contribution != nil } }

  /// A figure before what all of them share.
  private struct Draft {
    let id: String
    let title: String
    let value: Double?
    let unit: Figure.Unit
    let method: String
    let explanation: String
  }

  private func make(
    _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, method: String, _ explanation: String
  ) -> Draft {
    Draft(id: id, title: title, value: value, unit: unit, method: method, explanation: explanation)
  }

  private var contributionFigure: Draft {
    make(
      "contribution", "Contribution", isKnown ? major(try? costing.contribution) : nil, .money(currency), method: "F1",
      """
      Net sales less the cost of goods, or the entered margin where that is unknown, less what serving took: counted \
      activities at entered rates.
      """)
  }

  private var shareOfMargin: Draft {
    make(
      "costToServeShare", "Margin that serving takes", costing.shareOfMargin, .share, method: "F1",
      "Cost to serve of all customers as a share of their gross margin.")
  }

  private var lossMakers: Draft {
    make(
      "lossMakers", "Customers who lose money", isKnown ? (try? costing.lossMakers).map { Double($0.customers) } : nil,
      .count, method: "F1", "Customers whose cost to serve is above their gross margin.")
  }

  private var peak: Draft {
    make(
      "whalePeak", "Peak of the whale curve", costing.whaleCurve?.peakShare, .share, method: "F3",
      "What the customers who earn something bring, over what all bring together; above 100 % is what losses destroy.")
  }

  private var managementCost: Draft {
    make(
      "managementCostRatio", "Cost of managing customers", costing.managementCostRatio, .share, method: "F7",
      "Cost to serve as a share of net sales.")
  }
}

/// The analysis as programs get it. Keys are added, never changed.
package struct ContributionReport: Encodable, Sendable {
  struct Step: Encodable {
    let step: String
    let money: Double
    let customers: Int
  }

  let asOf: Day
  let first: Day
  let last: Day
  let currency: String
  let customers: Int
  let netSales: Double?
  let grossMargin: Double?
  let costToServe: Double?
  let contribution: Double?
  let costToServeShare: Double?
  let lossMakers: Int?
  let loss: Double?
  let whalePeak: Double?
  let unusedCapacity: [String: Double]
  let walk: [Step]
  let figures: [String: ConcentrationReport.Number]
  let managing: ManagementCostReport?
  /// By the segmentation in use; left out while there is none.
  let segments: [SegmentWalk]?
  /// What those who were asked would have paid.
  let wouldPay: Double?

  struct SegmentWalk: Encodable {
    let segment: ID<Segment>?
    let name: String
    let customers: Int
    let walk: [Step]
    let contribution: Double?
    let wouldPay: Double?
  }

  package init(
    _ answer: Contribution, history: ContributionHistory? = nil, walks: SegmentWalks? = nil
  ) {
    let costing = answer.costing
    asOf = answer.asOf
    first = answer.window.from
    last = answer.window.last
    currency = answer.currency.code
    customers = costing.rows.count
    netSales = answer.major(try? costing.netRevenue)
    grossMargin = answer.major(try? costing.grossMargin)
    costToServe = answer.major(try? costing.costToServe)
    contribution = answer.figure("contribution")?.value
    costToServeShare = costing.shareOfMargin
    let losses = try? costing.lossMakers
    lossMakers = losses?.customers
    loss = answer.major(losses?.minor)
    whalePeak = costing.whaleCurve?.peakShare
    unusedCapacity = Dictionary(
      costing.unused.map { ($0.pool.name, answer.major($0.minor) ?? 0) }, uniquingKeysWith: { first, _ in first })
    func steps(_ walk: MarginWalk) -> [Step] {
      walk.lines.map { Step(step: $0.step.word, money: answer.major($0.minor) ?? 0, customers: $0.customers) }
    }
    walk = steps(answer.walk)
    wouldPay = answer.major(walks?.whole.wouldPay?.minor)
    segments = walks.flatMap { $0.rows.isEmpty ? nil : $0.rows }?.map { row in
      SegmentWalk(
        segment: row.segment, name: row.name, customers: row.walk.customers, walk: steps(row.walk),
        contribution: answer.major(row.walk.contribution), wouldPay: answer.major(row.walk.wouldPay?.minor))
    }
    managing = history.map { ManagementCostReport($0) }
    figures = Dictionary(answer.figures.map { ($0.id, .init($0)) }, uniquingKeysWith: { first, _ in first })
  }
}

extension MarginWalk.Step {
  /// The word on screen.
  var word: String {
    switch self {
    case .list: "At list price"
    case .withoutList: "Sales"
    case .discounts: "Discounts"
    case .rebates: "Rebates"
    case .returns: "Returns"
    case .otherPrice: "Other price"
    case .goods: "Cost of goods"
    case .withoutGoodsCost: "Unknown margin"
    case .activity(let activity): activity.word
    }
  }
}
