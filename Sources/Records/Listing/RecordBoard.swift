import Kernel
import Store

/// A board of the records of a list: a column for each choice of a field.
package enum RecordBoard {
  /// How many cards a column begins with.
  package static let usualSize = 30

  package struct Column: Sendable {
    /// What the records in it hold; nil for choices that were taken off since.
    package let value: String?
    let word: String
    let condition: Filter
    /// How many records stand in it, shown or not.
    package let count: Int
    package let page: RecordPage
  }
}

extension RecordLists {
  /// Every record of a list stands in one column: also those that hold a choice that was taken off since, and those that
  /// hold none. Columns of choices that nobody holds are there, to move a card to.
  package func board(
    _ question: RecordQuestion, by field: RecordField, of catalogue: Catalogue, for actor: Actor,
    in setting: ListSetting
  ) async throws -> [RecordBoard.Column] {
    try await database.read { tx in
      let counts = try RecordReading(question, of: catalogue, for: actor, in: setting).counts(by: field, in: tx)
      let known = field.choices.map(\.value)
      func column(_ value: String?, _ word: String, _ count: Int, _ condition: Filter) throws -> RecordBoard.Column {
        var part = question
        part.filter = condition.and(question.filter)
        let page =
          count == 0
          ? RecordPage(columns: [], rows: [], next: nil, previous: nil)
          : try RecordReading(part, of: catalogue, for: actor, in: setting).page(in: tx)
        return .init(value: value, word: word, condition: condition, count: count, page: page)
      }
      var columns = try field.choices.map { choice in
        try column(
          choice.value, choice.word, counts[choice.value] ?? 0, .condition(.init(field.name, .is, [choice.value])))
      }
      let others = counts.filter { !$0.key.isEmpty && !known.contains($0.key) }.values.reduce(0, +)
      if others > 0 {
        let condition = Filter.all([
          .condition(.init(field.name, .filled, [])), .condition(.init(field.name, .isNot, known)),
        ])
        columns.append(try column(nil, "No longer a choice", others, condition))
      }
      // A field the company made may be emptied by moving a card there.
      let mayBeEmpty = RecordChanges.isOwn(field.name) && !field.isRequired && field.formula == nil
      if mayBeEmpty || counts[""] != nil {
        let condition = Filter.condition(.init(field.name, .empty, []))
        columns.append(try column("", "Without a choice", counts[""] ?? 0, condition))
      }
      return columns
    }
  }
}
