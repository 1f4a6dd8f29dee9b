import Conditions
import Customers
import Kernel
import Web

/// How customers who matter are treated: the rules, what they got beside all others, and who did not get what is due.
package struct TreatmentRoutes: Sendable {
  let treatments: Treatments
  let segments: Segments
  let customers: Customers
  let users: Users

  package init(_ treatments: Treatments, segments: Segments, customers: Customers, users: Users) {
    self.treatments = treatments
    self.segments = segments
    self.customers = customers
    self.users = users
  }

  package static let path = "/portfolio/treatment"
  static let rules = "/portfolio/treatment/rules"
  static let ownOwner = "own"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .treatment),
        "The rules of treatment, what customers who matter got, and who did not get what is due.",
        answer: .of(TreatmentReport.self, or: [String: Int].self), action: show),
      Route(
        .post, Self.rules, .may(.create, .treatment), "Makes a rule; one for the same customers is replaced.",
        answer: .of(TreatmentReport.Rule.self, 200, 201),
        inputs: [
          .init("kind", "In which way they matter", choices: SignificanceKind.allCases.map(\.rawValue)),
          .init("segment", "The segment they are in", .integer),
          .init("owner", "Who answers for them: a user's number, or “own” for each customer's own owner"),
          .init("responseMinutes", "Minutes to the first answer", .integer),
          .init("reviewDays", "Days from one review to the next", .integer),
          .init("ceilingShare", "The share of lifetime value that may be spent on keeping them", .number),
        ], action: create),
      Route(
        .delete, "\(Self.rules)/{id}", .may(.delete, .treatment), "Takes a rule back; it stays on record.",
        answer: .of([String: Bool].self)
      ) {
        visit in
        try await treatments.takeBack(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: ["deleted": true], flash: Flash(.note, "The rule was taken back."))
      },
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    if visit.face == .json {
      guard let report = try await treatments.report(for: visit.actor) else { return .json(["customers": 0]) }
      return .json(report)
    }
    return .page(try await page(visit))
  }

  private func page(_ visit: Visit, problem: Problem? = nil) async throws -> HTML {
    guard let review = try await treatments.review(for: visit.actor) else {
      return NothingBoughtPage(title: "Treatment", path: Self.path, visit: visit).html
    }
    let book = try await segments.book(for: visit.actor)
    return TreatmentPage(
      review: review, book: book,
      names: try await customers.names(
        review.breaches.prefix(TreatmentPage.size).map(\.customer), for: visit.actor),
      users: try await users.active(), problem: problem, visit: visit
    ).html
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await treatments.enter(try rule(visit), by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: Self.path, status: 201, json: TreatmentReport.Rule(made),
        flash: Flash(.good, "The rule holds from now on."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(try await page(visit, problem: problem), status: problem.kind.status)
    }
  }

  private func rule(_ visit: Visit) throws -> TreatmentRule {
    let fields = visit.fields
    let kind = try fields["kind"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
      guard let kind = SignificanceKind(rawValue: text) else {
        throw Problem(.invalid, field: "kind", "There is no such way to matter.", mend: "Choose one of the list.")
      }
      return kind
    }
    let isOwn = fields["owner"] == Self.ownOwner
    let share = try fields["ceilingShare"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
      // A person writes percent, a program a share.
      visit.face == .html
        ? try visit.viewer.format.readNumber(text, field: "ceilingShare") / 100
        : try Format.standard.readNumber(text, field: "ceilingShare")
    }
    return try TreatmentRule(
      kind, segment: try fields.integer("segment", in: 1...Int64.max).map { ID($0) }, needsOwner: isOwn,
      owner: isOwn ? nil : try fields.integer("owner", in: 1...Int64.max),
      responseMinutes: try fields.integer("responseMinutes", in: 0...10_000_000).map(Int.init),
      reviewDays: try fields.integer("reviewDays", in: 0...1_000_000).map(Int.init), ceilingShare: share)
  }
}
