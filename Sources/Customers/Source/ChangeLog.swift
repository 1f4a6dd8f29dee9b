import Foundation
import Kernel
import Records
import Store

/// What an import changed: as it was before, so that the import can be undone, and as the history tells it.
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
  /// The lines of the history, one for each change of a record that was there.
  package private(set) var edits: [AuditDraft] = []

  package init() {}

  package mutating func record(_ noun: String, _ before: some Encodable) throws {
    entries.append(Entry(noun: noun, before: String(decoding: try JSONEncoder().encode(before), as: UTF8.self)))
  }

  /// Notes what a record that was there held before and what it holds now.
  package mutating func edit(
    _ noun: Actor.Noun, _ record: Int64, before: some Encodable, after: some Encodable
  ) throws {
    edits.append(try AuditDraft("edit", noun, record, Edit(before: before, after: after)))
  }

  /// Notes what a file told of the company's own fields of a record that was there.
  package mutating func keep(
    _ former: [OwnFieldIntake.Former], of noun: Actor.Noun, _ record: Int64, _ own: OwnFieldIntake, in tx: Transaction
  ) throws {
    for one in former { try self.record(OwnFieldIntake.noun, one) }
    let states = try own.states(former, tx)
    try edit(noun, record, before: states.before, after: states.after)
  }

  private struct Edit<Before: Encodable, After: Encodable>: Encodable {
    let before: Before
    let after: After
  }
}

extension Array {
  /// Runs of at most `size` elements, in order.
  package func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map { self[$0..<Swift.min($0 + Swift.max(1, size), count)] }
  }
}
