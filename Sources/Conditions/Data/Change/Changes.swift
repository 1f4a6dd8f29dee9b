import Kernel
import Records
import Store

/// The feed of changes: what happened to the records somebody may see, in the order in which it was committed.
package struct Changes: Sendable {
  let database: Database
  let customFields: CustomFields
  let catalogues: @Sendable () -> Catalogues

  /// - Parameter catalogues: the nouns that have lists.
  package init(_ database: Database, customFields: CustomFields, catalogues: @escaping @Sendable () -> Catalogues) {
    self.database = database
    self.customFields = customFields
    self.catalogues = catalogues
  }

  /// The changes after a place. Waits, when asked to, until there is one.
  package func list(_ question: ChangeQuestion, for actor: Actor) async throws -> ChangePage {
    let deadline = ContinuousClock.now + .seconds(question.wait)
    var question = question
    while true {
      let page = try await piece(question, for: actor)
      if !page.rows.isEmpty || page.hasMore || ContinuousClock.now >= deadline { return page }
      // What was passed over is not looked at again.
      question.after = Int64(page.next) ?? question.after
      try await Task.sleep(for: .milliseconds(300))
    }
  }

  /// The place after which the last so many events stand.
  package func start(ofLast count: Int) async throws -> Int64 {
    try await settle()
    let ends = try await database.read { try $0.outboxEnds() }
    return max(0, ends.forgotten, ends.newest - Int64(count))
  }

  /// Gives places to what was committed since the last time.
  package func settle() async throws {
    try await database.placeEvents()
  }

  private func piece(_ question: ChangeQuestion, for actor: Actor) async throws -> ChangePage {
    try await settle()
    let nouns = (question.nouns.isEmpty ? Actor.Noun.allCases : question.nouns).filter { actor.may(.see, $0) }
    return try await database.read { tx in
      let ends = try tx.outboxEnds()
      guard question.after == 0 || question.after >= ends.forgotten else {
        throw Problem(
          .conflict, field: "after", "What happened after this place is no longer kept in full.",
          mend: "Read the records anew, then follow from \(ends.newest).",
          facts: [.init("newest", String(ends.newest))])
      }
      let events = try tx.events(after: question.after, nouns: nouns, limit: question.limit)
      let hasMore = events.count == question.limit
      let next = hasMore ? events.last?.place ?? ends.newest : max(ends.newest, question.after)
      let visible = try show(events, to: actor, in: tx)
      return ChangePage(
        rows: events.compactMap { visible[$0.place] }, next: String(next), hasMore: hasMore, newest: String(ends.newest)
      )
    }
  }

  /// What an actor may know of some events, by place: nothing of a record they may not see, no field they may not read.
  package func show(_ events: [OutboxEvent], to actor: Actor, in tx: Transaction) throws -> [Int64: Change] {
    var shown: [Int64: Change] = [:]
    let known = catalogues()
    for (name, group) in Dictionary(grouping: events, by: \.noun) {
      guard let noun = Actor.Noun(rawValue: name), let reach = actor.reach(.see, noun) else { continue }
      guard let catalogue = try? known.of(noun) else {
        // Nouns without a list belong to the company as a whole.
        guard reach == .all else { continue }
        let isOpen = actor.seesPersonalData && !actor.fields.contains { $0.key.noun == noun && $0.value == .hidden }
        for event in group {
          shown[event.place] = Change(event, isOpen ? .told(JSONValue(event.body.utf8) ?? .null) : nil)
        }
        continue
      }
      let whole = try customFields.whole(catalogue, in: tx)
      let records = Array(Set(group.compactMap(\.record)))
      let values = try whole.values(of: records, for: actor, in: tx)
      let missing = records.filter { values[$0] == nil }
      let binned = try catalogue.binned(of: missing, for: actor, in: tx)
      for event in group {
        guard let record = event.record else { continue }
        if let fields = values[record] {
          shown[event.place] = Change(event, .fields(fields))
        } else if binned.contains(record) || (reach == .all && event.tellsOfAnEnd) {
          shown[event.place] = Change(event, nil)
        }
      }
    }
    return shown
  }
}

extension Change {
  init(_ event: OutboxEvent, _ data: Content?) {
    self.init(
      id: event.id, place: event.place, kind: event.kind, noun: event.noun, record: event.record, at: event.at,
      data: data)
  }
}

extension OutboxEvent {
  /// Whether the record is expected to be gone.
  fileprivate var tellsOfAnEnd: Bool {
    [".deleted", ".binned", ".erased", ".merged", ".withdrawn"].contains { kind.hasSuffix($0) }
  }
}
