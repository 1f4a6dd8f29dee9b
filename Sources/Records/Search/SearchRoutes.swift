import Kernel
import Store
import Web

/// Searching everything, for people, for the palette and for programs.
package struct SearchRoutes: Sendable {
  package static let path = "/search"

  let searches: Searches
  /// The pages and actions somebody may go to.
  let places: @Sendable (Actor) -> [SearchPlace]

  package init(_ searches: Searches, places: @escaping @Sendable (Actor) -> [SearchPlace]) {
    self.searches = searches
    self.places = places
  }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .signedIn,
        "Finds records, pages and actions by words; without words, what was opened lately.",
        answer: .of(SearchAnswer.self),
        inputs: [
          .init("q", "Words, a number, an address"), .init("size", "Records of the answer, 1 to 50", .integer),
          .init("noun", "Records of one kind, and nothing else", choices: searches.nouns.map(\.rawValue)),
        ],
        action: find),
      Route(
        .get, Self.path + "/index", .may(.see, .job), "How many records can be found by words, and how many there are.",
        answer: .of(Searches.Standing.self)
      ) { visit in
        let standing = try await searches.standing(for: visit.actor)
        return .both(visit, json: standing) { SearchIndexPage(standing: standing, visit: visit).html }
      },
      Route(
        .post, Self.path + "/rebuilds", .may(.edit, .job), "Makes the words of every record anew.",
        answer: .of([String: ID<Job>].self, 202)
      ) { visit in
        let job = try await searches.beginRebuild(by: visit.actor)
        return .changed(
          visit, to: "/jobs/\(job)", status: 202, json: ["job": job],
          flash: Flash(.note, "The search index is made anew."))
      },
    ]
  }

  @Sendable private func find(_ visit: Visit) async throws -> Answer {
    let text = try Text.line(visit.query["q"] ?? "", field: "q", required: false)
    let size = Int(try visit.query.integer("size", in: 1...50) ?? 20)
    let query = SearchQuery(text)
    let noun = try noun(visit)
    let records =
      query.isEmpty
      ? try await searches.recent(noun, for: visit.actor, most: min(size, 10))
      : try await searches.find(query, noun, for: visit.actor, most: size)
    let words = Words.of(text)
    let fitting =
      noun == nil ? places(visit.actor).filter { words.isEmpty ? $0.kind == .action : $0.isMet(by: words) } : []
    let answer = SearchAnswer(
      query: text, records: records, places: Array(fitting.prefix(12)), areRecent: query.isEmpty)
    let isBehind = visit.face == .html ? try await searches.isBehind() : false
    return .both(visit, json: answer) { SearchPage(answer: answer, visit: visit, isBehind: isBehind).html }
  }

  private func noun(_ visit: Visit) throws -> Actor.Noun? {
    guard let text = visit.query["noun"], !text.isEmpty else { return nil }
    guard let noun = searches.nouns.first(where: { $0.rawValue == text }) else {
      throw Problem(
        .invalid, field: "noun", "“\(text.prefix(40))” is no kind of record that is found by words.",
        mend: "Use \(Format.list(searches.nouns.map(\.rawValue), or: true)).")
    }
    return noun
  }
}

extension SearchAnswer: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    APISchema(
      type: "object", properties: ["query": .text, "recent": .flag, "results": shapes.schema(of: [Result].self)],
      required: ["query", "recent", "results"])
  }
}
