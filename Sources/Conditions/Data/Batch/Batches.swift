import Customers
import Kernel
import Records
import Store

/// Many acts in one transaction: all of them are done, or none.
package struct Batches: Sendable {
  /// The most acts of one batch.
  package static let most = 1_000

  /// A noun whose records can be part of a batch.
  package struct Noun: Sendable {
    package typealias Make =
      @Sendable (_ fields: [String: String], _ actor: Actor, _ now: Instant, _ tx: Transaction) throws -> Int64

    let catalogue: Catalogue
    /// Makes a record in a transaction that does more; nil where a batch makes none.
    let make: Make?

    package init(_ catalogue: Catalogue, make: Make? = nil) {
      self.catalogue = catalogue
      self.make = make
    }

    var name: String { catalogue.noun.rawValue }
  }

  let database: Database
  let clock: any Clock
  let changes: RecordChanges
  let customFields: CustomFields
  let nouns: [Noun]

  package init(
    _ database: Database, clock: any Clock, changes: RecordChanges, customFields: CustomFields, nouns: [Noun]
  ) {
    self.database = database
    self.clock = clock
    self.changes = changes
    self.customFields = customFields
    self.nouns = nouns
  }

  package func run(
    _ operations: [BatchOperation], by actor: Actor, once: Once = .unchecked
  ) async throws -> BatchAnswer {
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      var known: [String: Noun] = [:]
      for noun in nouns {
        known[noun.name] = Noun(
          try customFields.whole(noun.catalogue, in: tx), make: noun.make)
      }
      var rows: [BatchResult] = []
      for (place, operation) in operations.enumerated() {
        do {
          rows.append(try run(operation, known, by: actor, at: now, in: tx))
        } catch let problem as Problem {
          throw problem.of(operation: place)
        }
      }
      let answer = BatchAnswer(rows: rows)
      try once.keep(answer, status: 200, location: nil, in: tx)
      return answer
    }
  }

  private func run(
    _ operation: BatchOperation, _ known: [String: Noun], by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> BatchResult {
    guard let noun = known[operation.noun] else {
      throw Problem(
        .invalid, field: "noun", "“\(operation.noun.prefix(40))” cannot be part of a batch.",
        mend: "Use \(known.keys.sorted().joined(separator: ", ")).")
    }
    let record =
      switch operation.act {
      case .create: try create(operation, noun, by: actor, at: now, in: tx)
      case .edit: try edit(operation, noun, by: actor, at: now, in: tx)
      case .delete: try delete(operation, noun, by: actor, at: now, in: tx)
      }
    let version = try noun.catalogue.version(of: record, in: tx)
    return BatchResult(act: operation.act, noun: operation.noun, id: record, version: version)
  }

  private func create(
    _ operation: BatchOperation, _ noun: Noun, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Int64 {
    guard let make = noun.make else { throw noun.refusal(of: operation.act) }
    let record = try make(operation.fields, actor, now, tx)
    let own = operation.fields.filter { RecordChanges.isOwn($0.key) }
    try changes.fill(own, record, of: noun.catalogue, by: actor, at: now, in: tx)
    return record
  }

  private func edit(
    _ operation: BatchOperation, _ noun: Noun, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Int64 {
    guard noun.catalogue.edit != nil else { throw noun.refusal(of: operation.act) }
    let record = try noun.named(by: operation)
    guard !noun.catalogue.isVersioned || operation.version != nil else {
      throw Problem(
        .invalid, field: "version", "The version is missing.",
        mend: "Send the version the \(noun.catalogue.word) was read at.")
    }
    try noun.requireVersion(of: operation, for: actor, in: tx)
    try changes.apply(operation.fields, to: record, of: noun.catalogue, by: actor, at: now, in: tx)
    return record
  }

  private func delete(
    _ operation: BatchOperation, _ noun: Noun, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Int64 {
    guard let bin = noun.catalogue.bin else { throw noun.refusal(of: operation.act) }
    let record = try noun.named(by: operation)
    try noun.requireVersion(of: operation, for: actor, in: tx)
    try bin(record, actor, now, tx)
    return record
  }
}

extension Batches.Noun {
  private var acts: [BatchOperation.Act] {
    BatchOperation.Act.allCases.filter { act in
      switch act {
      case .create: make != nil
      case .edit: catalogue.edit != nil
      case .delete: catalogue.bin != nil
      }
    }
  }

  fileprivate func refusal(of act: BatchOperation.Act) -> Problem {
    Problem(
      .invalid, field: "act", "\(name) records cannot be part of a batch by “\(act.rawValue)”.",
      mend: "Use \(acts.map(\.rawValue).joined(separator: ", ")).")
  }

  fileprivate func named(by operation: BatchOperation) throws -> Int64 {
    guard let record = operation.id else {
      throw Problem(.invalid, field: "id", "The record is missing.", mend: "Send its id.")
    }
    return record
  }

  /// Refuses what was read at another version than the record has.
  fileprivate func requireVersion(of operation: BatchOperation, for actor: Actor, in tx: Transaction) throws {
    guard let version = operation.version, let record = operation.id else { return }
    try catalogue.require(version: version, of: record, for: actor, in: tx)
  }
}

extension Problem {
  /// The same refusal, naming the act of the batch it belongs to.
  fileprivate func of(operation place: Int) -> Problem {
    let prefix = "operations[\(place)]"
    return Problem(
      kind, field: field.map { "\(prefix).\($0)" } ?? prefix, message, mend: mend,
      facts: facts + [.init("operation", String(place))])
  }
}
