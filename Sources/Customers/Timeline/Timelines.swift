import Kernel
import Records
import Store
import Web

/// Something that happened with a customer or a contact, of whatever kind, as a line of its timeline.
package struct TimelineItem: Sendable, Equatable, Encodable {
  /// When it was; noon of the day when only the day is known.
  package let at: Instant
  package let day: Day
  package let isTimed: Bool
  /// The name of the source it came from, and its number there.
  package let source: String
  package let id: Int64
  package let icon: String
  package let title: String
  package let text: String
  /// Small print: the kind, the direction, by whom.
  package let note: String
  /// Money of it, in minor units of the company's currency.
  package let minor: Int64?
  /// Where it is shown as a whole.
  package let path: String?
  /// A word that stands beside the title, and what it means.
  package let badge: String?

  package init(
    at: Instant, day: Day, isTimed: Bool, source: String, id: Int64, icon: String, title: String, text: String = "",
    note: String = "", minor: Int64? = nil, path: String? = nil, badge: String? = nil
  ) {
    self.at = at
    self.day = day
    self.isTimed = isTimed
    self.source = source
    self.id = id
    self.icon = icon
    self.title = title
    self.text = text
    self.note = note
    self.minor = minor
    self.path = path
    self.badge = badge
  }

  /// Something known only by its day.
  package init(
    on day: Day, source: String, id: Int64, icon: String, title: String, text: String = "", note: String = "",
    minor: Int64? = nil, path: String? = nil
  ) {
    self.init(
      at: Moment.noon(of: day), day: day, isTimed: false, source: source, id: id, icon: icon, title: title, text: text,
      note: note, minor: minor, path: path)
  }
}

/// What a timeline is asked for.
package struct TimelineQuestion: Sendable, Equatable {
  package var words: String
  /// The source asked for, or `source.kind` for one kind of it; nil for everything.
  package var kind: String?
  package var after: TimelinePlace?
  package var size: Int

  package init(words: String = "", kind: String? = nil, after: TimelinePlace? = nil, size: Int = 20) {
    self.words = words
    self.kind = kind
    self.after = after
    self.size = min(max(size, 1), 100)
  }

  static let inputs: [Route.Input] = [
    .init("q", "Words"), .init("kind", "Only this kind, such as interactions or interactions.call"),
    .init("after", "Where the page begins"), .init("size", "Lines of a page, 1 to 100", .integer),
  ]

  /// From a query: `q`, `kind`, `after`, `size`.
  init(query: Fields) throws {
    self.init(
      words: try Text.line(query["q"] ?? "", field: "q", required: false),
      kind: query["kind"].flatMap { $0.isEmpty ? nil : $0 },
      after: try query["after"].flatMap { $0.isEmpty ? nil : $0 }.map { try TimelinePlace(text: $0) },
      size: Int(try query.integer("size", in: 1...100) ?? 30))
  }

  /// The part of `kind` before the point.
  package var source: String? { kind.map { String($0.split(separator: ".").first ?? "") } }
  /// The part after it.
  package var part: String? { kind.flatMap { $0.split(separator: ".").dropFirst().first.map(String.init) } }

  /// Whether a text has every word asked for.
  func isMet(by text: String) -> Bool {
    let folded = Text.folded(text)
    return words.split(separator: " ").allSatisfy { folded.contains(Text.folded(String($0))) }
  }

  /// What a source shows lies before this instant, or is of it with a smaller number.
  package func place(in source: String) -> (at: Instant, id: Int64) {
    guard let after else { return (Instant(microseconds: .max), .max) }
    return (after.at, after.source == source ? after.id : source > after.source ? .max : .min)
  }

  /// The same for a source that knows only days: before this day, or on it with a smaller number.
  package func day(in source: String) -> (day: Day, id: Int64) {
    let (at, id) = place(in: source)
    guard at.microseconds != .max else { return (Day(Int32.max), .max) }
    let seconds = (Double(at.microseconds) / 1e6).rounded(.down)
    let day = Day(Int32(clamping: Int64((seconds / 86_400).rounded(.down))))
    let noon = Moment.noon(of: day)
    return (day, noon == at ? id : noon < at ? .max : .min)
  }
}

