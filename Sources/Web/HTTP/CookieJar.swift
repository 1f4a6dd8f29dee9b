import Crypto
import Foundation
import Kernel

/// CookieJar as this program writes them: never readable by scripts, never sent along by other sites' forms.
package struct CookieJar: Sendable {
  /// Whether the site is served over TLS; then cookies are bound to the host and never sent without it.
  package let isSecure: Bool

  package init(isSecure: Bool) { self.isSecure = isSecure }

  package var sessionName: String { isSecure ? "__Host-session" : "session" }

  package func session(_ token: String) -> String { cookie(sessionName, token, seconds: 14 * 86_400) }
  package var noSession: String { cookie(sessionName, "", seconds: 0) }

  package func theme(_ theme: String) -> String { cookie("theme", theme, seconds: 365 * 86_400) }

  package func language(_ code: String) -> String { cookie("language", code, seconds: 365 * 86_400) }

  package func flash(_ flash: Flash) throws -> String {
    cookie("flash", Base64URL.encoded(try JSON.bytes(Kept(flash))), seconds: 60)
  }
  package var noFlash: String { cookie("flash", "", seconds: 0) }

  /// The message a cookie carries over a redirect.
  package static func flash(from text: String, csrf: String) -> Flash? {
    guard text.utf8.count < 4_000, let bytes = Base64URL.decoded(text),
      let kept = try? JSONDecoder().decode(Kept.self, from: Data(bytes)), let tone = Tone(rawValue: kept.tone)
    else { return nil }
    let undo = kept.undo.flatMap { path in
      Address.isLocal(path) ? PostButton("Undo", action: path, csrf: csrf, method: .delete, weight: .quiet) : nil
    }
    return Flash(tone, kept.text, undo: undo)
  }

  private struct Kept: Codable {
    let tone: String
    let text: String
    /// The path whose deletion takes the act back.
    let undo: String?

    init(_ flash: Flash) {
      tone = flash.tone.rawValue
      text = flash.text
      undo = flash.undo?.action
    }
  }

  private func cookie(_ name: String, _ value: String, seconds: Int) -> String {
    "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(seconds)\(isSecure ? "; Secure" : "")"
  }

  /// The cookies of a request by name; the first of a name counts.
  package static func parse(_ headers: [String]) -> [String: String] {
    var found: [String: String] = [:]
    for pair in headers.flatMap({ $0.utf8.split(separator: UInt8(ascii: ";")) }) {
      let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard sides.count == 2 else { continue }
      let name = String(decoding: sides[0].drop { $0 == 32 }, as: UTF8.self)
      if found[name] == nil { found[name] = String(decoding: sides[1], as: UTF8.self) }
    }
    return found
  }
}

/// Bytes as letters that may stand in an address.
package enum Base64URL {
  package static func encoded(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  package static func decoded(_ text: String) -> [UInt8]? {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: plain + padding).map(Array.init)
  }
}

/// The token in every form: it proves that the form came from a page of this session.
///
/// Masked with fresh bytes each time, so that a page compressed beside it gives nothing away.
package enum FormToken {
  package static func made(for session: [UInt8]) -> String {
    let secret = digest(session)
    var generator = SystemRandomNumberGenerator()
    let mask = secret.map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Base64URL.encoded(mask + zip(mask, secret).map { $0 ^ $1 })
  }

  package static func isValid(_ token: String, for session: [UInt8]) -> Bool {
    let secret = digest(session)
    guard let bytes = Base64URL.decoded(token), bytes.count == secret.count * 2 else { return false }
    let found = zip(bytes.prefix(secret.count), bytes.suffix(secret.count)).map { $0 ^ $1 }
    return zip(found, secret).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func digest(_ session: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Data("form".utf8), using: SymmetricKey(data: Data(session))))
  }
}
