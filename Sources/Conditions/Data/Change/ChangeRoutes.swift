import Kernel
import Web

/// The feed of changes, for programs that follow what happens here.
package struct ChangeRoutes: Sendable {
  package static let path = "/changes"
  /// The longest a request waits for something to happen.
  static let longestWait: Int64 = 20

  let changes: Changes

  package init(_ changes: Changes) { self.changes = changes }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .signedIn, "What happened to the records you may see, oldest first, from a place on.",
        answer: .of(ChangePage.self),
        inputs: [
          .init(
            "after", "The place to go on from: `next` of the answer before, or 0 for all", .integer, in: 0...Int64.max),
          .init("noun", "Only these kinds of record, separated by commas"),
          .init("limit", "How many events are looked at, 1 to 500; 100 when left out", .integer, in: 1...500),
          .init("wait", "Seconds to wait for something to happen, 0 to 20", .integer, in: 0...20),
        ]
      ) { visit in
        let question = try await question(visit)
        let page = try await changes.list(question, for: visit.actor)
        return .both(visit, json: page) {
          ChangeListPage(page: page, question: question, known: changes.catalogues(), visit: visit).html
        }
      }
    ]
  }

  /// People look at what was last, programs begin at the beginning.
  private func question(_ visit: Visit) async throws -> ChangeQuestion {
    var question = try Self.question(visit.query)
    if visit.face == .html, visit.query["after"] == nil {
      question.after = try await changes.start(ofLast: question.limit)
    }
    return question
  }

  package static func question(_ asked: Fields) throws -> ChangeQuestion {
    let names = (asked["noun"] ?? "").utf8.split(separator: UInt8(ascii: ",")).map {
      String(decoding: $0, as: UTF8.self)
    }
    let nouns = try names.map { name in
      guard let noun = Actor.Noun(rawValue: name) else {
        throw Problem(
          .invalid, field: "noun", "“\(name.prefix(40))” is no kind of record.",
          mend: "Use names such as customer or decision.")
      }
      return noun
    }
    return ChangeQuestion(
      after: try asked.integer("after", in: 0...Int64.max) ?? 0, nouns: nouns,
      limit: Int(try asked.integer("limit", in: 1...500) ?? 100),
      wait: Int(try asked.integer("wait", in: 0...longestWait) ?? 0))
  }
}

extension Change.Content: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { .anything }
}
