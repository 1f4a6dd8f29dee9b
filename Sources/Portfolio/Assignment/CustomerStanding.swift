import Customers
import Kernel
import Web

/// One customer in the portfolio, with all that is needed to doubt its strategy and to decide otherwise.
struct CustomerStanding: Sendable {
  /// A question of the rules as this customer answers it.
  struct Tested: Sendable {
    let test: StrategyTest
    /// nil where the fact is missing.
    let answer: Bool?
    let missing: StrategyFact?
    let value: Double?
    let line: Double?
    let distance: Double?
    /// What the strategy would be if the figure crossed its line; empty where nothing would change.
    let becomes: [CoreStrategy]
  }

  let customer: Customer
  let portfolio: Portfolio
  let book: AssignmentBook
  let assignment: StrategyAssignment
  let row: PortfolioAssignment
  let contribution: CustomerContribution?
  let walk: MarginWalk?
  let entry: CustomerEquity.Entry?
  let significant: [SignificantCustomer]
  let candidates: [SignificanceCandidate]
  /// The newest first.
  let overrides: [Override]
  let endings: [EndingVerdict]
  let versions: [VersionRow]

  init(
    customer: Customer, portfolio: Portfolio, book: AssignmentBook, assignment: StrategyAssignment,
    row: PortfolioAssignment, overrides: [Override], endings: [EndingVerdict], versions: [VersionRow]
  ) throws {
    (self.customer, self.portfolio, self.book) = (customer, portfolio, book)
    (self.assignment, self.row) = (assignment, row)
    contribution = portfolio.contribution[customer.id]
    walk = try contribution.map { try MarginWalk([$0]) }
    entry = portfolio.equity?.entries.first { $0.customer == customer.id }
    significant = portfolio.significant.all.filter { $0.customer == customer.id }
    candidates = portfolio.significant.candidates.filter { $0.customer == customer.id }
    (self.overrides, self.endings, self.versions) = (overrides, endings, versions)
  }

  /// The override that holds.
  var override: Override? { Override.inForce(overrides)[customer.id] }
  /// The answer on ending that holds.
  var verdict: EndingVerdict? { portfolio.verdicts[customer.id] }

  /// Every question that the rules ask of a customer of this standing, in their order.
  var tests: [Tested] {
    let settings = portfolio.strategies.settings
    let facts = assignment.facts
    let asked = StrategyTest.allCases.filter { test in
      switch test {
      case .isProspect, .fits, .startPays: facts.standing == .prospect
      case .regainPays: facts.standing == .lapsed
      case .isLapsed: facts.standing != .prospect
      case .canBeRepaired, .isHeld, .mayEnd: facts.standing == .active && (facts.contribution ?? 0) < 0
      default: facts.standing == nil || facts.standing == .active
      }
    }
    return asked.map { test in
      let change = assignment.changes.first { $0.test == test }
      let measure = test.measure(facts, settings)
      let (answer, missing): (Bool?, StrategyFact?) =
        switch test.read(facts, settings) {
        case .known(let known): (known, nil)
        case .missing(let fact): (nil, fact)
        }
      return Tested(
        test: test, answer: answer, missing: missing, value: measure?.value, line: measure?.line,
        distance: measure?.distance, becomes: change?.becomes ?? [])
    }
  }
}

extension StrategyTest {
  /// The question as a person asks it.
  var question: String {
    switch self {
    case .isProspect: "Not a customer yet?"
    case .isLapsed: "Lapsed?"
    case .fits: "Fits what we do well?"
    case .startPays: "Does winning them pay?"
    case .regainPays: "Does winning them back pay?"
    case .losesMoney: "Loses money?"
    case .canBeRepaired: "Can it be repaired?"
    case .isHeld: "Does a contract or a duty hold us?"
    case .mayEnd: "Is the cost measured well enough to end?"
    case .isSignificant: "Matters to the firm's future?"
    case .isConfirmed: "Did a person confirm that?"
    case .isHighValue: "Of high value?"
    case .rivalSeen: "Was a competitor seen?"
    case .isAtRisk: "At risk of leaving?"
    case .walletIsOpen: "Do they buy much elsewhere?"
    case .roomIsWorthIt: "Is that room worth going for?"
    }
  }