/// Where a page of a timeline ends.
package struct TimelinePlace: Sendable, Equatable {
  package let at: Instant
  package let source: String
  package let id: Int64

  package init(_ item: TimelineItem) {
    at = item.at
    source = item.source
    id = item.id
  }

  /// - Throws: `Problem` when it is no place.
  package init(text: String) throws {
    let parts = text.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 3, let at = Int64(parts[0]), let id = Int64(parts[2]) else {
      throw Problem(.malformed, field: "after", "This is not a place in a timeline.", mend: "Start from its beginning.")
    }
    self.at = Instant(microseconds: at)
    source = String(parts[1])
    self.id = id
  }

  package var text: String { "\(at.microseconds)~\(source)~\(id)" }
}

/// Where lines of a timeline come from. Later stages add theirs when the product is put together.
package struct TimelineSource: Sendable {
  /// Its name in addresses: letters only.
  package let name: String
  /// The word on screen.
  package let word: String
  /// Kinds of it that can be asked for alone, by name and word.
  package let kinds: [(name: String, word: String)]
  /// Whether it tells of contacts as well as of customers.
  let isOfContacts: Bool
  /// At most so many items of a customer or contact as are asked for, the newest first; what the actor may not see is
  /// left out.
  package let items: @Sendable (RecordKey, TimelineQuestion, Actor, Transaction) throws -> [TimelineItem]

  init(
    _ name: String, _ word: String, kinds: [(name: String, word: String)] = [], isOfContacts: Bool,
    items: @escaping @Sendable (RecordKey, TimelineQuestion, Actor, Transaction) throws -> [TimelineItem]
  ) {
    self.name = name
    self.word = word
    self.kinds = kinds
    self.isOfContacts = isOfContacts
    self.items = items
  }

  /// A source that tells of customers alone.
  package init(
    _ name: String, _ word: String, kinds: [(name: String, word: String)] = [],
    items: @escaping @Sendable (ID<Customer>, TimelineQuestion, Actor, Transaction) throws -> [TimelineItem]
  ) {
    self.init(name, word, kinds: kinds, isOfContacts: false) { key, question, actor, tx in
      key.noun == .customer ? try items(ID(key.id), question, actor, tx) : []
    }
  }
}

extension Customers {
  /// Everything that happened with a customer the actor may see, the newest first, from every source.
  package func timeline(
    of id: ID<Customer>, _ question: TimelineQuestion, from sources: [TimelineSource], for actor: Actor
  ) async throws -> Page<TimelineItem> {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      _ = try Customers.find(id, scope, in: tx)
      return try question.page(of: RecordKey(.customer, id.rawValue), from: sources, for: actor, in: tx)
    }
  }
}

extension Contacts {
  /// Everything that happened with a contact the actor may see, the newest first.
  package func timeline(
    of id: ID<Contact>, _ question: TimelineQuestion, for actor: Actor
  ) async throws -> Page<TimelineItem> {
    let scope = try Contacts.scope(actor)
    return try await database.read { tx in
      _ = try Contacts.find(id, scope, in: tx)
      return try question.page(
        of: RecordKey(.contact, id.rawValue), from: TimelineSource.ofContacts, for: actor, in: tx)
    }
  }
}

extension TimelineQuestion {
  /// One page of what some sources tell of a record the actor may see.
  func page(
    of key: RecordKey, from sources: [TimelineSource], for actor: Actor, in tx: Transaction
  ) throws -> Page<TimelineItem> {
    if let source, !sources.contains(where: { $0.name == source }) {
      throw Problem(
        .invalid, field: "kind", "A timeline has no “\(source.prefix(40))”.",
        mend: "Use one of \(sources.map(\.name).joined(separator: ", ")).")
    }
    var items: [TimelineItem] = []
    for one in sources where source ?? one.name == one.name {
      var asked = self
      // One over, to know whether there is more.
      asked.size = size + 1
      items += try one.items(key, asked, actor, tx)
    }
    items.sort { left, right in
      if left.at != right.at { return left.at > right.at }
      return left.source != right.source ? left.source < right.source : left.id > right.id
    }
    return Page(overfetched: Array(items.prefix(size + 1)), size: size) { TimelinePlace($0).text }
  }
}
