import Kernel
import Store
import Web

/// Records that may be of the same party: hints while typing, the pairs a search found, and saying that two are two.
package struct DuplicateRoutes: Sendable {
  package static let path = "/duplicates"

  let duplicates: Duplicates

  package init(_ duplicates: Duplicates) { self.duplicates = duplicates }

  private var nounInput: Route.Input {
    .init("noun", "What kind of record", choices: duplicates.nouns.map(\.rawValue))
  }

  /// What is compared, as forms and programs send it.
  package static let compared = [
    "name", "email", "phone", "website", "street", "postalCode", "city", "birthday", "key",
  ]

  package var routes: [Route] {
    let pair = Self.path + "/{noun}/{low}/{high}"
    return [
      Route(
        .get, Self.path, .signedIn, "Pairs of records that may be the same, those most alike first.",
        answer: .of(DuplicateList.self),
        inputs: [
          nounInput, .init("state", "Only these", choices: Duplicate.State.allCases.map(\.rawValue)),
          .init("after", "Where the page begins"), .init("size", "Pairs of a page, 1 to 200", .integer),
        ], action: list),
      Route(
        .get, Self.path + "/hints", .signedIn, "The records somebody may mean who is about to enter another.",
        answer: .of([String: [DuplicateHint]].self),
        inputs: [nounInput, Route.Input("besides", "A record that is not offered", .integer)]
          + Self.compared.map { Route.Input($0, "What was typed as \($0)") },
        action: hints),
      Route(
        .post, Self.path + "/searches", .signedIn, "Compares all records of a kind with each other, as a job.",
        answer: .of([String: ID<Job>].self, 202),
        inputs: [nounInput]
      ) { visit in
        let job = try await duplicates.begin(Self.noun(visit.fields), by: visit.actor)
        return .changed(
          visit, to: "/jobs/\(job)", status: 202, json: ["job": job], flash: Flash(.note, "The search has begun."))
      },
      Route(
        .get, pair, .signedIn, "Two records field by field, with what speaks for one and against.",
        answer: .of(Duplicate.self)
      ) { visit in
        let found = try await duplicates.find(
          visit.parameters["noun"] ?? "", number(visit, "low"), number(visit, "high"), for: visit.actor)
        return .both(visit, json: found) { DuplicatePage(pair: found, visit: visit).html }
      },
      Route(
        .post, pair + "/dismissal", .signedIn, "Says that two records are not the same; they are not offered again.",
        answer: .of([String: Bool].self)
      ) { visit in
        let noun = visit.parameters["noun"] ?? ""
        try await duplicates.dismiss(noun, number(visit, "low"), number(visit, "high"), by: visit.actor)
        return .changed(
          visit, to: Address.path(Self.path, [("noun", noun)]), json: ["dismissed": true],
          flash: Flash(.good, "They are two, and are not offered again.", undo: undo(visit)))
      },
      Route(
        .delete, pair + "/dismissal", .signedIn, "Takes back that two records are not the same.",
        answer: .of([String: Bool].self)
      ) { visit in
        let noun = visit.parameters["noun"] ?? ""
        try await duplicates.reopen(noun, number(visit, "low"), number(visit, "high"), by: visit.actor)
        return .changed(
          visit, to: Address.path(Self.path, [("noun", noun)]), json: ["dismissed": false],
          flash: Flash(.good, "They are offered again."))
      },
    ]
  }

  private func undo(_ visit: Visit) -> PostButton {
    PostButton("Undo", action: visit.path, csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
  }

  private func number(_ visit: Visit, _ name: String) throws -> Int64 {
    try visit.id(name, of: DuplicateSide.self).rawValue
  }

  private static func noun(_ fields: Fields) -> String {
    fields["noun"].flatMap { $0.isEmpty ? nil : $0 } ?? Actor.Noun.customer.rawValue
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let state = visit.query["state"].flatMap { $0.isEmpty ? nil : $0 } ?? Duplicate.State.open.rawValue
    guard let state = Duplicate.State(rawValue: state) else {
      throw Problem(.invalid, field: "state", "“\(state.prefix(40))” is no state.", mend: "Use open or dismissed.")
    }
    let question = DuplicateQuestion(
      noun: Self.noun(visit.query), state: state, after: visit.query["after"].flatMap { $0.isEmpty ? nil : $0 },
      size: Int(try visit.query.integer("size", in: 1...200) ?? 50))
    let page = try await duplicates.list(question, for: visit.actor)
    let total = try await duplicates.count(question.noun, for: visit.actor)
    let catalogue = try duplicates.known(question.noun).catalogue
    return .both(visit, json: DuplicateList(rows: page.rows, next: page.next, open: total)) {
      DuplicateListPage(
        page: page, open: total, question: question, catalogue: catalogue, nouns: duplicates.nouns, visit: visit
      ).html
    }
  }

  struct DuplicateList: Encodable, Sendable {
    let rows: [Duplicate]
    let next: String?
    let open: Int
  }

  @Sendable private func hints(_ visit: Visit) async throws -> Answer {
    let found = try await duplicates.hints(
      Self.noun(visit.query), try Self.typed(visit.query),
      besides: try visit.query.integer("besides", in: 1...Int64.max), for: visit.actor)
    return .both(visit, json: ["rows": found]) { DuplicateHintsPage(hints: found, visit: visit).html }
  }

  /// What a form holds of what is compared; first and last name are one name.
  package static func typed(_ fields: Fields) throws -> RecordTexts {
    var texts = RecordTexts()
    let name = [fields["name"], fields["firstName"], fields["lastName"]].compactMap { $0 }.joined(separator: " ")
    for field in compared {
      let value = field == "name" ? name : fields[field] ?? ""
      let text = try Text.line(value, field: field, limit: 300, required: false)
      if !text.isEmpty { texts.add(field, text) }
    }
    return texts
  }
}
