import Foundation
import Kernel
import Store

/// Writing to a person at a terminal, or to a file that stands for one.
enum Terminal {
  static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// A refusal: what happened, then what mends it.
  static func refuse(_ problem: Problem) {
    let field = problem.field.map { "\($0): " } ?? ""
    complain("error: \(field)\(problem.message)")
    if let mend = problem.mend { complain("       \(mend)") }
    for fact in problem.facts where fact.name != "found" { complain("       \(fact.name): \(fact.value)") }
  }

  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// A bar on a terminal, plain lines elsewhere; at most four a second, or one every five seconds.
  static func progress(_ title: String) -> JobProgress {
    let printer = ProgressPrinter(title: title, isInteractive: isInteractive)
    return JobProgress { done, total, note, _ in
      printer.show(done, total, note)
      return false
    }
  }

  static func endProgress() { if isInteractive { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) } }

  /// A table with aligned columns: text to the left, numbers to the right.
  static func table(_ header: [String], _ rows: [[String]], numbers: Set<Int> = []) -> String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    return ([header] + rows).map { row in
      row.indices.map { column in
        let gap = String(repeating: " ", count: max(0, widths[column] - row[column].count))
        return numbers.contains(column) ? gap + row[column] : row[column] + gap
      }.joined(separator: "  ").trimmingEnd
    }.joined(separator: "\n")
  }

  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.utf8.last == 32 { text.removeLast() }
    return text
  }
}

private final class ProgressPrinter: Sendable {
  let title: String
  let isInteractive: Bool

  init(title: String, isInteractive: Bool) {
    self.title = title
    self.isInteractive = isInteractive
  }

  func show(_ done: Int64, _ total: Int64?, _ note: String) {
    guard isInteractive else {
      Terminal.complain("\(title): \(note)")
      return
    }
    let bar: String
    if let total, total > 0 {
      let filled = Int(min(30, done.multipliedReportingOverflow(by: 30).partialValue / total))
      bar =
        "[" + String(repeating: "#", count: max(0, filled)) + String(repeating: ".", count: max(0, 30 - filled)) + "] "
    } else {
      bar = ""
    }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(title) \(bar)\(note)".utf8))
  }
}
