import Conditions
import Customers
import Foundation
import Kernel
import Store

/// The company's segments: every statement on their tables, and who belongs to which, by the facts the asker may see.
package final class Segments: Sendable {
  let database: Database
  let clock: any Clock
  let contributions: Contributions
  let equities: CustomerEquities
  let assumptions: Assumptions
  let drivers: CostDrivers
  let ledgers: PurchaseLedgers
  let observations: Observations
  let customers: Customers
  let companies: Companies
  let bases = KeptAnswers<SegmentBase.Asked, SegmentBase>(most: 6)
  let sheets = KeptAnswers<SegmentSheet.Asked, SegmentSheet>(most: 6)
  let proposals = KeptAnswers<SegmentProposal.Asked, SegmentProposal>(most: 6)
  let walks = KeptAnswers<WalksAsked, SegmentWalks>(most: 4)

  package init(
    _ database: Database, clock: any Clock, contributions: Contributions, equities: CustomerEquities,
    assumptions: Assumptions, drivers: CostDrivers, ledgers: PurchaseLedgers,
    observations: Observations, customers: Customers, companies: Companies
  ) {
    self.database = database
    self.clock = clock
    self.contributions = contributions
    self.equities = equities
    self.assumptions = assumptions
    self.drivers = drivers
    self.ledgers = ledgers
    self.observations = observations
    self.customers = customers
    self.companies = companies
  }

  /// Everything that is kept.
  package func book(for actor: Actor) async throws -> SegmentBook {
    try actor.require(.see, .segment)
    return try await database.read { try Segments.book(in: $0) }
  }

  static func book(in tx: Transaction) throws -> SegmentBook {
    var reading = BookReading()
    try tx.each(
      """
      SELECT v.segment_id, s.segmentation_id, v.name, v.place, v.rule, v.actor_name, v.at
      FROM segment_version v JOIN segment s ON s.id = v.segment_id ORDER BY v.segment_id, v.id
      """
    ) { try reading.version($0) }
    try tx.each("SELECT segment_id, item, value FROM segment_rating ORDER BY segment_id, id") { try reading.rating($0) }
    try tx.each(
      "SELECT segmentation_id, segment_id, act, note, actor_name, at FROM segment_act ORDER BY id"
    ) { try reading.act($0) }
    let made = try tx.rows(
      "SELECT id, name, method, actor_name, created_at FROM segmentation ORDER BY id", reading.segmentation)
    let standing = made.filter { !$0.isEnded }
    return SegmentBook(
      segmentations: standing.filter(\.isInUse) + standing.filter { !$0.isInUse } + made.filter(\.isEnded),
      stamp: reading.acts)
  }

  // Verbs.

  /// Makes a segmentation, with its segments where they are known.
  package func create(
    _ name: String, _ method: Segmentation.Method = .rules, segments: [Segment] = [], uses: Bool = false,
    by actor: Actor, once: Once = .unchecked
  ) async throws -> Segmentation {
    try actor.require(.create, .segment, reach: .all)
    let name = try Text.line(name, field: "segmentation", limit: 80)
    guard segments.count <= Segmentation.mostSegments, Set(segments.map(\.name)).count == segments.count else {
      throw Problem(.invalid, field: "name", "Two segments have the same name.", mend: "Rename one of them.")
    }
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let book = try Segments.book(in: tx)
      guard book.segmentations.count < Segmentation.mostSegmentations else {
        throw Problem(.conflict, field: "segmentation", "There are too many segmentations.", mend: "Use one of them.")
      }
      guard !book.standing.contains(where: { $0.name == name }) else {
        throw Problem(
          .conflict, field: "segmentation", "There is a segmentation “\(name)” already.", mend: "Choose another name.")
      }
      let id: ID<Segmentation> = try tx.newID()
      try tx.run(
        """
        INSERT INTO segmentation (id, name, method, actor_id, actor_name, created_at)
        VALUES (\(id), \(name), \(method.rawValue), \(actor.user), \(actor.name), \(now))
        """)
      let entry = ActEntry(segmentation: id, actor: actor, at: now)
      try entry.write(.made, nil, name, in: tx)
      for (place, segment) in segments.enumerated() {
        let made = try Segments.insert(segment, into: id, place: Segments.gap * Int64(place + 1), entry, in: tx)
        try entry.write(.made, made, segment.name, in: tx)
      }
      if uses { try entry.write(.used, nil, name, in: tx) }
      let after = try Segments.required(id, in: tx)
      try once.keep(SegmentationReport(after), location: "/api/v1/portfolio/segments", in: tx)
      return after
    }
  }

  static let gap: Int64 = 1 << 20

  private static func insert(
    _ segment: Segment, into segmentation: ID<Segmentation>, place: Int64, _ entry: ActEntry, in tx: Transaction
  ) throws -> ID<Segment> {
    let id: ID<Segment> = try tx.newID()
    try tx.run(
      "INSERT INTO segment (id, segmentation_id, created_at) VALUES (\(id), \(segmentation), \(entry.at))")
    try version(id, segment, place: place, entry, in: tx)
    return id
  }

  private static func version(
    _ id: ID<Segment>, _ segment: Segment, place: Int64, _ entry: ActEntry, in tx: Transaction
  ) throws {
    let number = try tx.newIDs(1).first ?? 0
    let rule = String(decoding: try JSONEncoder().encode(segment.rule), as: UTF8.self)
    try tx.run(
      """
      INSERT INTO segment_version (segment_id, id, name, place, rule, actor_id, actor_name, at)
      VALUES (\(id), \(number), \(segment.name), \(place), \(rule), \(entry.actor.user), \(entry.actor.name), \(entry.at))
      """)
  }

  /// Adds a segment behind the others.
  package func add(
    _ segment: Segment, to segmentation: ID<Segmentation>, by actor: Actor, once: Once = .unchecked
  ) async throws -> ID<Segment> {
    try actor.require(.create, .segment, reach: .all)
    let entry = ActEntry(segmentation: segmentation, actor: actor, at: clock.now)
    return try await database.write { tx in
      try once.check(in: tx)
      let owner = try Segments.standing(segmentation, in: tx)
      guard owner.parts.count < Segmentation.mostSegments else {
        throw Problem(
          .conflict, field: "name", "\(owner.name) has \(Segmentation.mostSegments) segments, which is the most.",
          mend: "End one first.")
      }
      try Segments.requireFree(segment.name, in: owner, but: nil)
      let place = (owner.parts.map { Int64($0.place) }.max() ?? 0) + Segments.gap
      let id = try Segments.insert(segment, into: segmentation, place: place, entry, in: tx)
      try entry.write(.made, id, segment.name, in: tx)
      try once.keep(["id": id], location: "/api/v1/portfolio/segments/\(id)", in: tx)
      return id
    }
  }

  /// Changes a segment, and where it stands among the others when `rank`, from 1, says so.
  package func change(_ id: ID<Segment>, to segment: Segment, rank: Int?, by actor: Actor) async throws {
    try actor.require(.edit, .segment, reach: .all)
    let now = clock.now
    try await database.write { tx in
      let (owner, part) = try Segments.book(in: tx).find(id)
      try Segments.requireFree(segment.name, in: owner, but: id)
      let place = rank.map { Segments.place(at: $0, in: owner.parts.filter { $0.id != id }) } ?? Int64(part.place)
      let isMoved = owner.parts.firstIndex { $0.id == id }.map { $0 + 1 } != rank && rank != nil
      guard segment != part.segment || isMoved else { return }
      let entry = ActEntry(segmentation: owner.id, actor: actor, at: now)
      try Segments.version(id, segment, place: isMoved ? place : Int64(part.place), entry, in: tx)
      let renamed = segment.name == part.segment.name ? "" : "; it was called \(part.segment.name)"
      try entry.write(.changed, id, segment.name + renamed, in: tx)
    }
  }

  private static func place(at rank: Int, in others: [Segmentation.Part]) -> Int64 {
    let index = min(max(rank - 1, 0), others.count)
    let before = index > 0 ? Int64(others[index - 1].place) : 0
    let after = index < others.count ? Int64(others[index].place) : before + 2 * gap
    return before + (after - before) / 2
  }

  private static func requireFree(_ name: String, in owner: Segmentation, but id: ID<Segment>?) throws {
    guard !owner.parts.contains(where: { $0.segment.name == name && $0.id != id }) else {
      throw Problem(
        .conflict, field: "name", "\(owner.name) has a segment “\(name)” already.", mend: "Choose another name.")
    }
  }

  /// Ends a segment or brings it back.
  package func setEnded(_ isEnded: Bool, _ id: ID<Segment>, by actor: Actor) async throws -> Segmentation {
    try actor.require(.delete, .segment, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      let (owner, part) = try Segments.book(in: tx).find(id)
      let stands = owner.parts.contains { $0.id == id }
      guard stands == isEnded else {
        throw Problem(.conflict, "\(part.segment.name) \(isEnded ? "was ended already" : "is not ended").")
      }
      if !isEnded { try Segments.requireFree(part.segment.name, in: owner, but: id) }
      try ActEntry(segmentation: owner.id, actor: actor, at: now)
        .write(isEnded ? .ended : .restored, id, part.segment.name, in: tx)
      return owner
    }
  }

  /// Ends a segmentation, brings it back, makes it the one in use, or stops using it.
  package func mark(
    _ kind: Segmentation.Act.Kind, _ id: ID<Segmentation>, by actor: Actor
  ) async throws -> Segmentation {
    try actor.require(kind == .ended ? .delete : .edit, .segment, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      let before = try Segments.required(id, in: tx)
      let fits =
        switch kind {
        case .used: !before.isEnded && !before.isInUse
        case .left: before.isInUse
        case .ended: !before.isEnded
        case .restored: before.isEnded
        case .made, .changed, .rated: false
        }
      guard fits else {
        throw Problem(.conflict, "\(before.name) is not in a state for that.", mend: "Look at it as it stands now.")
      }
      let entry = ActEntry(segmentation: id, actor: actor, at: now)
      if kind == .ended && before.isInUse { try entry.write(.left, nil, before.name, in: tx) }
      try entry.write(kind, nil, before.name, in: tx)
      return try Segments.required(id, in: tx)
    }
  }

  /// Enters ratings of 0 to 100, or takes them back with nil; what is not named stays.
  package func rate(_ id: ID<Segment>, _ values: [String: Double?], by actor: Actor) async throws {
    try actor.require(.edit, .segment, reach: .all)
    for (name, value) in values {
      guard let value else { continue }
      guard (0...100).contains(value) else {
        throw Problem(.invalid, field: name, "A rating is 0 to 100.", mend: "Enter 0 for the worst, 100 for the best.")
      }
    }
    let now = clock.now
    try await database.write { tx in
      let (owner, part) = try Segments.book(in: tx).find(id)
      let changed = values.filter { part.ratings[$0.key] != $0.value }.sorted { $0.key < $1.key }
      guard !changed.isEmpty else { return }
      for (name, value) in changed {
        let number = try tx.newIDs(1).first ?? 0
        try tx.run(
          """
          INSERT INTO segment_rating (segment_id, id, item, value, actor_id, actor_name, at)
          VALUES (\(id), \(number), \(name), \(value), \(actor.user), \(actor.name), \(now))
          """)
      }
      let note = changed.map {
        "\($0.key) \($0.value.map { Int64(exactly: $0).map { "\($0)" } ?? "\($0)" } ?? "taken back")"
      }.joined(separator: ", ")
      try ActEntry(segmentation: owner.id, actor: actor, at: now).write(
        .rated, id, "\(part.segment.name): \(note)", in: tx)
    }
  }

  private static func required(_ id: ID<Segmentation>, in tx: Transaction) throws -> Segmentation {
    guard let found = try book(in: tx)[id] else {
      throw Problem(.notFound, field: "segmentation", "There is no such segmentation.", mend: "Choose one of the list.")
    }
    return found
  }

  private static func standing(_ id: ID<Segmentation>, in tx: Transaction) throws -> Segmentation {
    let found = try required(id, in: tx)
    guard !found.isEnded else {
      throw Problem(.conflict, field: "segmentation", "\(found.name) was ended.", mend: "Bring it back first.")
    }
    return found
  }
}

