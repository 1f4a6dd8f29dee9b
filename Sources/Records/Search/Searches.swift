import Kernel
import Store

/// Finding records by what somebody types, as far as they may see them.
package struct Searches: Sendable {
  let database: Database
  let clock: any Clock
  let catalogues: Catalogues
  let sources: [SearchSource]
  let jobs: Jobs
  let recents: RecentRecords

  /// Words are met exactly, by their beginning, by their sound, with one letter wrong; the next is only tried while
  /// fewer than a page was found.
  private static let tiers: [SearchQuery.Quality] = [.exact, .beginning, .sound, .typo]
  private static let mostCandidates = 60

  package init(_ database: Database, clock: any Clock, jobs: Jobs, catalogues: Catalogues, sources: [SearchSource]) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.catalogues = catalogues
    self.sources = sources
    recents = RecentRecords(database, clock: clock)
  }

  /// The nouns whose records are found by words.
  package var nouns: [Actor.Noun] { sources.map(\.noun) }

  package func catalogue(of noun: Actor.Noun) throws -> Catalogue { try catalogues.of(noun) }

  /// The records that meet every word, best first.
  /// - Parameter noun: of one kind only.
  package func find(
    _ query: SearchQuery, _ noun: Actor.Noun? = nil, for actor: Actor, most: Int = 20
  ) async throws -> [SearchHit] {
    guard !query.isEmpty else { return [] }
    let searched = searched(noun, for: actor)
    return try await database.read { tx in
      let lately = try recents.all(of: actor, in: tx)
      var words = SimilarWords(query)
      var found: [Found] = []
      for source in searched {
        guard let catalogue = source.catalogue ?? (try? catalogues.of(source.noun)) else { continue }
        let looking = Looking(query: query, source: source, catalogue: catalogue, actor: actor)
        found += try looking.numbered(in: tx)
        found += try looking.recent(lately.filter { $0.noun == source.noun.rawValue }.map(\.id), in: tx)
        var here = 0
        for tier in source.hasNames ? Searches.tiers : [.beginning] where here < most {
          let more = try looking.met(tier, &words, most: Searches.mostCandidates, in: tx)
          here += more.count
          found += more
        }
      }
      return ranked(found, lately).prefix(most).map { $0 }
    }
  }

  /// What the actor opened lately, newest first, as far as they may still see it.
  package func recent(_ noun: Actor.Noun? = nil, for actor: Actor, most: Int = 10) async throws -> [SearchHit] {
    let searched = searched(noun, for: actor)
    return try await database.read { tx in
      let lately = try recents.all(of: actor, in: tx)
      var found: [Found] = []
      for source in searched {
        guard let catalogue = source.catalogue ?? (try? catalogues.of(source.noun)) else { continue }
        let looking = Looking(query: SearchQuery(""), source: source, catalogue: catalogue, actor: actor)
        found += try looking.recent(lately.filter { $0.noun == source.noun.rawValue }.map(\.id), in: tx)
      }
      return ranked(found, lately).prefix(most).map { $0 }
    }
  }

  private func searched(_ noun: Actor.Noun?, for actor: Actor) -> [SearchSource] {
    sources.filter { actor.may(.see, $0.noun) && noun ?? $0.noun == $0.noun }
  }

  /// Notes that somebody looks at a record.
  package func opened(_ noun: Actor.Noun, _ id: Int64, by actor: Actor) async throws {
    guard sources.contains(where: { $0.noun == noun }) else { return }
    try await recents.note(noun, id, by: actor)
  }

  /// Limits the records of a noun to those that meet some words: for lists, whose alias's number `id` is.
  package static func condition(
    _ source: SearchSource, _ text: String, for actor: Actor, id: Statement
  ) -> Statement {
    let query = SearchQuery(text)
    // What holds neither letter nor digit is met by nothing.
    guard !query.isEmpty else { return text.utf8.allSatisfy { $0 == 32 } ? "TRUE" : "FALSE" }
    let fields = source.fields(for: actor)
    let words = query.wanted.map { wanted -> Statement in
      let ways = wanted.ways(.beginning, source.noun, fields) + wanted.sounds(source.noun, fields)
      return "\(id) IN (\(Statement.joined(ways, separator: " UNION ALL ", or: "SELECT NULL")))"
    }
    let all = Statement.joined(words, separator: " AND ", or: "FALSE")
    return query.number.map { "(\(id) = \($0) OR (\(all)))" } ?? "(\(all))"
  }

  private func ranked(_ found: [Found], _ lately: [RecentRecords.Place]) -> [SearchHit] {
    let places = Dictionary(
      lately.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<RecentRecords.Place> = []
    let scored = found.map { one in
      let place = RecentRecords.Place(noun: one.hit.noun.rawValue, id: one.hit.id)
      let bonus = places[place].map { 70 - $0 } ?? 0
      return (score: one.score + bonus, place: place, hit: one.hit)
    }
    return scored.sorted { ($0.score, $1.hit.title, $1.hit.id) > ($1.score, $0.hit.title, $0.hit.id) }
      .filter { seen.insert($0.place).inserted }.map(\.hit)
  }
}

/// A record that was found and how well.
struct Found: Sendable {
  let hit: SearchHit
  let score: Int
}
