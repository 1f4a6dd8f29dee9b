import Customers
import Kernel
import Records
import Tabular

/// A file that was sent but has not come in yet: how it is read is still being settled.
package struct ImportDraft: Sendable, Equatable {
  package let id: ID<ImportDraft>
  package let fileName: String
  package let path: String
  package let order: ImportOrder
  package let actor: Int64?
  package let by: String
  package let createdAt: Instant
  /// The import it became.
  package let run: ID<ImportRun>?
  package let version: Int64

  /// How long a file waits for a decision.
  package static let days = 7
  /// How many corrections one file may have; beyond that the file itself is what needs mending.
  package static let mostPatches = 5_000
}

extension ImportOrder {
  /// Which column means what, as the page of a draft says it: a role, `trait`, an own field, or nothing, by the place of the
  /// column.
  package mutating func map(
    _ chosen: [Int: String], traits names: [Int: String], own: [CustomField] = [], headers: [String]
  )
    throws
  {
    var taken: [ColumnRole: Int] = [:]
    var columns: [String] = []
    var traits: [String: String] = [:]
    for (place, header) in headers.enumerated() {
      let choice = chosen[place] ?? ""
      if let role = ColumnRole(rawValue: choice), subject.roles.contains(role) {
        if let other = taken[role] {
          throw Problem(
            .invalid, field: "column[\(place)]",
            "“\(headers[other])” and “\(header)” cannot both be the \(role.title).", mend: "Choose one of them.")
        }
        taken[role] = place
        columns.append("\(role.rawValue)=\(header)")
      } else if own.contains(where: { $0.name == choice }) {
        if let other = columns.first(where: { $0.hasPrefix("\(choice)=") }) {
          throw Problem(
            .invalid, field: "column[\(place)]",
            "“\(other.dropFirst(choice.count + 1))” and “\(header)” cannot both fill one field.",
            mend: "Choose one of them.")
        }
        columns.append("\(choice)=\(header)")
      } else if choice == "trait" {
        let name = try Text.line(names[place] ?? header, field: "trait[\(place)]", limit: 80, required: false)
        traits[header] = name.isEmpty ? header : name
      } else if choice.isEmpty {
        traits[header] = ""
      } else {
        throw Problem(
          .invalid, field: "column[\(place)]", "“\(choice.prefix(40))” is nothing a column can mean here.",
          mend: """
            Use trait, nothing, or one of \
            \((subject.roles.map(\.rawValue) + own.map(\.name)).joined(separator: ", ")).
            """)
      }
    }
    self.columns = subject.roles.filter { taken[$0] == nil }.map { "\($0.rawValue)=" } + columns
    self.traits = subject == .customers || !own.isEmpty ? traits : nil
  }

  /// Forgets what was said of the columns, so that they are guessed anew.
  mutating func forgetMap() {
    columns = []
    traits = nil
  }
}

extension CellPatches {
  /// Takes corrections as a page or a program says them: `line:column` with the text, columns from 0.
  mutating func take(_ members: [String: String]) throws {
    for (place, text) in members.sorted(by: { $0.key < $1.key }) {
      let parts = place.split(separator: ":")
      guard parts.count == 2, let line = Int(parts[0]), let column = Int(parts[1]), line > 0, column >= 0,
        column < 1_000
      else {
        throw Problem(
          .invalid, field: "cell[\(place.prefix(40))]", "This names no cell.",
          mend: "Write it as cell[7:2]: line 7, the third column.")
      }
      cells[line, default: [:]][column] = try Text.block(text, field: "cell[\(place)]", limit: 2_000)
    }
  }

  mutating func replace(_ from: String, in column: Int, by to: String) throws {
    guard column >= 0, column < 1_000 else {
      throw Problem(.invalid, field: "replace", "There is no such column.", mend: "Count columns from 0.")
    }
    let to = try Text.block(to, field: "replace", limit: 2_000)
    replacements.removeAll { $0.column == column && $0.from == from }
    replacements.append(Replacement(column: column, from: from, to: to))
  }
}
