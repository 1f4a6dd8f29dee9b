import Conditions
import Customers
import Kernel
import Store

/// Answers questions about concentration for whoever asks, from the purchases they may see.
package struct Concentrations: Sendable {
  let ledgers: PurchaseLedgers
  let companies: Companies

  package init(_ ledgers: PurchaseLedgers, companies: Companies) {
    self.ledgers = ledgers
    self.companies = companies
  }

  /// nil when nobody bought anything in the window.
  package func answer(_ question: ConcentrationQuestion, for actor: Actor) async throws -> Concentration? {
    try actor.require(.see, .analysis)
    let company = try await company()
    let ledger = try await ledgers.current(for: actor)
    return try Concentration(
      question, of: ledger, currency: company.currency, firstWeekday: company.firstWeekday)
  }

  /// The answer for programs; one without figures when nothing was bought.
  package func report(_ question: ConcentrationQuestion, for actor: Actor) async throws -> ConcentrationReport {
    if let answer = try await answer(question, for: actor) { return ConcentrationReport(answer) }
    let ledger = try await ledgers.current(for: actor)
    return ConcentrationReport(emptyFor: question, currency: try await company().currency, revision: ledger.revision)
  }

  private func company() async throws -> Company {
    guard let company = try await companies.current() else {
      throw Problem(
        .unavailable, "There is no company in this store yet.", mend: "Run: valuechain demo grocery, or serve.")
    }
    return company
  }
}
