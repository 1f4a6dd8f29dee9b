import Analytics
import Customers
import Kernel

/// What observations say of each customer, as the detectors and the rules take it (domain F8, F12). What nobody ever
/// wrote down of anybody is unknown; once it is written down of somebody, silence on the others means none.
struct SeenFacts: Sendable {
  /// What goes in.
  struct Inputs: Sendable {
    var observations: [Observation] = []
    /// `segment`, `hold` and `fit`, by customer.
    var traits: [ID<Customer>: [String: String]] = [:]
    var firsts: [FirstPurchase] = []
  }

  static let traitNames = ["segment", "hold", "fit"]
  static let rivalDays = 180
  static let referenceDays = 365

  let observations: [Observation]
  private let traits: [ID<Customer>: [String: String]]
  private let firsts: [FirstPurchase]
  private let asOf: Day
  private let rivals: Set<ID<Customer>>?
  private let isHeldKnown: Bool
  /// What each spends with everybody in a year, the latest word, in minor units.
  let wallets: [ID<Customer>: Int64]

  init(_ inputs: Inputs, asOf: Day) {
    observations = inputs.observations.filter { $0.day <= asOf }
    traits = inputs.traits
    firsts = inputs.firsts
    self.asOf = asOf
    let met = observations.filter { $0.kind == .rival }
    rivals = met.isEmpty ? nil : Set(met.filter { asOf.days(since: $0.day) <= Self.rivalDays }.map(\.customer))
    isHeldKnown = inputs.traits.values.contains { $0["hold"] != nil }
    wallets = Dictionary(
      observations.filter { $0.kind == .wallet }.compactMap { seen in seen.minor.map { (seen.customer, $0) } },
      uniquingKeysWith: { _, later in later })
  }

  func rivalSeen(_ customer: ID<Customer>) -> Bool? { rivals.map { $0.contains(customer) } }

  func segment(_ customer: ID<Customer>) -> String? { traits[customer]?["segment"] }

  func fit(_ customer: ID<Customer>) -> Double? {
    traits[customer]?["fit"].flatMap(Double.init).flatMap { (0...100).contains($0) ? $0 : nil }
  }

  /// nil when nobody's holds were ever written down.
  func holds(_ customer: ID<Customer>) -> Set<HoldFlag>? {
    guard isHeldKnown else { return nil }
    let words = (traits[customer]?["hold"] ?? "").split { $0 == "," || $0 == ";" || $0 == " " }
    return Set(
      words.compactMap { word in HoldFlag.allCases.first { $0.rawValue.lowercased() == word.lowercased() } })
  }

  // Detectors.

  /// Known customers whom others copy, among those who ever bought.
  func benchmarks(among buyers: [ID<Customer>], contributions: [ID<Customer>: Int64], scale: Double) throws -> Detection
  {
    guard Self.tellsOfBenchmarks(observations) else { return Detection(.benchmark, found: []) }
    let named = observations.filter { $0.kind == .reference }
    let lately = Dictionary(
      grouping: named.filter { asOf.days(since: $0.day) < Self.referenceDays }, by: \.customer)
    let standing = try pageRanks(buyers, contributions, scale)
    let lifts = lifts(buyers)
    let prestige = Dictionary(
      observations.filter { $0.kind == .prestige }.map { ($0.customer, Double($0.score ?? 0)) },
      uniquingKeysWith: { _, later in later })
    return try Benchmark.detect(
      buyers.map { customer in
        Benchmark.Row(
          customer, segment: segment(customer), references: named.isEmpty ? nil : lately[customer]?.count ?? 0,
          followOnLift: lifts[customer], pageRank: standing?[customer], prestige: prestige[customer])
      })
  }

  /// Whether the products first bought by everybody are worth reading: followers alone make no benchmark.
  static func tellsOfBenchmarks(_ observations: [Observation]) -> Bool {
    observations.contains { [.reference, .referral, .prestige].contains($0.kind) }
  }

  /// Standing flows from the newcomer to who brought it, by what the newcomer earns; nil without referrals.
  private func pageRanks(
    _ buyers: [ID<Customer>], _ contributions: [ID<Customer>: Int64], _ scale: Double
  ) throws -> [ID<Customer>: Double]? {
    let places = Dictionary(buyers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let links = observations.filter { $0.kind == .referral }.compactMap { seen -> Graph.Link? in
      guard let other = seen.otherCustomer, let from = places[other], let to = places[seen.customer], from != to
      else { return nil }
      return Graph.Link(from: from, to: to, weight: max(1, Double(contributions[other] ?? 0) / scale))
    }
    guard !links.isEmpty else { return nil }
    let ranks = try Graph(nodes: buyers.count, links: links).pageRank()
    return Dictionary(zip(buyers, ranks).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }

  private func lifts(_ buyers: [ID<Customer>]) -> [ID<Customer>: Double] {
    let past = firsts.filter { $0.day <= asOf }
    guard let first = past.map(\.day).min() else { return [:] }
    let segments = Dictionary(buyers.map { ($0, segment($0)) }, uniquingKeysWith: { first, _ in first })
    return FollowOn.lifts(past, segments: segments, observed: Period(from: first, until: asOf.adding(days: 1)))
  }

  /// Customers who made us improve something.
  func inspirations() throws -> Detection {
    let changes = Dictionary(grouping: observations.filter { $0.kind == .change }, by: \.other)
      .sorted { $0.key < $1.key }.enumerated().map { number, entry in
        Inspiration.Change(
          id: Int64(number), implemented: entry.value.map(\.day).min(),
          benefit: entry.value.compactMap(\.minor).max(),
          credits: Dictionary(
            entry.value.map { ($0.customer, Double?.none) }, uniquingKeysWith: { first, _ in first }))
      }
    let since = asOf.adding(months: -Inspiration.Settings().months)
    let ideas = Dictionary(
      grouping: observations.filter { $0.kind == .idea && $0.score == 1 && $0.day > since }, by: \.customer)
    return try Inspiration.detect(changes, ideas: ideas.mapValues(\.count), asOf: asOf)
  }
}
