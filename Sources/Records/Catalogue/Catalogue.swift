import Kernel
import Store

/// What the parts that serve every noun know of one: where its records lie, which fields they have, who may reach them,
/// and how one is changed. Lists, filters, saved views, custom fields, tags, files, rules and exports go through it, so a
/// right that holds in one of them holds in all.
package struct Catalogue: Sendable {
  /// Changes some fields of one record at any version: through the noun's own verb, with its checks, its line in the
  /// audit chain and its announcement.
  package typealias Edit =
    @Sendable (
      _ record: Int64, _ changes: [String: String], _ actor: Actor, _ now: Instant, _ tx: Transaction
    ) throws -> Void
  /// Puts one record into the bin, or takes it out again.
  package typealias Move =
    @Sendable (
      _ record: Int64, _ actor: Actor, _ now: Instant, _ tx: Transaction
    ) throws -> Void

  /// Counts a change that the noun's own verb did not make.
  package typealias Touch = @Sendable (_ record: Int64, _ tx: Transaction) throws -> Void

  package let noun: Actor.Noun
  /// “customer”, “customers”.
  package let word: String
  package let plural: String
  /// `/customers`.
  package let path: String
  /// `customer c`, and the identity and title of a row of it.
  package let table: Statement
  package let id: Statement
  package let title: Statement
  /// The fields every record has; the first is the one a person knows it by.
  package let fields: [RecordField]
  package let columns: [String]
  package let sort: RecordSort
  /// The records an actor reaches with a verb, without those in the bin; a condition on the alias.
  package let scope: @Sendable (Actor, Actor.Verb) throws -> Statement
  /// As `scope`, for the records in the bin; nil when the noun has none.
  package let binned: (@Sendable (Actor) throws -> Statement)?
  /// The records that fit words somebody typed, for one who may read them; nil where only the title is searched.
  package let finds: (@Sendable (_ words: String, Actor) throws -> Statement)?
  package let edit: Edit?
  package let bin: Move?
  package let restore: Move?
  /// Whether two of its records may be of one party and can become one.
  package var canMerge = false
  /// Raises the version of a record, of which the company's own fields are a part; nil where records have none.
  package let touch: Touch?
  /// Whether its records say how often they were changed, in a column `version`.
  package var isVersioned: Bool { touch != nil }

  package init(
    _ noun: Actor.Noun, word: String, plural: String, path: String, table: Statement, id: Statement, title: Statement,
    fields: [RecordField], columns: [String], sort: RecordSort,
    scope: @escaping @Sendable (Actor, Actor.Verb) throws -> Statement,
    binned: (@Sendable (Actor) throws -> Statement)? = nil,
    finds: (@Sendable (_ words: String, Actor) throws -> Statement)? = nil, edit: Edit? = nil, bin: Move? = nil,
    restore: Move? = nil, touch: Touch? = nil
  ) {
    self.noun = noun
    self.word = word
    self.plural = plural
    self.path = path
    self.table = table
    self.id = id
    self.title = title
    self.fields = fields
    self.columns = columns
    self.sort = sort
    self.scope = scope
    self.binned = binned
    self.finds = finds
    self.edit = edit
    self.bin = bin
    self.restore = restore
    self.touch = touch
  }

  /// The same noun with more fields: those the company made itself.
  /// - Parameter edit: what changes a record then; as before when nil.
  package func with(_ more: [RecordField], edit: Edit? = nil) -> Catalogue {
    var whole = Catalogue(
      noun, word: word, plural: plural, path: path, table: table, id: id, title: title, fields: fields + more,
      columns: columns, sort: sort, scope: scope, binned: binned, finds: finds, edit: edit ?? self.edit, bin: bin,
      restore: restore, touch: touch)
    whole.canMerge = canMerge
    return whole
  }

  /// The number at the end of a record's address, as a field.
  package static func number(_ id: Statement) -> RecordField {
    RecordField("number", "Number", .integer, value: id, order: id, isAdditive: false, isEditable: false)
  }

  /// The same noun, two records of which can become one.
  package var merging: Catalogue {
    var whole = self
    whole.canMerge = true
    return whole
  }

  /// The fields an actor may read, in their order.
  package func fields(for actor: Actor) -> [RecordField] {
    fields.filter { $0.isReadable(by: actor, of: noun) }
  }

  /// A field an actor may read, by its name. One that is hidden is one that is not there: it can neither be shown nor
  /// sorted nor filtered nor counted by.
  package func field(_ name: String, for actor: Actor) throws -> RecordField {
    guard let field = fields(for: actor).first(where: { $0.name == name }) else {
      throw Problem(
        .invalid, field: name, "A \(word) has no field “\(name.prefix(60))”.",
        mend: "Use one of \(fields(for: actor).map(\.name).joined(separator: ", ")).")
    }
    return field
  }

  /// Refuses a record the actor does not reach with a verb; one they do not even see as if it were not there.
  package func require(_ verb: Actor.Verb, _ record: Int64, for actor: Actor, in tx: Transaction) throws {
    let scope = try scope(actor, verb)
    guard try tx.first("SELECT 1 FROM \(table) WHERE \(id) = \(record) AND \(scope)") != nil else {
      if verb != .see, actor.may(.see, noun) {
        try require(.see, record, for: actor, in: tx)
        throw Problem(
          .notAllowed, "You may see this \(word), but not \(verb.rawValue) it.",
          mend: "Ask whoever it belongs to, or an administrator.")
      }
      throw Problem(.notFound, "There is no such \(word).", mend: "Search for it by name.")
    }
  }

  /// The version a record is at; nil where the noun has none.
  package func version(of record: Int64, in tx: Transaction) throws -> Int64? {
    guard isVersioned else { return nil }
    return try tx.value("SELECT version FROM \(table) WHERE \(id) = \(record)")
  }

  /// Refuses a record that is at another version than the one somebody read. Where the noun has none, anything goes.
  package func require(version: Int64, of record: Int64, for actor: Actor, in tx: Transaction) throws {
    guard isVersioned else { return }
    try require(.see, record, for: actor, in: tx)
    guard try self.version(of: record, in: tx) == version else {
      throw Problem(
        .conflict, field: "version", "Someone else changed this \(word) meanwhile.",
        mend: "Look at their change, then make yours again.")
    }
  }
}

/// The order of a list.
package struct RecordSort: Sendable, Equatable {
  package let field: String
  package let isDescending: Bool

  package init(_ field: String, isDescending: Bool = false) {
    self.field = field
    self.isDescending = isDescending
  }

  /// `name`, or `-name` from the end.
  package init(text: String) {
    isDescending = text.utf8.first == UInt8(ascii: "-")
    field = isDescending ? String(text.dropFirst()) : text
  }

  package var text: String { isDescending ? "-\(field)" : field }
}
