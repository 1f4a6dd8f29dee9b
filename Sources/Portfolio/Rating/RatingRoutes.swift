import Customers
import Kernel
import Web

/// Ratings of one account: what stands, who said it when, saying it, taking it back.
package struct RatingRoutes: Sendable {
  let ratings: Ratings
  let matrices: Matrices

  package init(_ ratings: Ratings, matrices: Matrices) { (self.ratings, self.matrices) = (ratings, matrices) }

  package static func path(_ customer: ID<Customer>) -> String { "/portfolio/customers/\(customer)/ratings" }

  package var routes: [Route] {
    [
      Route(
        .get, "/portfolio/customers/{id}/ratings", .may(.see, .analysis),
        "What people rated an account, and who said it when.", answer: .of(Sheet.self), action: show),
      Route(
        .put, "/portfolio/customers/{id}/ratings", .may(.edit, .analysis),
        "Rates an account from 1 to 5; an empty rating is taken back, one left out stays.", answer: .of(Sheet.self),
        inputs: RatingItem.allCases.map { .init($0.rawValue, $0.word, .integer) }, action: rate),
      Route(
        .delete, "/portfolio/customers/{id}/ratings/{item}", .may(.edit, .analysis), "Takes one rating back.",
        answer: .of(Sheet.self),
        action: takeBack),
    ]
  }

  struct Sheet: Encodable, Sendable {
    let customer: ID<Customer>
    let standing: [String: Int]
    /// What files brought of the account; it counts where nothing was said here.
    let brought: [String: Int]
    let history: [Rating]
  }

  private func sheet(_ id: ID<Customer>, _ actor: Actor) async throws -> Sheet {
    let history = try await ratings.history(of: id, for: actor)
    var standing: [String: Int] = [:]
    for rating in history.reversed() { standing[rating.item.rawValue] = rating.value }
    let account = try await ratings.customers.accounts().account(of: id)
    let brought = try await ratings.brought(of: account, for: actor)
    return Sheet(
      customer: id, standing: standing,
      brought: Dictionary(
        brought.compactMap { rating in rating.value.map { (rating.item.rawValue, $0) } },
        uniquingKeysWith: { _, later in later }),
      history: history)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let sheet = try await sheet(visit.id(), visit.actor)
    if visit.face == .json { return .json(sheet) }
    return .page(try await page(sheet, visit))
  }

  private func page(_ sheet: Sheet, _ visit: Visit, problem: Problem? = nil) async throws -> HTML {
    let customer = try await ratings.customers.find(sheet.customer, for: visit.actor)
    let account = try await ratings.customers.accounts().account(of: customer.id)
    let party = account == customer.id ? nil : try await ratings.customers.find(account, for: visit.actor)
    return RatingPage(
      customer: customer, party: party, sheet: sheet,
      measured: try await matrices.measured(account, for: visit.actor), visit: visit, problem: problem
    ).html
  }

  @Sendable private func rate(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    do {
      var values: [RatingItem: Int?] = [:]
      for item in RatingItem.allCases {
        guard let text = visit.fields[item.rawValue] else { continue }
        let value: Int? = text.isEmpty ? nil : try Self.number(text, item)
        values.updateValue(value, forKey: item)
      }
      try await ratings.rate(id, values, by: visit.actor)
      return .changed(
        visit, to: Self.path(id), json: try await sheet(id, visit.actor),
        flash: Flash(.good, "Saved; the matrices count it from now on."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(try await page(try await sheet(id, visit.actor), visit, problem: problem), status: 422)
    }
  }

  private static func number(_ text: String, _ item: RatingItem) throws -> Int {
    guard let value = Int(text) else {
      throw Problem(
        .invalid, field: item.rawValue, "“\(text.prefix(40))” is no rating.", mend: "Enter a whole number, 1 to 5.")
    }
    return value
  }

  @Sendable private func takeBack(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    guard let item = visit.parameters["item"].flatMap({ RatingItem(rawValue: $0) }) else {
      throw Problem(.notFound, "Nothing of that name is rated.", mend: "Use an item of the list.")
    }
    let before = try await sheet(id, visit.actor)
    guard before.standing[item.rawValue] != nil else {
      throw Problem(.notFound, "“\(item.word)” is not rated.", mend: "There is nothing to take back.")
    }
    let nothing: Int? = nil
    try await ratings.rate(id, [item: nothing], by: visit.actor)
    return .changed(
      visit, to: Self.path(id), json: try await sheet(id, visit.actor),
      flash: Flash(.good, "“\(item.word)” was taken back."))
  }
}
