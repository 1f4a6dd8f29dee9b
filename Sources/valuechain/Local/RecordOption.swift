import ArgumentParser
import Customers
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// Which record a command is about.
struct RecordOption: ParsableArguments {
  @Option(help: "The record: a noun and its number, as customer:1017.") var record: String?
  @Option(help: "A customer, by the number a feed knows it by.") var customer: String?

  /// The noun and number asked for; nil when none was named.
  func key(_ modules: Modules) async throws -> RecordKey? {
    if let customer {
      guard let found = try await modules.customers.find(externalKey: customer, for: .operator) else {
        throw RecordOption.unknown(customer)
      }
      return RecordKey(.customer, found.id.rawValue)
    }
    return try record.map {
      try modules.catalogues.key(noun: RecordOption.split($0).0, record: RecordOption.split($0).1)
    }
  }

  /// The same over the socket, as the fields `noun` and `record`.
  func fields(_ server: OperatorClient) async throws -> [(String, String)] {
    guard customer == nil else { throw RecordOption.served }
    guard let record else { return [] }
    let (noun, number) = try RecordOption.split(record)
    return [("noun", noun), ("record", number)]
  }

  /// The record, which has to be named.
  func required(_ modules: Modules) async throws -> RecordKey {
    guard let key = try await key(modules) else { throw RecordOption.missing }
    return key
  }

  static let missing = Problem(
    .malformed, field: "record", "No record was named.", mend: "Name it: --customer KEY or --record customer:1017")

  // The search of a server finds words of names too, and the wrong customer must not get a file.
  private static let served = Problem(
    .malformed, field: "customer", "A server holds the store, and it knows customers by their own number.",
    mend: "Take the number at the end of its address: --record customer:1017")

  private static func split(_ text: String) throws -> (String, String) {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw missing }
    return (String(Substring(parts[0])), String(Substring(parts[1])))
  }

  private static func unknown(_ key: String) -> Problem {
    Problem(
      .notFound, field: "customer", "There is no customer “\(key.prefix(60))”.",
      mend: "Look for it in the list of customers.")
  }
}

/// One act, over the socket of the server that holds the store, or on the store itself.
enum Act {
  static func body(_ fields: [(String, String?)], _ more: [(String, String)] = []) throws -> Data {
    let given: [(String, String)] = fields.compactMap { name, value in value.map { (name, $0) } }
    return try JSONEncoder().encode(Dictionary(given + more, uniquingKeysWith: { first, _ in first }))
  }
}

/// One page of an answer.
struct ActRows<Row: Codable & Sendable>: Codable, Sendable {
  let rows: [Row]
}