  /// What the figure is measured in.
  func unit(_ currency: Currency) -> Figure.Unit {
    switch self {
    case .startPays, .regainPays, .losesMoney, .canBeRepaired, .roomIsWorthIt: .money(currency)
    case .walletIsOpen: .share
    default: .ratio
    }
  }
}

extension StrategyFact {
  /// What makes the fact known.
  var mend: String {
    switch self {
    case .standing: "It shows with the third purchase, or after a year of silence."
    case .fit: "Rate how well the prospect fits."
    case .startGain: "Enter what winning costs and what the customer would bring."
    case .regainGain: "Enter what winning back costs and how often it works."
    case .contribution: "Enter the gross margin and what serving costs."
    case .measuredCost: "Count what serving this customer takes, instead of an average."
    case .bestContribution: "Work out what a price rise or a cheaper channel would leave."
    case .significance: "Enter the margin, so that lifetime value can tell, or give your word below."
    case .hold: "Look for contracts, duties, network risk and vulnerable persons."
    case .value: "It needs a contribution or a lifetime value."
    case .rival: "Ask whether and where a competitor was seen."
    case .risk: "It shows with the fourth purchase."
    case .wallet: "Ask what they spend with others on what we sell."
    }
  }
}

/// The page of a customer as programs get it.
struct CustomerStandingAnswer: Encodable, Sendable {
  struct Test: Encodable, Sendable {
    let test: StrategyTest
    let question: String
    let answer: OrNull<Bool>
    let missing: OrNull<StrategyFact>
    let value: OrNull<Double>
    let line: OrNull<Double>
    let distance: OrNull<Double>
    let becomes: [CoreStrategy]
  }

  struct Step: Encodable, Sendable {
    let step: String
    let money: Double
  }

  enum Part: CodingKey { case tests, walk, overrides, endings, versions, expectedOrders, declining }

  let assignment: AssignmentAnswer
  let tests: [Test]
  let walk: [Step]
  let overrides: [Override]
  let endings: [EndingVerdict]
  let versions: [AssignmentAnswer]
  let expectedOrders: Double?
  let isDeclining: Bool

  init(_ standing: CustomerStanding) {
    assignment = AssignmentAnswer(standing.row, of: standing.book, name: standing.customer.name)
    let scale = Double(standing.portfolio.currency.minorPerMajor)
    tests = standing.tests.map { tested in
      var isMoney = false
      if case .money = tested.test.unit(standing.portfolio.currency) { isMoney = true }
      func shown(_ value: Double?) -> OrNull<Double> { OrNull(value.map { isMoney ? $0 / scale : $0 }) }
      return Test(
        test: tested.test, question: tested.test.question, answer: OrNull(tested.answer),
        missing: OrNull(tested.missing), value: shown(tested.value), line: shown(tested.line),
        distance: OrNull(tested.distance), becomes: tested.becomes)
    }
    walk = (standing.walk?.lines ?? []).map { Step(step: $0.step.word, money: Double($0.minor) / scale) }
    (overrides, endings) = (standing.overrides, standing.endings)
    versions = standing.versions.compactMap(\.answer)
    expectedOrders = standing.entry?.expectedOrders
    isDeclining = standing.portfolio.declining.contains(standing.customer.id)
  }

  func encode(to encoder: any Encoder) throws {
    try assignment.encode(to: encoder)
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encode(tests, forKey: .tests)
    try parts.encode(walk, forKey: .walk)
    try parts.encode(overrides, forKey: .overrides)
    try parts.encode(endings, forKey: .endings)
    try parts.encode(versions, forKey: .versions)
    try parts.encode(OrNull(expectedOrders), forKey: .expectedOrders)
    try parts.encode(isDeclining, forKey: .declining)
  }
}

extension CustomerStandingAnswer: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema {
    let own = shapes.members(of: Self.self).properties.filter { !["assignment", "isDeclining"].contains($0.key) }
    return shapes.merged(
      [AssignmentAnswer.self],
      own.merging(["declining": .flag, "expectedOrders": .orNothing(.number)]) { _, other in other },
      required: own.keys.filter { $0 != "expectedOrders" } + ["declining", "expectedOrders"])
  }
}
