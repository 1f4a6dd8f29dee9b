import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Kernel
import Synchronization

/// Passwords: scrypt with N = 2^15, r = 8, p = 3, at most two at a time and never on a thread that serves requests.
package enum Password {
  private static let queue = DispatchQueue(label: "valuechain.password", attributes: .concurrent)
  private static let waiting = Mutex(0)
  private static let permits = DispatchSemaphore(value: 2)
  /// Beyond so many waiting, the next is asked to come back.
  private static let mostWaiting = 20

  /// Refuses what is too short, too long, or easily guessed for this person.
  package static func check(_ password: String, email: String) throws {
    let normal = password.precomposedStringWithCanonicalMapping
    guard (12...1_024).contains(normal.utf8.count) else {
      throw Problem(
        .invalid, field: "password", "The password has fewer than 12 or more than 1,024 bytes.",
        mend: "Take a sentence you can remember.")
    }
    let folded = Text.folded(normal)
    let name = Text.folded(String(email.prefix { $0 != "@" }))
    let distinct = Set(folded.utf8).count
    guard distinct >= 5, name.utf8.count < 4 || !folded.contains(name), !folded.hasPrefix("password") else {
      throw Problem(
        .invalid, field: "password", "This password is easily guessed.", mend: "Take a sentence you can remember.")
    }
  }

  /// The text to keep for a password.
  package static func kept(_ password: String) async throws -> String {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let key = try await derive(password, salt: salt, logN: 15, r: 8, p: 3)
    return "$scrypt$ln=15,r=8,p=3$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())"
  }

  /// Whether a password is the one kept. Without one kept it takes as long and answers no.
  package static func matches(_ password: String, kept: String?) async throws -> Bool {
    let parts = (kept ?? nobody).split(separator: "$")
    guard parts.count == 4, parts[1] == "ln=15,r=8,p=3", let salt = Data(base64Encoded: String(parts[2])),
      let wanted = Data(base64Encoded: String(parts[3]))
    else { return false }
    let found = try await derive(password, salt: Array(salt), logN: 15, r: 8, p: 3)
    let same = zip(found, wanted).reduce(UInt8(found.count == wanted.count ? 0 : 1)) { $0 | ($1.0 ^ $1.1) } == 0
    return same && kept != nil
  }

  private static let nobody = "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA==$AAAA"

  private static func derive(_ password: String, salt: [UInt8], logN: Int, r: Int, p: Int) async throws -> [UInt8] {
    let admitted = waiting.withLock { count in
      guard count < mostWaiting else { return false }
      count += 1
      return true
    }
    guard admitted else {
      throw Problem(.unavailable, "Many people are signing in just now.", mend: "Try again in a few seconds.")
    }
    defer { waiting.withLock { $0 -= 1 } }
    let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
    return try await withCheckedThrowingContinuation { continuation in
      queue.async {
        permits.wait()
        defer { permits.signal() }
        continuation.resume(
          with: Result {
            let key = try KDF.Scrypt.deriveKey(
              from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << logN, blockSize: r, parallelism: p)
            return key.withUnsafeBytes { Array($0) }
          })
      }
    }
  }
}
