import Kernel

/// One record, or one cell of it, that was not taken, and why: what the quarantine keeps.
package struct Refusal: Error, Sendable, Equatable, Codable {
  /// Why, as a word for programs.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case tooFewCells, tooManyCells, tooManyColumns, cellTooLong, recordTooLong, openQuote, textAfterQuote
    case zeroByte, notUTF8
    case missing, notANumber, tooPrecise, tooLarge, ambiguousNumber, wrongCurrency
    case notADate, noSuchDay, inFuture, notAChoice
  }

  package let kind: Kind
  /// The line the record begins on, counting from 1 as an editor does.
  package let line: Int
  /// The last line the record takes.
  package let lastLine: Int
  /// The cell within the record, counting from 1; nil when it is about the record as a whole.
  package let column: Int?
  /// The header of that cell.
  package let header: String?
  /// What is wrong, one sentence.
  package let reason: String
  /// The record as it stood in the file, without its line end; at most 64 KiB of it.
  package let original: String

  package init(
    _ kind: Kind, line: Int, lastLine: Int? = nil, column: Int? = nil, header: String? = nil, reason: String,
    original: String = ""
  ) {
    self.kind = kind
    self.line = line
    self.lastLine = lastLine ?? line
    self.column = column
    self.header = header
    self.reason = reason
    self.original = original
  }

  /// The refusal as one line for a person: `line 7, column 3 (amount): …`.
  package var sentence: String {
    var place = "line \(line)"
    if let column { place += ", column \(column)" }
    if let header { place += " (\(header))" }
    return "\(place): \(reason)"
  }

  /// The refusal as a refusal of the whole file.
  package func problem(mend: String? = nil) -> Problem {
    var facts = [Problem.Fact("line", String(line))]
    if let column { facts.append(Problem.Fact("column", String(column))) }
    return Problem(
      .invalid, field: header, sentence.prefix(1).uppercased() + sentence.dropFirst(),
      mend: mend ?? "Correct the line and try again.", facts: facts)
  }
}

/// Why a cell cannot be read, before the reader adds the place.
struct CellRefusal: Error, Equatable {
  let kind: Refusal.Kind
  let reason: String
  init(_ kind: Refusal.Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }
}
