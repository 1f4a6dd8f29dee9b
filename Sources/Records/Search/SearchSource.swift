import Kernel
import Store

extension Actor.Noun {
  /// Whether its records are found by their names, so that a field can offer them while one is typed.
  package var isFoundByName: Bool { self == .customer || self == .contact }
}

/// One text of a record that it is found by, as the record's own catalogue calls it.
package struct SearchField: Sendable, Equatable {
  package enum Kind: Sendable {
    /// A name: found by its words, by how they sound, and with a letter wrong.
    case name
    /// Found by its words.
    case words
    /// An e-mail address or that of a site: found by its beginning and by its domain.
    case address
    /// Found by its digits, however they are written.
    case phone
    /// A number of ours or of another system.
    case key
  }

  package let name: String
  package let kind: Kind
  package let isPersonal: Bool

  package init(_ name: String, _ kind: Kind, isPersonal: Bool = true) {
    self.name = name
    self.kind = kind
    self.isPersonal = isPersonal
  }
}

/// Which texts the records of a noun are found by, and where they lie.
package struct SearchSource: Sendable {
  package let noun: Actor.Noun
  package let fields: [SearchField]
  /// The table of the records, whose `id` numbers them.
  package let table: StaticString
  /// Rows of `id`, `field`, `text` for the records whose number fulfils a condition, which is made for a column.
  package let texts: @Sendable (_ condition: (Statement) -> Statement) -> Statement
  /// Who may see which of them, where the noun has no list.
  let catalogue: Catalogue?

  package init(
    _ noun: Actor.Noun, table: StaticString, fields: [SearchField], catalogue: Catalogue? = nil,
    texts: @escaping @Sendable (_ condition: (Statement) -> Statement) -> Statement
  ) {
    self.noun = noun
    self.table = table
    self.fields = fields
    self.texts = texts
    self.catalogue = catalogue
  }

  /// The names of the fields an actor may find a record by.
  func fields(for actor: Actor) -> [String] {
    fields.filter { actor.reads($0.name, of: noun, isPersonal: $0.isPersonal) }.map(\.name)
  }

  /// Whether words are met by how they sound and with a letter wrong: those of names.
  var hasNames: Bool { fields.contains { $0.kind == .name } }

  func kind(of field: String) -> SearchField.Kind { fields.first { $0.name == field }?.kind ?? .words }

  /// The texts of some records, by record.
  package func read(_ condition: (Statement) -> Statement, in tx: Transaction) throws -> [Int64: RecordTexts] {
    var found: [Int64: RecordTexts] = [:]
    try tx.each(texts(condition)) { row in
      guard let text: String = try row(2, as: String?.self), !text.isEmpty else { return }
      found[try row(0), default: RecordTexts()].add(try row(1), text)
    }
    let places = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    // The store gives rows of one record in any order; equal records are to be equal texts.
    return found.mapValues { $0.all.count > 1 ? $0.sorted(places) : $0 }
  }
}

/// The texts of one record, by field, in their order.
package struct RecordTexts: Sendable, Equatable {
  package private(set) var all: [(field: String, text: String)] = []

  package init() {}

  package init(_ pairs: [(field: String, text: String)]) { for pair in pairs { add(pair.field, pair.text) } }

  /// - Parameter text: ends of lines become spaces.
  package mutating func add(_ field: String, _ text: String) {
    let hasLines = text.utf8.contains { $0 < 32 }
    let line = hasLines ? String(decoding: text.utf8.map { $0 < 32 ? 32 : $0 }, as: UTF8.self) : text
    all.append((field, line))
  }

  fileprivate func sorted(_ places: [String: Int]) -> RecordTexts {
    RecordTexts(all.sorted { (places[$0.field] ?? 99, $0.text) < (places[$1.field] ?? 99, $1.text) })
  }

  package subscript(_ field: String) -> String? { all.first { $0.field == field }?.text }

  package static func == (left: RecordTexts, right: RecordTexts) -> Bool {
    left.all.elementsEqual(right.all) { $0.field == $1.field && $0.text == $1.text }
  }

  /// As it is kept: a line for each text, a tab after the name of its field.
  var stored: String { all.map { "\($0.field)\t\($0.text)\n" }.joined() }

  init(stored: String) {
    for line in stored.utf8.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      all.append((String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)))
    }
  }
}