/// Writes what was done, in the history and in the audit chain.
private struct ActEntry: Sendable {
  let segmentation: ID<Segmentation>
  let actor: Actor
  let at: Instant

  func write(_ kind: Segmentation.Act.Kind, _ segment: ID<Segment>?, _ note: String, in tx: Transaction) throws {
    let number = try tx.newIDs(1).first ?? 0
    try tx.run(
      """
      INSERT INTO segment_act (segmentation_id, id, segment_id, act, note, actor_id, actor_name, at)
      VALUES (\(segmentation), \(number), \(segment), \(kind.rawValue), \(note), \(actor.user), \(actor.name), \(at))
      """)
    var detail = ["name": note]
    if segment == nil { detail["segmentation"] = "\(segmentation)" }
    try tx.audit(
      kind.rawValue, .segment, (segment?.rawValue ?? segmentation.rawValue), detail: detail, by: actor, at: at)
  }
}

/// Puts rows together: the newest version of each segment, the newest rating, and what the acts left standing.
private struct BookReading {
  private struct Draft {
    let segmentation: ID<Segmentation>
    let segment: Segment
    let place: Int
    var changes: Int
    let by: String
    let at: Instant
  }

  private var drafts: [ID<Segment>: Draft] = [:]
  private var ratings: [ID<Segment>: SegmentRatings] = [:]
  private var histories: [ID<Segmentation>: [Segmentation.Act]] = [:]
  private var endedSegments: [ID<Segment>] = []
  private var ended: Set<ID<Segmentation>> = []
  private var inUse: ID<Segmentation>?
  private(set) var acts: Int64 = 0

