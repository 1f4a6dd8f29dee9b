import Crypto
import Foundation
import Web

/// The secrets that are handed out once and of which the store keeps a hash only.
package enum Token: String, Sendable {
  case session = "vc_session_"
  /// Between the password and the code of the second factor.
  case half = "vc_half_"
  case key = "vc_key_"
  case invitation = "vc_invitation_"
  case reset = "vc_reset_"

  /// A new one: 32 random bytes behind a prefix that tells what it is.
  package func made() -> String {
    var generator = SystemRandomNumberGenerator()
    return rawValue + Base64URL.encoded((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// What the store keeps of one.
  package static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }
}

extension Session {
  /// What the store keeps of a session's token.
  package static func hash(_ token: String) -> [UInt8] { Token.hash(token) }
}
