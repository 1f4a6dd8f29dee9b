import Kernel
import Store
import Web

/// What people ask about their data, and what is done about it: requests, exports, erasures, the data map.
package struct PrivacyRoutes: Sendable {
  let requests: PrivacyRequests
  let exports: PersonExports
  let erasures: Erasures

  package init(_ requests: PrivacyRequests, exports: PersonExports, erasures: Erasures) {
    self.requests = requests
    self.exports = exports
    self.erasures = erasures
  }

  package static let path = "/privacy"

  package var routes: [Route] { requestRoutes + personRoutes }

  private var requestRoutes: [Route] {
    [
      Route(
        .get, "/privacy", .may(.see, .privacy), "What people asked about their data, the most urgent first.",
        answer: .of([String: [PrivacyRequest]].self),
        inputs: [
          .init("kind", "On the page: what somebody is, to act for them", choices: PersonKind.allCases.map(\.rawValue)),
          .init("person", "Their number", .integer), .init("q", "On the page: words of a name or address, or a number"),
        ]
      ) { visit in
        let all = try await requests.all(for: visit.actor)
        guard visit.face == .html else { return .json(["rows": all]) }
        var page = PrivacyPage(requests: all, visit: visit)
        if visit.query["person"] != nil {
          let (kind, id) = try PrivacyRoutes.whom(visit.query)
          page.person = try await requests.person(kind, id, for: visit.actor)
        } else if let words = visit.query["q"], !words.isEmpty {
          page.people = try await requests.people(words, for: visit.actor)
        }
        return .page(page.html)
      },
      Route(
        .post, "/privacy/requests", .may(.create, .privacy), "Writes down what somebody asked.",
        answer: .of(PrivacyRequest.self, 201),
        inputs: [
          .init("kind", "What was asked", required: true, choices: PrivacyRequest.Kind.allCases.map(\.rawValue)),
          .init("askedBy", "Who asked, and how they can be answered", required: true),
          .init("received", "The day it was asked; today when left out", .day),
          .init("personKind", "Whom it is about", choices: PersonKind.allCases.map(\.rawValue)),
          .init("person", "Their number", .integer), .init("note", "What was asked, in words"),
        ], action: create),
      Route(
        .get, "/privacy/requests/{id}", .may(.see, .privacy), "One request.", answer: .of(PrivacyRequest.self)
      ) { visit in
        let request = try await requests.find(visit.id(), for: visit.actor)
        return .both(visit, json: request) { PrivacyRequestPage(request: request, visit: visit).html }
      },
      Route(
        .post, "/privacy/requests/{id}/answer", .may(.edit, .privacy), "Writes down how it was answered.",
        answer: .of(PrivacyRequest.self),
        inputs: [
          .init("outcome", "Done or refused", required: true, choices: PrivacyRequest.Outcome.allCases.map(\.rawValue)),
          .init("note", "What was done; a refusal needs its reason"),
        ], action: answer),
      Route(
        .delete, "/privacy/requests/{id}/answer", .may(.edit, .privacy), "Opens an answered request again.",
        answer: .of([String: Bool].self)
      ) { visit in
        let id: ID<PrivacyRequest> = try visit.id()
        try await requests.reopen(id, by: visit.actor)
        return .changed(
          visit, to: "/privacy/requests/\(id)", json: ["reopened": true], flash: Flash(.good, "It waits again."))
      },
    ]
  }

  private static let whom: [Route.Input] = [
    .init("kind", "What they are", required: true, choices: PersonKind.allCases.map(\.rawValue)),
    .init("person", "Their number", .integer, required: true),
  ]

  private var personRoutes: [Route] {
    [
      Route(
        .get, "/privacy/map", .may(.see, .privacy), "Every column of the store, what it holds about people, and why.",
        answer: .of([String: [MappedTable]].self)
      ) {
        visit in
        .both(visit, json: ["tables": DataMap.current.tables.map { MappedTable($0) }]) {
          DataMapPage(map: .current, visit: visit).html
        }
      },
      Route(
        .post, "/privacy/exports", .may(.export, .privacy), "Gathers everything about one person in the background.",
        answer: .of([String: ID<Job>].self, 202),
        inputs: PrivacyRoutes.whom
      ) { visit in
        let (kind, id) = try PrivacyRoutes.whom(visit.fields)
        let job = try await exports.queue(kind, id, by: visit.actor, once: try visit.once())
        return .changed(visit, to: "/privacy/exports/\(job)", status: 202, json: ["job": job])
      },
      Route(
        .get, "/privacy/exports/{id}", .may(.export, .privacy), "Whether the file of a person is there.",
        answer: .of(PersonExportAnswer.self)
      ) { visit in
        let job: ID<Job> = try visit.id()
        let state = try await exports.jobs.find(job, for: visit.actor).state
        let isThere = exports.isThere(job)
        return .both(visit, json: PersonExportAnswer(job: job, state: state.rawValue, isThere: isThere)) {
          PersonExportPage(job: job, state: state, isThere: isThere, visit: visit).html
        }
      },
      Route(
        .get, "/privacy/exports/{id}/file", .may(.export, .privacy), "The file, a ZIP archive.",
        answer: .file("application/zip")
      ) { visit in
        let job: ID<Job> = try visit.id()
        let bytes = try exports.file(job, for: visit.actor)
        return .download("person-\(job).zip", type: "application/zip") { try await $0.write(bytes) }
      },
      Route(
        .get, "/privacy/erasures/preview", .may(.see, .privacy), "What erasing somebody would do.",
        answer: .of(ErasurePreview.self),
        inputs: PrivacyRoutes.whom, action: preview),
      Route(
        .post, "/privacy/erasures", .may(.delete, .privacy),
        "Erases somebody in the background; this cannot be undone.",
        answer: .of([String: ID<Job>].self, 202),
        inputs: PrivacyRoutes.whom
      ) { visit in
        let (kind, id) = try PrivacyRoutes.whom(visit.fields)
        let job = try await erasures.queue(kind, id, by: visit.actor, once: try visit.once())
        return .changed(visit, to: "/jobs/\(job)", status: 202, json: ["job": job])
      },
    ]
  }

  private static func whom(_ fields: Fields) throws -> (PersonKind, Int64) {
    guard let kind = PersonKind(rawValue: try fields.required("kind")) else {
      throw Problem(
        .invalid, field: "kind", "This is no kind of person.",
        mend: "Use one of \(PersonKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    guard let id = try fields.integer("person", in: 1...Int64.max) else {
      throw Problem(
        .invalid, field: "person", "The number is missing.", mend: "It stands in the address of their page.")
    }
    return (kind, id)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let fields = visit.fields
      guard let kind = PrivacyRequest.Kind(rawValue: try fields.required("kind")) else {
        throw Problem(.invalid, field: "kind", "Nothing of that name can be asked.", mend: "Choose one.")
      }
      var draft = PrivacyRequests.Draft(
        kind, askedBy: try fields.required("askedBy"), received: try fields.day("received") ?? visit.today)
      draft.note = fields["note"] ?? ""
      if let person = try fields.integer("person", in: 1...Int64.max) {
        guard let about = PersonKind(rawValue: fields["personKind"] ?? "") else {
          throw Problem(.invalid, field: "personKind", "What are they?", mend: "Choose customer, contact or user.")
        }
        draft.person = (about, person)
      }
      let made = try await requests.create(draft, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/privacy/requests/\(made.id)", status: 201, json: made,
        flash: Flash(.good, "Written down. It is due \(visit.viewer.format.day(made.due))."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict, .notFound].contains(problem.kind)
    {
      let all = try await requests.all(for: visit.actor)
      return .page(
        PrivacyPage(requests: all, visit: visit, problem: problem).html, status: Problem.Kind.invalid.status)
    }
  }

  @Sendable private func answer(_ visit: Visit) async throws -> Answer {
    let id: ID<PrivacyRequest> = try visit.id()
    do {
      guard let outcome = PrivacyRequest.Outcome(rawValue: try visit.fields.required("outcome")) else {
        throw Problem(.invalid, field: "outcome", "It is either done or refused.", mend: "Choose one.")
      }
      try await requests.answer(id, outcome, note: visit.fields["note"] ?? "", by: visit.actor)
      return .changed(
        visit, to: "/privacy/requests/\(id)", json: try await requests.find(id, for: visit.actor),
        flash: Flash(.good, "The answer is written down."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let request = try await requests.find(id, for: visit.actor)
      return .page(
        PrivacyRequestPage(request: request, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func preview(_ visit: Visit) async throws -> Answer {
    let (kind, id) = try PrivacyRoutes.whom(visit.query)
    let found = try await erasures.preview(kind, id, for: visit.actor)
    return .both(visit, json: ErasurePreview(person: found.person, report: found.report)) {
      ErasurePage(person: found.person, report: found.report, visit: visit).html
    }
  }
}

/// What erasing somebody would do, as programs get it.
struct ErasurePreview: Encodable, Sendable {
  let person: Person
  let report: ErasureReport
}

/// Whether a person's file is there, as programs get it.
struct PersonExportAnswer: Encodable, Sendable {
  let job: ID<Job>
  let state: String
  let isThere: Bool
}

/// A table of the data map, as programs get it.
struct MappedTable: Encodable, Sendable {
  let table: String
  let purpose: String
  let columns: [String: DataMap.Kind]
  let people: [String: String]

  init(_ table: DataMap.Table) {
    self.table = table.name.description
    purpose = table.purpose.rawValue
    columns = table.columns
    people = Dictionary(
      table.rules.map { ($0.person.rawValue, $0.erasing.word) }, uniquingKeysWith: { first, _ in first })
  }
}