  mutating func version(_ row: Row) throws {
    let id: ID<Segment> = try row(0)
    let rule = try JSONDecoder().decode(SegmentRule.self, from: Data(try row(4, as: String.self).utf8))
    drafts[id] = Draft(
      segmentation: try row(1), segment: try Segment(name: try row(2), rule: rule), place: try row(3),
      changes: drafts[id].map { $0.changes + 1 } ?? 0, by: try row(5), at: try row(6))
  }

  mutating func rating(_ row: Row) throws {
    ratings[try row(0), default: SegmentRatings()].set(try row(1), try row(2))
  }

  mutating func act(_ row: Row) throws {
    acts += 1
    let id: ID<Segmentation> = try row(0)
    let segment: ID<Segment>? = try row(1)
    guard let kind = Segmentation.Act.Kind(rawValue: try row(2)) else { return }
    switch (kind, segment) {
    case (.ended, let segment?): endedSegments.append(segment)
    case (.restored, let segment?): endedSegments.removeAll { $0 == segment }
    case (.ended, nil): ended.insert(id)
    case (.restored, nil): ended.remove(id)
    case (.used, _): inUse = id
    case (.left, _): if inUse == id { inUse = nil }
    case (.made, _), (.changed, _), (.rated, _): break
    }
    histories[id, default: []].append(
      Segmentation.Act(kind: kind, segment: segment, note: try row(3), by: try row(4), at: try row(5)))
  }

  func segmentation(_ row: Row) throws -> Segmentation {
    let id: ID<Segmentation> = try row(0)
    let parts = drafts.filter { $0.value.segmentation == id }.map { key, draft in
      Segmentation.Part(
        id: key, segment: draft.segment, place: draft.place, changes: draft.changes, by: draft.by, at: draft.at,
        ratings: ratings[key] ?? SegmentRatings())
    }
    .sorted { ($0.place, $0.id) < ($1.place, $1.id) }
    let gone = Set(endedSegments)
    return Segmentation(
      id: id, name: try row(1), method: Segmentation.Method(rawValue: try row(2)) ?? .rules, by: try row(3),
      createdAt: try row(4), isEnded: ended.contains(id), isInUse: inUse == id,
      parts: parts.filter { !gone.contains($0.id) },
      endedParts: endedSegments.reversed().compactMap { one in parts.first { $0.id == one } },
      history: (histories[id] ?? []).reversed())
  }
}
