import Customers
import Kernel
import Web

/// Versions: freezing the portfolio, reading one, comparing two.
package struct VersionRoutes: Sendable {
  let versions: Versions

  package init(_ versions: Versions) { self.versions = versions }

  package static let path = "/portfolio/versions"
  static func path(of id: ID<Version>) -> String { "\(path)/\(id)" }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Lists the frozen portfolios, the newest first.",
        answer: .of([String: [Version]].self)
      ) { visit in
        let all = try await versions.list(for: visit.actor)
        return .both(visit, json: ["rows": all]) { VersionListPage(versions: all, visit: visit).html }
      },
      Route(
        .post, Self.path, .may(.create, .analysis), "Freezes the portfolio as it stands.",
        answer: .of(Version.self, 200, 201),
        inputs: [.init("note", "What it is for")], action: freeze),
      Route(
        .get, "/portfolio/versions/{id}", .may(.see, .analysis), "One version with its customers.",
        answer: .of(VersionAnswer.self),
        inputs: AssignmentQuestion.inputs, action: show),
      Route(
        .get, "/portfolio/versions/{id}/rows.csv", .may(.export, .analysis), "Every customer of a version, as a file.",
        answer: .file("text/csv"),
        inputs: AssignmentQuestion.inputs
      ) { visit in
        let version = try await versions.find(visit.id(), for: visit.actor)
        let book = try await versions.book(of: version, for: visit.actor)
        let rows = try AssignmentQuestion(visit.query).select(book.rows)
        return AssignmentFile(book: book, rows: rows).download("portfolio-\(version.asOf).csv")
      },
      Route(
        .get, "/portfolio/versions/{id}/compare", .may(.see, .analysis),
        "What became of the customers between two versions.", answer: .of(ComparisonAnswer.self),
        inputs: ComparisonQuestion.inputs, action: compare),
    ]
  }

  @Sendable private func freeze(_ visit: Visit) async throws -> Answer {
    let made = try await versions.freeze(
      note: visit.fields["note"] ?? "", by: visit.actor, once: try visit.once())
    return .changed(
      visit, to: Self.path(of: made.id), status: 201, json: made,
      flash: Flash(.good, "The portfolio is frozen: \(visit.viewer.format.count(made.customers)) customers."))
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let version = try await versions.find(visit.id(), for: visit.actor)
    let book = try await versions.book(of: version, for: visit.actor)
    let question = try AssignmentQuestion(visit.query)
    let found = try question.find(in: book.rows)
    let answer = VersionAnswer(
      version: version, list: AssignmentListAnswer(book, found, names: [:], version: version.id.rawValue))
    return .both(visit, json: answer) {
      VersionPage(version: version, book: book, found: found, question: question, visit: visit).html
    }
  }

  @Sendable private func compare(_ visit: Visit) async throws -> Answer {
    let sides = try await versions.sides(visit.id(), with: visit.query["with"], for: visit.actor)
    let question = try ComparisonQuestion(visit.query)
    let comparison = VersionComparison(sides.before.book, sides.after.book)
    let found = try question.find(in: comparison)
    let names = try await versions.customers.names(found.page.rows.map(\.customer), for: visit.actor)
    let answer = ComparisonAnswer(comparison, sides, found, names: names)
    return .both(visit, json: answer) {
      ComparisonPage(
        comparison: comparison, sides: sides, question: question, found: found, names: names, visit: visit
      ).html
    }
  }
}

/// A version with a page of its customers as programs get it.
private struct VersionAnswer: Encodable, Sendable {
  let version: Version
  let list: AssignmentListAnswer

  enum Part: CodingKey { case rows, next, total }

  func encode(to encoder: any Encoder) throws {
    try version.encode(to: encoder)
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encode(list.rows, forKey: .rows)
    try parts.encodeIfPresent(list.next, forKey: .next)
    try parts.encode(list.total, forKey: .total)
  }
}

extension VersionAnswer: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([Version.self, AssignmentListAnswer.self])
  }
}
