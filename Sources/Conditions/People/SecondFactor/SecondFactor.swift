import Kernel

/// The second thing somebody signs in with: codes of an authenticator, and recovery codes for the day it is lost.
package struct SecondFactor: Sendable, Equatable, Encodable {
  package let since: Instant
  /// How many recovery codes are left.
  package let recoveryCodes: Int

  /// What a sign-in was proved by.
  package enum Proof: String, Sendable, Encodable {
    case code
    case recoveryCode = "recovery code"
  }

  static let recoveryCodeCount = 10
}

/// That everybody, or everybody of a role, needs a second factor.
package struct SecondFactorRule: Sendable, Equatable, Encodable {
  /// Empty for everybody.
  package let role: String
  package let actorName: String
  package let at: Instant
}

/// What a person takes over into their authenticator.
package struct SecondFactorStart: Sendable, Equatable {
  package let secret: [UInt8]
  /// Whose it is, as the authenticator shows it.
  package let account: String
  package let company: String

  package init(secret: [UInt8], account: String, company: String) {
    self.secret = secret
    self.account = account
    self.company = company
  }

  /// The secret as it is typed: Base32 in groups of four.
  package var typed: String {
    let letters = Array(Base32.encoded(secret).utf8)
    return stride(from: 0, to: letters.count, by: 4).map { start in
      String(decoding: letters[start..<min(start + 4, letters.count)], as: UTF8.self)
    }.joined(separator: " ")
  }

  /// The address an authenticator reads, also as a QR code.
  package var link: String {
    let issuer = SecondFactorStart.encoded(company)
    return "otpauth://totp/\(issuer):\(SecondFactorStart.encoded(account))?secret=\(Base32.encoded(secret))"
      + "&issuer=\(issuer)&algorithm=SHA1&digits=6&period=30"
  }

  /// As in an address; cut, so that the whole fits into a QR code whatever the company is called.
  private static func encoded(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars where result.utf8.count < 48 {
      let piece = String(scalar).utf8.map { byte -> String in
        let isPlain =
          (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || [45, 46, 95].contains(byte)
        return isPlain
          ? String(decoding: [byte], as: UTF8.self) : "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16).uppercased())"
      }.joined()
      result += piece
    }
    return result
  }
}

/// Base32 of RFC 4648, without padding.
package enum Base32 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  package static func encoded(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var (held, count) = (0, 0)
    for byte in bytes {
      held = (held << 8 | Int(byte)) & 0xFFFF
      count += 8
      while count >= 5 {
        count -= 5
        result.append(letters[held >> count & 31])
      }
    }
    if count > 0 { result.append(letters[held << (5 - count) & 31]) }
    return String(decoding: result, as: UTF8.self)
  }
}
