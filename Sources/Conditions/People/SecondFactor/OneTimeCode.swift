import Crypto
import Foundation
import Kernel

/// Codes that change with time: RFC 6238 with HMAC-SHA-1, six digits, thirty seconds.
package enum OneTimeCode {
  static let period: Int64 = 30
  static let digits = 6

  /// The number of the thirty seconds a moment lies in.
  package static func step(at now: Instant) -> Int64 { now.microseconds / 1_000_000 / period }

  /// The code of some thirty seconds.
  package static func code(_ secret: [UInt8], step: Int64) -> String {
    let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
    let mac = Array(
      HMAC<Insecure.SHA1>.authenticationCode(for: Data(counter), using: SymmetricKey(data: Data(secret))))
    guard mac.count == 20, let last = mac.last else { return "" }
    let place = Int(last & 15)
    let number = mac[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(number % 1_000_000)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// The step whose code this is: that of now, the one before or the one after, and later than the last that was used.
  package static func step(of code: String, _ secret: [UInt8], at now: Instant, after last: Int64) -> Int64? {
    let typed = code.utf8.filter { $0 != 32 }
    guard typed.count == digits, typed.allSatisfy({ (48...57).contains($0) }) else { return nil }
    let here = step(at: now)
    return [here, here - 1, here + 1].first { step in
      let wanted = OneTimeCode.code(secret, step: step).utf8
      let differs = zip(typed, wanted).reduce(UInt8(wanted.count == digits ? 0 : 1)) { $0 | ($1.0 ^ $1.1) }
      return differs == 0 && step > last
    }
  }

  /// Twenty random bytes.
  package static func secret() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// A recovery code: ten letters and digits that are not mistaken for each other, in two groups.
  package static func recoveryCode() -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
    let drawn = (0..<10).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
    return String(decoding: drawn.prefix(5) + [45] + drawn.suffix(5), as: UTF8.self)
  }

  /// A recovery code as it is compared: what people add or leave out while typing does not count.
  static func plain(_ code: String) -> [UInt8] {
    code.utf8.compactMap { byte in
      switch byte {
      case 65...90: byte + 32
      case 48...57, 97...122: byte
      default: nil
      }
    }
  }
}
