import Foundation
import Kernel
import Store

/// What an import changed, as it was before, so that the import can be undone.
package struct ChangeLog: Sendable {
  package struct Entry: Sendable {
    package let noun: String
    /// JSON of the record before the change.
    package let before: String

    package init(noun: String, before: String) {
      self.noun = noun
      self.before = before
    }

    package func decoded<T: Decodable>(as type: T.Type) throws -> T {
      try JSONDecoder().decode(type, from: Data(before.utf8))
    }
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  package mutating func record(_ noun: String, _ before: some Encodable) throws {
    entries.append(Entry(noun: noun, before: String(decoding: try JSONEncoder().encode(before), as: UTF8.self)))
  }
}

extension Array {
  /// Runs of at most `size` elements, in order.
  package func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map { self[$0..<Swift.min($0 + Swift.max(1, size), count)] }
  }
}
