import Foundation
import Kernel
import Tabular

/// Files that were sent and still wait to come in, where somebody who is erased may be named.
struct WaitingFiles {
  let drafts: ImportDrafts

  /// Takes away every waiting file that names somebody, and every one that cannot be read to find out.
  /// - Returns: how many went; whoever sent them may send them again without the person.
  func forget(_ person: Person) async throws -> Int {
    let wanted = Wanted(person)
    let eraser = Actor(user: nil, name: "erasure", grants: [.init(.create, .importRun, .all)])
    var gone = 0
    for file in try await drafts.waiting() where wanted.isNamed(in: file.mapping) || isNamed(wanted, at: file.path) {
      do {
        try await drafts.discard(file.id, by: eraser)
      } catch let problem as Problem where problem.kind == .conflict {
        // It came in, or was taken away, a moment ago.
        continue
      }
      unlink(file.path)
      gone += 1
    }
    return gone
  }

  private func isNamed(_ wanted: Wanted, at path: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    var found = false
    do {
      let plain = TableOptions(currency: .euro, zone: .gmt)
      try TableSample.each(of: try ByteSource(path: path), options: plain) { row in
        found = wanted.isNamed(in: row.joined(separator: " "))
        return !found
      }
      return found
    } catch {
      return true
    }
  }

  /// What somebody is known by: the address, or every word of the name, in whatever order columns put them.
  private struct Wanted {
    private let address: String?
    private let words: Set<String>

    init(_ person: Person) {
      address = person.email.map { Text.folded($0) }.flatMap { $0.isEmpty ? nil : $0 }
      let words = Wanted.words(Text.folded(person.name))
      // One short word would find anybody.
      self.words = words.count > 1 || words.contains { $0.utf8.count >= 5 } ? words : []
    }

    func isNamed(in text: String) -> Bool {
      let folded = Text.folded(text)
      if let address, folded.contains(address) { return true }
      return !words.isEmpty && words.isSubset(of: Wanted.words(folded))
    }

    private static func words(_ folded: String) -> Set<String> {
      Set(folded.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    }
  }
}
