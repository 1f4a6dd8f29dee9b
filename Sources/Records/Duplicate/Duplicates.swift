import Foundation
import Kernel
import Store

/// Records that may be of the same party: every statement on their tables.
package struct Duplicates: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let catalogues: Catalogues
  let sources: [SearchSource]

  /// - Parameter sources: the nouns whose records are of parties.
  package init(_ database: Database, clock: any Clock, jobs: Jobs, catalogues: Catalogues, sources: [SearchSource]) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.catalogues = catalogues
    self.sources = sources
  }

  package var nouns: [Actor.Noun] { sources.map(\.noun) }

  package func known(_ noun: String, field: String = "noun") throws -> (source: SearchSource, catalogue: Catalogue) {
    guard let source = sources.first(where: { $0.noun.rawValue == noun }) else {
      throw Problem(
        .invalid, field: field, "Records of “\(noun.prefix(60))” have no duplicates.",
        mend: "Use one of \(nouns.map(\.rawValue).joined(separator: ", ")).")
    }
    return (source, try catalogues.of(source.noun))
  }

  /// Whoever does not see who records are about cannot say whether two are the same.
  private func require(_ verb: Actor.Verb, _ noun: Actor.Noun, of actor: Actor) throws {
    try actor.require(verb, noun)
    guard actor.seesPersonalData else {
      throw Problem(
        .notAllowed, "You may not see who records are about.", mend: "Ask an administrator for personal data.")
    }
  }

  // While somebody types.

  /// The records somebody may mean who is about to enter another, best first, at most five.
  /// - Parameter texts: what was typed so far, by field.
  package func hints(
    _ noun: String, _ texts: RecordTexts, besides id: Int64? = nil, for actor: Actor
  ) async throws -> [DuplicateHint] {
    let (source, catalogue) = try known(noun)
    guard actor.seesPersonalData, actor.may(.see, source.noun) else { return [] }
    let readable = Set(source.fields(for: actor))
    let typed = DuplicateProfile(id: 0, RecordTexts(texts.all.filter { readable.contains($0.field) }))
    let near = try await database.read { tx in
      try Nearby(source: source, catalogue: catalogue, actor: actor, fields: readable).of(texts, in: tx)
    }
    let hints = near.filter { $0.id != id }.compactMap { record -> DuplicateHint? in
      let evidence = DuplicateComparison.evidence(typed, DuplicateProfile(id: record.id, record.texts))
      let weight = DuplicateEvidence.total(evidence)
      guard weight >= DuplicateEvidence.worthTelling else { return nil }
      return DuplicateHint(
        id: record.id, title: record.title, path: "\(catalogue.path)/\(record.id)", weight: weight, evidence: evidence)
    }
    return Array(hints.sorted { ($0.weight, $1.id) > ($1.weight, $0.id) }.prefix(5))
  }

  // What a search found.

  /// The pairs of a noun the actor may see both sides of, those most alike first.
  package func list(_ question: DuplicateQuestion, for actor: Actor) async throws -> Page<Duplicate> {
    let (source, catalogue) = try known(question.noun)
    try require(.see, source.noun, of: actor)
    let visible = try both(catalogue, actor)
    let place = try question.place()
    let state: Statement =
      question.state == .open ? "d.at IS NULL" : "d.at IS NOT NULL"
    return try await database.read { tx in
      let rows = try tx.rows(
        """
        SELECT p.low_id, p.high_id, p.weight, d.actor_name, d.at FROM duplicate_pair p
        LEFT JOIN duplicate_dismissal d ON d.noun = p.noun AND d.low_id = p.low_id AND d.high_id = p.high_id
        WHERE p.noun = \(source.noun.rawValue) AND \(state) AND \(visible) AND \(place)
        ORDER BY p.weight DESC, p.low_id, p.high_id LIMIT \(question.size + 1)
        """, StoredPair.init(row:))
      let page = Page(overfetched: rows, size: question.size, cursor: \.cursor)
      let pairs = try self.pairs(page.rows, source, catalogue, actor, in: tx)
      // What spoke for a pair may lie in a field the actor may not read, or have changed since.
      let shown = pairs.filter { $0.weight >= DuplicateEvidence.likely || question.state == .dismissed }
      return Page(rows: shown, next: page.next)
    }
  }

  package func count(_ noun: String, for actor: Actor) async throws -> Int {
    let (source, catalogue) = try known(noun)
    try require(.see, source.noun, of: actor)
    let visible = try both(catalogue, actor)
    return try await database.read { tx in
      try tx.value(
        """
        SELECT count(*) FROM duplicate_pair p WHERE p.noun = \(source.noun.rawValue) AND \(visible)
          AND NOT EXISTS (SELECT 1 FROM duplicate_dismissal d
            WHERE d.noun = p.noun AND d.low_id = p.low_id AND d.high_id = p.high_id)
        """, as: Int.self) ?? 0
    }
  }

  /// One pair, whether or not a search found it.
  package func find(_ noun: String, _ one: Int64, _ other: Int64, for actor: Actor) async throws -> Duplicate {
    let (source, catalogue) = try known(noun)
    try require(.see, source.noun, of: actor)
    let (low, high) = (min(one, other), max(one, other))
    return try await database.read { tx in
      try catalogue.require(.see, low, for: actor, in: tx)
      try catalogue.require(.see, high, for: actor, in: tx)
      let dismissal = try tx.first(
        """
        SELECT actor_name, at FROM duplicate_dismissal
        WHERE noun = \(source.noun.rawValue) AND low_id = \(low) AND high_id = \(high)
        """
      ) { (by: try $0(0, as: String.self), at: try $0(1, as: Instant.self)) }
      let row = StoredPair(low: low, high: high, weight: 0, by: dismissal?.by, at: dismissal?.at)
      guard low != high, let pair = try pairs([row], source, catalogue, actor, in: tx).first else {
        throw Problem(.notFound, "There is no such pair.")
      }
      return pair
    }
  }

  private func both(_ catalogue: Catalogue, _ actor: Actor) throws -> Statement {
    let scope = try catalogue.scope(actor, .see)
    return """
      p.low_id IN (SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(scope))
      AND p.high_id IN (SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(scope))
      """
  }

  /// With the evidence of the fields the actor may read, compared anew: a record may have changed since.
  private func pairs(
    _ rows: [StoredPair], _ source: SearchSource, _ catalogue: Catalogue, _ actor: Actor, in tx: Transaction
  ) throws -> [Duplicate] {
    guard !rows.isEmpty else { return [] }
    let ids = Set(rows.flatMap { [$0.low, $0.high] }).sorted()
    let nearby = Nearby(
      source: source, catalogue: catalogue, actor: actor, fields: Set(source.fields(for: actor)))
    let records = try nearby.records("\(catalogue.id) IN (\(list: ids))", most: ids.count, in: tx)
    let sides = Dictionary(
      records.map {
        ($0.id, DuplicateSide(id: $0.id, title: $0.title, path: "\(catalogue.path)/\($0.id)", texts: $0.texts))
      }, uniquingKeysWith: { first, _ in first })
    return rows.compactMap { row in
      guard let low = sides[row.low], let high = sides[row.high] else { return nil }
      let evidence = DuplicateComparison.evidence(
        DuplicateProfile(id: low.id, low.texts), DuplicateProfile(id: high.id, high.texts))
      return Duplicate(
        noun: source.noun, low: low, high: high, weight: DuplicateEvidence.total(evidence), evidence: evidence,
        state: row.at == nil ? .open : .dismissed, dismissedBy: row.by, dismissedAt: row.at)
    }
  }

  // Verbs.

  /// Says that two records are not of the same party; they are not offered again.
  package func dismiss(_ noun: String, _ one: Int64, _ other: Int64, by actor: Actor) async throws {
    try await judge(noun, one, other, by: actor, "dismiss") { tx, noun, low, high, now in
      try tx.run(
        """
        INSERT INTO duplicate_dismissal (noun, low_id, high_id, actor_id, actor_name, at)
        VALUES (\(noun.rawValue), \(low), \(high), \(actor.user), \(actor.name), \(now))
        ON CONFLICT (noun, low_id, high_id) DO NOTHING
        """)
    }
  }

  /// Takes that back.
  package func reopen(_ noun: String, _ one: Int64, _ other: Int64, by actor: Actor) async throws {
    try await judge(noun, one, other, by: actor, "reopen") { tx, noun, low, high, _ in
      let gone = try tx.run(
        "DELETE FROM duplicate_dismissal WHERE noun = \(noun.rawValue) AND low_id = \(low) AND high_id = \(high)")
      guard gone == 1 else { throw Problem(.notFound, "Nobody said that these two are not the same.") }
      return 1
    }
  }

  private func judge(
    _ noun: String, _ one: Int64, _ other: Int64, by actor: Actor, _ verb: String,
    _ write: @escaping @Sendable (Transaction, Actor.Noun, Int64, Int64, Instant) throws -> Int
  ) async throws {
    let (source, catalogue) = try known(noun)
    try require(.edit, source.noun, of: actor)
    let (low, high) = (min(one, other), max(one, other))
    guard low != high else {
      throw Problem(.invalid, field: "high", "This is one record.", mend: "Name two.")
    }
    let now = clock.now
    try await database.write { tx in
      try catalogue.require(.edit, low, for: actor, in: tx)
      try catalogue.require(.edit, high, for: actor, in: tx)
      guard try write(tx, source.noun, low, high, now) == 1 else { return }
      try tx.audit(
        "\(verb) duplicate", source.noun, low, detail: ["other": high], by: actor, at: now)
      try tx.announce("\(source.noun.rawValue).duplicate.\(verb)ed", source.noun, low, ["other": high], at: now)
    }
  }

  // Finding all of them, and what arrives.

  package static let jobKind = "duplicates.find"

  private struct Order: Codable, Sendable { let noun: String }

  /// Queues the search for every pair of a noun.
  package func begin(_ noun: String, by actor: Actor) async throws -> ID<Job> {
    let (source, catalogue) = try known(noun)
    try require(.edit, source.noun, of: actor)
    let now = clock.now
    return try await database.write { tx in
      let job = try jobs.enqueue(
        Self.jobKind, title: "Duplicates of \(catalogue.plural)", arguments: Order(noun: noun), by: actor, in: tx)
      try tx.audit("find duplicates", source.noun, nil, by: actor, at: now)
      return job
    }
  }

  @Sendable package func job(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let order = try JSONDecoder().decode(Order.self, from: Data(job.arguments.utf8))
    let found = try await search(order.noun, progress)
    return String(decoding: try JSONEncoder().encode(["pairs": found]), as: UTF8.self)
  }

  /// Compares every record of a noun with those that may be the same, and keeps the pairs.
  /// - Returns: how many there are.
  package func search(_ noun: String, _ progress: JobProgress = .silent) async throws -> Int {
    let (source, catalogue) = try known(noun)
    let records = try await database.read { try Duplicates.profiles(source, catalogue, in: $0) }
    // The more records there are, the more pairs of strangers look alike.
    let least = DuplicateEvidence.likely + max(0, log2(Double(max(1, records.count)) / 10_000))
    var index = DuplicateIndex()
    var pairs: [(low: Int64, high: Int64, weight: Double)] = []
    for (place, profile) in records.enumerated() {
      for match in index.matchesThenAdd(profile, least: least) {
        pairs.append((min(profile.id, match.id), max(profile.id, match.id), match.weight))
      }
      if place % 1_000 == 999 {
        try await progress.report(
          Int64(place), of: Int64(records.count), "\(place + 1) of \(records.count) records, \(pairs.count) pairs")
      }
    }
    try await keep(pairs.sorted { ($0.low, $0.high) < ($1.low, $1.high) }, of: source.noun)
    return pairs.count
  }

  private func keep(
    _ pairs: [(low: Int64, high: Int64, weight: Double)], of noun: Actor.Noun
  ) async throws {
    let now = clock.now
    try await database.write { tx in
      try tx.run("DELETE FROM duplicate_pair WHERE noun = \(noun.rawValue)")
      var next = pairs.makeIterator()
      try tx.insert(into: "duplicate_pair", ["noun", "low_id", "high_id", "weight", "at"]) {
        next.next().map { [.text(noun.rawValue), .int($0.low), .int($0.high), .double($0.weight), now.stored] }
      }
    }
  }

  /// Every record of a noun that is not in the bin, as it is compared.
  static func profiles(
    _ source: SearchSource, _ catalogue: Catalogue, in tx: Transaction
  ) throws -> [DuplicateProfile] {
    let scope = try catalogue.scope(.operator, .see)
    return try tx.rows(
      """
      SELECT e.record_id, e.texts FROM search_entry e
      WHERE e.noun = \(source.noun.rawValue)
        AND e.record_id IN (SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(scope)) ORDER BY e.record_id
      """
    ) { DuplicateProfile(id: try $0(0), RecordTexts(stored: try $0(1))) }
  }

  /// The records of a noun in memory, for whoever brings many new ones: two statements, whatever their number.
  package static func index(
    _ source: SearchSource, _ catalogue: Catalogue, in tx: Transaction
  ) throws -> DuplicateIndex {
    var index = DuplicateIndex()
    for profile in try profiles(source, catalogue, in: tx) { index.add(profile) }
    return index
  }
}

/// A pair as it is kept.
struct StoredPair: Sendable {
  let low: Int64
  let high: Int64
  let weight: Double
  let by: String?
  let at: Instant?

  /// Its place in the list.
  var cursor: String { "\(weight)~\(low)~\(high)" }
}

extension StoredPair {
  init(row: Row) throws {
    try self.init(
      low: row("low_id"), high: row("high_id"), weight: row("weight"), by: row("actor_name"), at: row("at"))
  }
}
