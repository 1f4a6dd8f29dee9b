import Conditions
import Customers
import Kernel
import Portfolio
import Web

/// The first page: the chain, live.
package struct ChainRoutes: Sendable {
  let concentrations: Concentrations
  let decisions: Decisions
  let imports: Imports
  let customers: Customers
  let guides: Guides

  package init(
    concentrations: Concentrations, decisions: Decisions, imports: Imports, customers: Customers, guides: Guides
  ) {
    self.guides = guides
    self.concentrations = concentrations
    self.decisions = decisions
    self.imports = imports
    self.customers = customers
  }

  package var routes: [Route] {
    [Route(.get, "/", .signedIn, "The chain and how each stage stands.", answer: .of(ChainSummary.self), action: show)]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let actor = visit.actor
    let mayAnalyse = actor.may(.see, .analysis) && actor.may(.see, .purchase) && actor.may(.see, .customer)
    let figures = mayAnalyse ? try await concentrations.answer(ConcentrationQuestion(), for: actor) : nil
    let runs = actor.may(.see, .importRun) ? try await imports.recent(5, for: actor) : []
    let due = actor.may(.see, .decision) ? try await decisions.list(limit: 20, for: actor).filter(\.isOpen) : []
    let count = actor.may(.see, .customer) ? try await customers.count(for: actor) : 0
    let summary = ChainSummary(
      customers: count, figure: figures?.figure("customersFor80"), asOf: figures?.asOf, imports: runs, decisions: due)
    let guide = visit.face == .html ? try await guides.shown(for: visit.actor) : nil
    return .both(visit, json: summary) { ChainPage(summary: summary, visit: visit, guide: guide).html }
  }
}

/// What the first page knows.
struct ChainSummary: Encodable, Sendable {
  let customers: Int
  let figure: Figure?
  let asOf: Day?
  let imports: [ImportRun]
  let decisions: [Decision]
}
