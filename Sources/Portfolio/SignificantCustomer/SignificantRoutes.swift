import Customers
import Kernel
import Web

/// The significant customers: who matters in which way, and what people say of it.
package struct SignificantRoutes: Sendable {
  let portfolios: Portfolios
  let customers: Customers

  package init(_ portfolios: Portfolios, customers: Customers) {
    self.portfolios = portfolios
    self.customers = customers
  }

  package static let path = "/portfolio/significant"

  private static let scenario = Route.Input("scenario", "Settings of a name, instead of the numbers in force")
  private static let kinds = SignificanceKind.allCases.map(\.rawValue)

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Who matters, in which way, on what evidence.",
        answer: .of([PortfolioSheet.Significance].self),
        inputs: [
          Self.scenario, .init("kind", "Only those who matter in this way", choices: Self.kinds),
          .init("after", "How many are skipped", .integer),
        ], action: show),
      Route(
        .get, "/portfolio/significances", .may(.see, .analysis), "The significant customers with their evidence.",
        answer: .of([PortfolioSheet.Significance].self),
        inputs: [Self.scenario]
      ) { visit in
        guard visit.face == .json else { return .redirect(to: Self.path) }
        return .json(try await sheet(visit)?.significances ?? [])
      },
      Route(
        .post, "/portfolio/significant/verdicts", .may(.edit, .analysis),
        "Confirms or rejects that a customer matters in one way.", answer: .of(SignificanceVerdict.self, 200, 201),
        inputs: [
          .init("customer", "The customer", .integer, required: true),
          .init("kind", "In which way", required: true, choices: Self.kinds),
          .init("answer", "What you say", required: true, choices: ["confirmed", "rejected"]),
          .init("reason", "Why"),
        ], action: judge),
    ]
  }

  private func sheet(_ visit: Visit) async throws -> PortfolioSheet? {
    let scenario = visit.query["scenario"].flatMap { $0.isEmpty ? nil : $0 }
    return try await portfolios.sheet(scenario: scenario, for: visit.actor)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let kind = try visit.query["kind"].flatMap { $0.isEmpty ? nil : $0 }.map { try Self.kind($0) }
    if visit.face == .json {
      let all = try await sheet(visit)?.significances ?? []
      return .json(all.filter { kind == nil || $0.kind == kind?.rawValue })
    }
    let scenario = visit.query["scenario"].flatMap { $0.isEmpty ? nil : $0 }
    let question = try await portfolios.question(scenario: scenario, for: visit.actor)
    guard let portfolio = try await portfolios.run(question, for: visit.actor) else {
      return .page(NothingBoughtPage(title: "Significant customers", path: Self.path, visit: visit).html)
    }
    let skipped = Int(try visit.query.integer("after", in: 0...1_000_000_000) ?? 0)
    let all = portfolio.significant.all.filter { kind == nil || $0.kind == kind }
    let shown = Array(all.dropFirst(skipped).prefix(SignificantPage.size))
    let candidates = Array(
      portfolio.significant.candidates.filter { kind == nil || $0.kind == kind }.prefix(SignificantPage.size))
    let names = try await customers.names(
      (shown.map(\.customer) + candidates.map(\.customer) + all.prefix(15).map(\.customer)), for: visit.actor)
    return .page(
      SignificantPage(
        portfolio: portfolio, kind: kind, all: all, shown: shown, skipped: skipped, candidates: candidates,
        names: names, scenario: scenario, visit: visit
      ).html)
  }

  private static func kind(_ text: String) throws -> SignificanceKind {
    guard let kind = SignificanceKind(rawValue: text) else {
      throw Problem(
        .invalid, field: "kind", "There is no such way to matter.", mend: "Use \(kinds.joined(separator: ", ")).")
    }
    return kind
  }

  @Sendable private func judge(_ visit: Visit) async throws -> Answer {
    guard let number = try visit.fields.integer("customer", in: 1...Int64.max) else {
      throw Problem(.invalid, field: "customer", "The customer is missing.", mend: "Send its number.")
    }
    let customer = try await customers.find(ID(number), for: visit.actor)
    let kind = try Self.kind(try visit.fields.required("kind"))
    guard let answer = SignificanceVerdict.Answer(rawValue: try visit.fields.required("answer")) else {
      throw Problem(.invalid, field: "answer", "That is no verdict.", mend: "Use confirmed or rejected.")
    }
    let verdict = try await portfolios.verdicts.judge(
      customer.id, kind, answer, reason: visit.fields["reason"] ?? "", by: visit.actor)
    let back = visit.fields["back"] ?? ""
    return .changed(
      visit, to: Address.isLocal(back) ? back : Address.path(Self.path, [("kind", back)]), status: 201, json: verdict,
      flash: Flash(.good, "\(customer.name) is \(answer.rawValue)."))
  }
}
