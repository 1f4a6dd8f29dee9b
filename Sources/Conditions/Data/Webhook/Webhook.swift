import Crypto
import Foundation
import Kernel

/// An address of another program that is told what happens here, as far as whoever made it may see it.
package struct Webhook: Sendable, Equatable, Codable {
  package let id: ID<Webhook>
  package let name: String
  package let address: String
  /// `customer.created`, `customer.*` for all of a noun, `*` for everything.
  package let kinds: [String]
  /// Whose rights decide what is told; nil for the operator of the machine.
  package let user: Int64?
  package let by: String
  /// What the key was cut down to that made it, `see customer all`: it is told no more. nil when a person did.
  package let limits: [String]?
  package let createdAt: Instant
  package let version: Int64
  package let pause: Pause?
  /// The last place of the feed that was looked at for it.
  package let place: Int64

  package var isActive: Bool { pause == nil }

  /// Whether it is told of events of a kind. Never of webhooks themselves: that would not end.
  package func wants(_ kind: String) -> Bool {
    guard !kind.utf8.starts(with: "webhook.".utf8) else { return false }
    return kinds.contains { wanted in
      wanted == "*" || wanted == kind
        || (wanted.utf8.suffix(2).elementsEqual(".*".utf8) && kind.utf8.starts(with: wanted.utf8.dropLast(1)))
    }
  }
}

/// One thing that a webhook's address is told.
package struct WebhookDelivery: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable, CaseIterable {
    /// To be sent, or to be tried again.
    case waiting
    case delivered
    /// Given up after the last try; it can be replayed.
    case parked
    /// Not sent: whoever made the webhook may not see the record, or it is gone.
    case withheld

    package var word: String {
      switch self {
      case .waiting: "Waiting"
      case .delivered: "Delivered"
      case .parked: "Given up"
      case .withheld: "Not for them"
      }
    }
  }

  package let id: ID<WebhookDelivery>
  package let webhook: ID<Webhook>
  /// The place of the event; nil for a test.
  package let place: Int64?
  package let kind: String
  package let isReplay: Bool
  package let state: State
  package let tries: Int
  package let nextAt: Instant
  package let createdAt: Instant
  package let endedAt: Instant?
  /// What the last try came to.
  package let status: Int?
  package let milliseconds: Int?
  package let answer: String?
  package let problem: String?
}

/// One try to deliver.
package struct WebhookTry: Sendable, Equatable, Codable {
  package let number: Int
  package let at: Instant
  package let milliseconds: Int
  /// nil when nobody answered.
  package let status: Int?
  /// The first bytes of the answer.
  package let answer: String
  package let problem: String?
}

/// When a delivery is tried again: after a minute, then after longer and longer waits, ten times in all.
package enum WebhookPatience {
  static let minutes: [Int64] = [1, 5, 15, 30, 60, 120, 240, 480, 720]

  /// How many tries there are before a delivery is given up.
  package static var mostTries: Int { minutes.count + 1 }

  /// How many deliveries given up in a row pause a webhook.
  static let mostParked = 3

  /// When to try again after so many tries; nil when there were enough. Spread by a tenth, so that what failed together
  /// does not come back together.
  package static func next(after tries: Int, from now: Instant, delivery: Int64) -> Instant? {
    guard tries >= 1, minutes.indices.contains(tries - 1) else { return nil }
    let seconds = minutes[tries - 1] * 60
    let spread = (delivery % 21 + 21) % 21 - 10
    return now.adding(seconds: seconds + seconds * spread / 100)
  }
}

/// How a message is signed, so that its receiver can tell that it is whole, ours, and new.
package enum WebhookSignature {
  package static let header = "Valuechain-Signature"

  /// `t=1768478400,v1=…`: the HMAC-SHA256 of `t`, a full stop and the body, in hexadecimal.
  package static func of(_ body: [UInt8], secret: String, at now: Instant) -> String {
    let seconds = String(Int64(now.seconds(since: Instant(microseconds: 0))))
    let code = HMAC<SHA256>.authenticationCode(
      for: Data((seconds + ".").utf8) + Data(body), using: SymmetricKey(data: Data(secret.utf8)))
    return "t=\(seconds),v1=" + code.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
