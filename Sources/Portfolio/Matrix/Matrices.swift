import Customers
import Kernel

/// Draws the portfolio matrices for whoever asks, from the facts they may see and what people rated; what they are drawn
/// from is kept until facts, numbers or ratings change.
package final class Matrices: Sendable {
  private struct Asked: Equatable {
    let isDeep: Bool
    let assumptions: AssumptionSet
    let verdicts: [SignificanceVerdict]
    let ratings: Int64
    let user: Viewpoint?
  }

  private struct Drawn: Equatable {
    let asked: Asked
    let question: MatrixQuestion
  }

  private let portfolios: Portfolios
  private let ratings: Ratings
  private let drivers: CostDrivers
  private let bases = KeptAnswers<Asked, MatrixBasis>(most: 3)
  private let answers = KeptAnswers<Drawn, MatrixAnswer>(most: 8)

  package init(_ portfolios: Portfolios, ratings: Ratings, drivers: CostDrivers) {
    (self.portfolios, self.ratings, self.drivers) = (portfolios, ratings, drivers)
  }

  /// nil when nobody bought anything in the last year of the data.
  package func answer(_ question: MatrixQuestion, for actor: Actor) async throws -> MatrixAnswer? {
    guard let (asked, basis) = try await basis(isDeep: question.kind != .shapiro, for: actor) else { return nil }
    let drawn = Drawn(asked: asked, question: question)
    if let found = answers.find(drawn, at: basis.contribution.revision) { return found }
    let answer = try MatrixAnswer(question, basis)
    answers.keep(answer, to: drawn, at: basis.contribution.revision)
    return answer
  }

  /// What was measured of an account in the stead of ratings.
  package func measured(_ account: ID<Customer>, for actor: Actor) async throws -> [FioccaItem: MatrixRating] {
    let basis = try await basis(isDeep: true, for: actor)?.basis
    return (basis?.ratings.ratings(of: account) ?? [:]).filter { $0.value.grade == .measured }
  }

  private func basis(isDeep: Bool, for actor: Actor) async throws -> (asked: Asked, basis: MatrixBasis)? {
    let question = try await portfolios.question(scenario: nil, for: actor)
    let contributions = portfolios.contributions
    let found = try await contributions.answer(question.window, assumptions: question.assumptions, for: actor)
    guard let contribution = found else { return nil }
    let asked = Asked(
      isDeep: isDeep, assumptions: question.assumptions,
      verdicts: isDeep ? try await portfolios.verdicts.latest(for: actor) : [],
      ratings: isDeep ? try await ratings.revision() : 0,
      user: actor.viewpoint)
    if let basis = bases.find(asked, at: contribution.revision) { return (asked, basis) }
    let basis =
      isDeep
      ? try await deep(question, contribution, for: actor)
      : MatrixBasis(contribution: contribution, ratings: try FioccaRatings(), relationship: [:])
    bases.keep(basis, to: asked, at: contribution.revision)
    return (asked, basis)
  }

  private func deep(
    _ question: PortfolioQuestion, _ contribution: Contribution, for actor: Actor
  ) async throws -> MatrixBasis {
    let standing = try await ratings.standing(for: actor)
    let portfolio = try await portfolios.run(question, for: actor)
    var relationship = standing.relationship.mapValues { MatrixRating(value: $0, grade: .declared) }
    for one in portfolio?.significant.standing ?? [] where standing.relationship[one.customer] == nil {
      let score = MatrixRating(value: min(100, max(0, one.score * 100)), grade: max(.estimated, one.grade))
      if (relationship[one.customer]?.value ?? -1) < score.value { relationship[one.customer] = score }
    }
    let measured = MeasuredItems(
      contribution: contribution, ledger: try await portfolios.ledgers.current(for: actor),
      counts: try await drivers.counts(in: contribution.window, for: actor),
      wallets: (portfolio?.strategies.assignments ?? []).map { ($0.customer, $0.facts.shareOfWallet) })
    return MatrixBasis(
      contribution: contribution,
      ratings: try FioccaRatings(declared: standing.fiocca, measured: measured.figures), relationship: relationship)
  }
}

/// Figures that stand in for what people would rate (domain F10), where the data have them.
struct MeasuredItems {
  let contribution: Contribution
  let ledger: PurchaseLedger
  let counts: [(customer: ID<Customer>, total: CostDriver.Total)]
  let wallets: [(customer: ID<Customer>, share: Double?)]

  var figures: [FioccaItem: [ID<Customer>: Double]] {
    let rows = contribution.costing.rows
    var figures: [FioccaItem: [ID<Customer>: Double]] = [:]
    figures[.volume] = Dictionary(
      rows.map { ($0.customer, Double($0.sales.net)) }, uniquingKeysWith: { first, _ in first })
    let (orders, returns, lengths) = entries
    figures[.length] = lengths
    let contacts = count([.visit, .call])
    if !contacts.isEmpty {
      let months = max(1, Double(contribution.window.days) / 30.44)
      figures[.cooperation] = of(rows) { (contacts[$0] ?? 0) / months }
    }
    let tickets = count([.ticket])
    if !tickets.isEmpty || !returns.isEmpty {
      figures[.accountDifficulty] = of(rows) { customer in
        orders[customer].map { ((tickets[customer] ?? 0) + (returns[customer] ?? 0)) / $0 }
      }
    }
    figures[.importance] = Dictionary(
      wallets.compactMap { wallet in wallet.share.map { (wallet.customer, $0) } },
      uniquingKeysWith: { first, _ in first })
    return figures.filter { !$0.value.isEmpty }
  }

  private func of(
    _ rows: [CustomerContribution], _ figure: (ID<Customer>) -> Double?
  ) -> [ID<Customer>: Double] {
    var found: [ID<Customer>: Double] = [:]
    for row in rows { found[row.customer] = figure(row.customer) }
    return found
  }

  private func count(_ kinds: Set<CostDriver.Kind>) -> [ID<Customer>: Double] {
    var found: [ID<Customer>: Double] = [:]
    for (customer, total) in counts where kinds.contains(total.kind) {
      found[customer, default: 0] += total.pieces > 0 ? total.pieces : Double(total.count)
    }
    return found
  }

  private var entries:
    (orders: [ID<Customer>: Double], returns: [ID<Customer>: Double], lengths: [ID<Customer>: Double])
  {
    var (orders, returns, lengths) = ([ID<Customer>: Double](), [ID<Customer>: Double](), [ID<Customer>: Double]())
    let window = contribution.window
    for (position, customer) in ledger.customers.enumerated() {
      let range = ledger.entries(of: position)
      if let first = range.first { lengths[customer] = Double(contribution.asOf.number - ledger.days[first]) }
      for entry in range where window.contains(Day(ledger.days[entry])) {
        if ledger.isReturn[entry] { returns[customer, default: 0] += 1 } else { orders[customer, default: 0] += 1 }
      }
    }
    return (orders, returns, lengths)
  }
}
