import Kernel

/// A list somebody wants again: its filter, columns and order under a name, for them or for everybody.
package struct SavedView: Sendable, Equatable, Codable {
  package let id: ID<SavedView>
  package let noun: String
  package var name: String
  /// The question as a query.
  package var question: String
  /// `table`, or `board:` and the field its columns are made by.
  package var layout: String
  package let owner: Int64?
  package var isShared: Bool
  package let by: String
  package let version: Int64

  /// The field the columns of a board are made by; nil for a table.
  package var boardField: String? { layout.hasPrefix("board:") ? String(layout.dropFirst(6)) : nil }

  /// What somebody wants to keep.
  package struct Draft: Sendable {
    let name: String
    let question: String
    let layout: String
    let isShared: Bool

    /// - Throws: `Problem` naming the field that is wrong.
    package init(name: String, question: String, layout: String = "table", isShared: Bool) throws {
      self.name = try Text.line(name, field: "name", limit: 80)
      self.question = question
      self.layout = try Text.line(layout, field: "layout", limit: 80)
      self.isShared = isShared
      guard self.layout == "table" || self.layout.hasPrefix("board:") else {
        throw Problem(
          .invalid, field: "layout", "“\(layout.prefix(40))” is no way to show a list.",
          mend: "Use table, or board: and the name of a field.")
      }
    }
  }
}
