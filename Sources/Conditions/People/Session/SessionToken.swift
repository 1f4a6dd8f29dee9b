import Crypto
import Foundation
import Web

extension Session {
  /// A new token: 32 random bytes behind a prefix that tells what it is.
  package static func token() -> String {
    var generator = SystemRandomNumberGenerator()
    return "vc_session_" + Base64URL.encoded((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// What the store keeps of a token.
  package static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }
}
