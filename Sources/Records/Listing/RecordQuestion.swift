import Kernel
import Web

/// What a list of records is asked for: which, by which fields, in which order, from where. One value in the address of a
/// page, a request of a program, a saved view, an export and an act on all that match.
package struct RecordQuestion: Sendable, Equatable {
  package var filter: Filter?
  package var words: String
  /// Names of the fields shown; empty for the usual ones.
  package var columns: [String]
  package var sort: RecordSort?
  /// A place to go on after, or to go back before.
  package var after: String?
  package var before: String?
  package var size: Int

  package init(
    filter: Filter? = nil, words: String = "", columns: [String] = [], sort: RecordSort? = nil, after: String? = nil,
    before: String? = nil, size: Int = 50
  ) {
    self.filter = filter
    self.words = words
    self.columns = columns
    self.sort = sort
    self.after = after
    self.before = before
    self.size = min(max(size, 1), 200)
  }

  /// From a query: `filter`, `q`, `columns` (with commas), `sort`, `after`, `before`, `size`.
  package init(query: Fields) throws {
    self.init(
      filter: try Filter(text: query["filter"] ?? ""),
      words: try Text.line(query["q"] ?? "", field: "q", required: false),
      columns: try RecordQuestion.columns(query.values(of: "columns")),
      sort: query["sort"].flatMap { $0.isEmpty ? nil : RecordSort(text: $0) }, after: filled(query["after"]),
      before: filled(query["before"]), size: Int(try query.integer("size", in: 1...200) ?? 50))
  }

  private static func columns(_ values: [String]) throws -> [String] {
    var names: [String] = []
    for value in values {
      for name in value.utf8.split(separator: UInt8(ascii: ",")).map({ String(decoding: $0, as: UTF8.self) })
      where !names.contains(name) {
        names.append(name)
      }
    }
    guard names.count <= 40 else {
      throw Problem(.invalid, field: "columns", "More than 40 columns are asked for.", mend: "Choose fewer.")
    }
    return names
  }

  /// What makes the list this one, without its order and place.
  package var selection: [(String, String)] { [("q", words), ("filter", filter?.text ?? "")] }

  /// Everything but the place.
  package var parameters: [(String, String)] {
    selection + [("columns", columns.joined(separator: ",")), ("sort", sort?.text ?? "")]
      + (size == 50 ? [] : [("size", "\(size)")])
  }

  /// The same list without its place, as the text a view or a run keeps.
  package var text: String { Address.path("", parameters) }

  package var isNarrowed: Bool { filter != nil || !words.isEmpty }
}

private func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

/// One record as a list shows it.
package struct RecordRow: Sendable {
  package let id: Int64
  package let title: String
  /// The values of the columns asked for, in their order.
  package let values: [FieldValue]
  /// The words that stand for a value on screen, where it has some.
  package let shown: [String?]
}

/// One page of a list.
package struct RecordPage: Sendable {
  package let columns: [RecordField]
  package let rows: [RecordRow]
  /// Cursors of the pages after and before this one.
  package let next: String?
  package let previous: String?
}
