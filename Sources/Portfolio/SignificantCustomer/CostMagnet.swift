import Analytics
import Customers
import Kernel

/// Customers who carry the fixed cost for the rest (domain F8d, C34).
package struct CostMagnet: Sendable {
  package struct Row: Sendable, Equatable {
    package let customer: ID<Customer>
    /// Before fixed cost, in minor units; nil where it is unknown: the customer is left out.
    package let contribution: Int64?
    /// Capacity used; nil where nobody counted.
    package let minutes: Double?
    /// Where single customers are too many to look at, the group to look at instead.
    package let cluster: String?

    package init(_ customer: ID<Customer>, contribution: Int64?, minutes: Double?, cluster: String? = nil) {
      self.customer = customer
      self.contribution = contribution
      self.minutes = minutes
      self.cluster = cluster
    }
  }

  package struct Settings: Sendable, Equatable, Codable {
    package var leastRatio = 1.2
    package var leastAbsorbed = 0.05
    /// Of the others, turned negative by the removal.
    package var leastTurned = 0.01

    package init() {}
  }

  /// What one customer, or a group of them, carries and uses.
  package struct Load: Sendable, Equatable {
    package let customers: Int
    /// A; nil when nobody brings anything.
    package let absorbed: Double?
    /// U; nil without minutes.
    package let used: Double?
    /// A ÷ U; nil where either is.
    package let ratio: Double?
  }

  /// Who is looked at: contribution is known, and minutes are, if anybody's are.
  package let rows: [Row]
  package let settings: Settings
  package let fixedCost: Int64
  private let absorption: FixedCostAbsorption?
  private let places: [ID<Customer>: Int]

  /// - Throws: `Problem` when a number is out of range or the fixed cost is negative.
  package init(_ rows: [Row], fixedCost: Int64, settings: Settings = Settings()) throws {
    let isTimed = rows.contains { $0.minutes != nil }
    let usable = rows.filter { $0.contribution != nil && (!isTimed || $0.minutes != nil) }
    self.rows = usable
    self.settings = settings
    self.fixedCost = fixedCost
    absorption =
      usable.isEmpty
      ? nil
      : try FixedCostAbsorption(
        contributions: usable.map { Double($0.contribution ?? 0) },
        minutes: isTimed ? usable.map { $0.minutes ?? 0 } : nil, fixedCost: Double(fixedCost))
    places = Dictionary(usable.enumerated().map { ($1.customer, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func load(of customers: Set<ID<Customer>>) -> Load {
    let places = self.places(of: customers)
    return Load(
      customers: places.count, absorbed: absorption?.absorbedShare(of: places),
      used: absorption?.capacityShare(of: places), ratio: absorption?.ratio(of: places))
  }

  /// What each cluster carries, by name.
  package var clusters: [(name: String, load: Load)] {
    Dictionary(grouping: rows.filter { $0.cluster != nil }) { $0.cluster ?? "" }
      .map { ($0, load(of: Set($1.map(\.customer)))) }
      .sorted { $0.name < $1.name }
  }

  /// Takes customers away and spreads the fixed cost over those who stay; nil without minutes.
  package func removal(of customers: Set<ID<Customer>>) -> FixedCostAbsorption.Removal? {
    absorption?.removal(of: places(of: customers))
  }

  /// The same for the slider: takes away so many customers, those who absorb most first.
  package func removal(ofTop count: Int) -> FixedCostAbsorption.Removal? {
    removal(of: Set(ranked.prefix(max(0, count)).map(\.customer)))
  }

  /// By what they absorb, most first.
  package var ranked: [Row] {
    rows.sorted { ($1.contribution ?? 0, $0.customer) < ($0.contribution ?? 0, $1.customer) }
  }

  package var detection: Detection {
    var found: [SignificantCustomer] = []
    var candidates: [SignificanceCandidate] = []
    let screen = RemovalScreen(rows, fixedCost: fixedCost)
    for (place, row) in rows.enumerated() {
      guard let absorption, let absorbed = absorption.absorbedShare(of: [place]), absorbed > 0 else { continue }
      guard let ratio = absorption.ratio(of: [place]), let used = absorption.capacityShare(of: [place]) else {
        if row.minutes == nil, absorbed >= settings.leastAbsorbed {
          candidates.append(
            .init(
              customer: row.customer, kind: .costMagnet, missing: .minutes,
              evidence: [.init(.absorbedShare, absorbed)]))
        }
        continue
      }
      guard ratio >= settings.leastRatio else { continue }
      let mayTurn = screen.mayTurn(row, atLeast: settings.leastTurned, of: rows.count - 1)
      let removal = absorbed >= settings.leastAbsorbed || mayTurn ? absorption.removal(of: [place]) : nil
      guard absorbed >= settings.leastAbsorbed || (removal?.share ?? 0) >= settings.leastTurned else { continue }
      var evidence = [
        SignificanceEvidence(.absorbedShare, absorbed), .init(.capacityShare, used), .init(.absorptionRatio, ratio),
      ]
      if let removal { evidence.append(.init(.turnedNegative, Double(removal.turnedNegative))) }
      found.append(.init(row.customer, .costMagnet, score: ratio / (1 + ratio), evidence: evidence))
    }
    return Detection(.costMagnet, found: found, candidates: candidates)
  }

  private func places(of customers: Set<ID<Customer>>) -> Set<Int> { Set(customers.compactMap { places[$0] }) }
}

/// How many of the others a removal would turn negative, near enough to spare the removal test for the many customers
/// who use too little: the rest of a large base is judged in seconds.
private struct RemovalScreen {
  /// Contribution a minute, ascending: who lies between the old and the new cost of a minute turns negative.
  private let yields: [Double]
  private let minutes: Double
  private let fixedCost: Double

  init(_ rows: [CostMagnet.Row], fixedCost: Int64) {
    yields = rows.compactMap { row in
      row.minutes.flatMap { $0 > 0 ? Double(row.contribution ?? 0) / $0 : nil }
    }
    .sorted()
    minutes = rows.reduce(0) { $0 + ($1.minutes ?? 0) }
    self.fixedCost = Double(fixedCost)
  }

  func mayTurn(_ row: CostMagnet.Row, atLeast share: Double, of others: Int) -> Bool {
    let left = minutes - (row.minutes ?? 0)
    guard left > 0 else { return true }
    let turned = yields.countBelow(fixedCost / left) - yields.countBelow(fixedCost / minutes)
    // One more is let through, because rounding may put a customer on the other side.
    return Double(turned + 1) >= share * Double(others)
  }
}
