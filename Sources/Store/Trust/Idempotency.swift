import Crypto
import Foundation
import Kernel

/// The answer kept for an `Idempotency-Key`, so that a request sent twice has one effect.
package struct KeptAnswer: Sendable, Equatable {
  package let status: Int
  package let body: String
  package let location: String?

  package init(status: Int, body: String, location: String?) {
    self.status = status
    self.body = body
    self.location = location
  }
}

/// What a request with an `Idempotency-Key` is kept under.
package struct IdempotencyKey: Sendable {
  let principal: String
  let method: String
  let path: String
  let key: String
  let request: [UInt8]

  /// - Parameters:
  ///   - key: as the caller sent it; 1 to 255 printable ASCII characters.
  ///   - file: a file that came with the request; its content counts too.
  package init(
    _ key: String, principal: String, method: String, path: String, body: some Sequence<UInt8>, file: String? = nil
  ) throws {
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Problem(
        .malformed, field: "Idempotency-Key", "The key has no or more than 255 characters, or odd ones.",
        mend: "Send a random UUID.")
    }
    self.key = key
    self.principal = principal
    self.method = method
    self.path = path
    var hash = SHA256()
    hash.update(data: Data(body))
    if let file, let handle = FileHandle(forReadingAtPath: file) {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
      try handle.close()
    }
    request = Array(hash.finalize())
  }
}

extension Transaction {
  /// How long an answer is kept.
  private static var keptSeconds: Int64 { 7 * 86_400 }

  /// The answer given earlier to the same request.
  /// - Throws: `Problem` when the key was used for another request.
  package func keptAnswer(_ key: IdempotencyKey, now: Instant) throws -> KeptAnswer? {
    let found = try first(
      """
      SELECT request, status, answer, location FROM idempotency_key
      WHERE principal = \(key.principal) AND method = \(key.method) AND path = \(key.path) AND key = \(key.key)
        AND created_at > \(now.adding(seconds: -Self.keptSeconds))
      """
    ) { row in
      (
        request: try row("request", as: [UInt8].self),
        answer: try KeptAnswer(status: row("status"), body: row("answer"), location: row("location"))
      )
    }
    guard let found else { return nil }
    guard found.request == key.request else {
      throw Problem(
        .invalid, field: "Idempotency-Key", "This key was used for another request.", mend: "Send a new key.")
    }
    return found.answer
  }

  /// Keeps an answer in the transaction of its effect.
  package func keep(_ answer: KeptAnswer, for key: IdempotencyKey, now: Instant) throws {
    try run("DELETE FROM idempotency_key WHERE created_at <= \(now.adding(seconds: -Self.keptSeconds))")
    try run(
      """
      INSERT INTO idempotency_key (principal, method, path, key, request, status, answer, location, created_at)
      VALUES (\(key.principal), \(key.method), \(key.path), \(key.key), \(key.request), \(answer.status), \
      \(answer.body), \(answer.location), \(now))
      """)
  }
}

/// The answer given when the same request came first; thrown out of the transaction that would have repeated it.
package struct Replay: Error {
  package let answer: KeptAnswer
}

/// What makes a create happen once: looked at first and written last in its transaction.
package struct Once: Sendable {
  let key: IdempotencyKey?
  let now: Instant

  package init(_ key: IdempotencyKey?, now: Instant) {
    self.key = key
    self.now = now
  }

  /// For callers that do not repeat themselves.
  package static let unchecked = Once(nil, now: Instant(microseconds: 0))

  /// - Throws: `Replay` when the request was answered before.
  package func check(in tx: Transaction) throws {
    if let key, let answer = try tx.keptAnswer(key, now: now) { throw Replay(answer: answer) }
  }

  package func keep(_ value: some Encodable, status: Int = 201, location: String?, in tx: Transaction) throws {
    guard let key else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = String(decoding: try encoder.encode(value), as: UTF8.self)
    try tx.keep(KeptAnswer(status: status, body: body, location: location), for: key, now: now)
  }
}
